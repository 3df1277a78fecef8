"""Delivering what stands in the outbox, for as long as the service runs."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import StrEnum

from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.core.webhooks import wait_after
from factsheet_service.jobs.waiting import LOOK_S, set_within
from factsheet_service.stores.outbox import Delivery, Outbox

from .posting import Outcome

log = logging.getLogger(__name__)

MAX_OPEN = 16
"""Posts under way at a time in a process."""

Post = Callable[[Delivery], Awaitable[Outcome]]


class Fate(StrEnum):
    """What became of an attempt."""

    DELIVERED = "delivered"
    FAILED = "failed"  # it is tried again
    GIVEN_UP = "given_up"


class Delivering:
    """Takes messages that are due and posts them; ``told`` hears what became of each attempt."""

    def __init__(
        self,
        outbox: Outbox,
        post: Post,
        told: Callable[[Fate], None] = lambda _: None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = outbox
        self._post = post
        self._told = told
        self._chance = chance
        self._open: Counter[str] = Counter()  # posts under way, by webhook
        self._wake = asyncio.Event()
        self._is_over = False

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Deliver until the block ends; posts under way are let end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deliver_all(group), name="webhooks")
            try:
                yield
            finally:
                self._is_over = True
                self._wake.set()

    async def _deliver_all(self, group: asyncio.TaskGroup) -> None:
        while not self._is_over:
            self._wake.clear()
            for delivery in await self._taken():
                self._open[delivery.webhook] += 1
                group.create_task(self._deliver(delivery), name=f"webhook {delivery.id}")
            await set_within(self._wake, LOOK_S)

    async def _taken(self) -> tuple[Delivery, ...]:
        num_free = MAX_OPEN - self._open.total()
        if num_free <= 0:
            return ()
        try:
            return await self._outbox.take(num_free, tuple(self._open))
        except StoreUnavailable as error:
            log.warning("no webhook can be delivered: %s", error)
            return ()

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            fate = await self._kept(delivery, await self._post(delivery))
            self._told(fate)
        except StoreUnavailable as error:  # it is due again when its lease ends
            log.warning("webhook %s: what came of it is not kept: %s", delivery.id, error)
        finally:
            self._open -= Counter([delivery.webhook])
            self._wake.set()

    async def _kept(self, delivery: Delivery, outcome: Outcome) -> Fate:
        if outcome.failure is None:
            await self._outbox.delivered(delivery)
            return Fate.DELIVERED
        wait_s = wait_after(delivery.attempts, delivery.age_s, self._chance())
        wait_s = None if outcome.is_final else wait_s
        await self._outbox.failed(delivery, outcome.failure, wait_s)
        log.info("webhook %s, attempt %d: %s", delivery.id, delivery.attempts, outcome.failure)
        return Fate.GIVEN_UP if wait_s is None else Fate.FAILED
