"""The queue that is the table of jobs itself: every process looks there, and there is no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.stores.jobs import JobStore

from .beside import Beside
from .run import Told, unheard
from .waiting import LOOK_S, set_within
from .worker import Worker

log = logging.getLogger(__name__)


class EmbeddedQueue:
    """Hands out what is due, at once where it was put in here, else at the next look."""

    def __init__(self, store: JobStore, beside: Beside | None = None) -> None:
        """``beside``: the worker that this process has beside it."""
        self._store = store
        self._beside = beside
        self._wake = asyncio.Event()

    @asynccontextmanager
    async def opened(self, told: Told = unheard) -> AsyncIterator[None]:
        """It has no connections of its own, but may have a worker."""
        async with self._beside.opened(told) if self._beside else nullcontext():
            yield

    async def put(self, job_id: str) -> None:
        """Look now, here and beside."""
        self._wake.set()
        if self._beside:
            self._beside.put(job_id)

    async def cancel(self, job_id: str) -> None:
        """Tell the worker beside; others find the wish in the store when they renew the lease."""
        if self._beside:
            self._beside.cancel(job_id)

    async def sweep(self) -> None:
        """Nothing is lost on the way: each look is at the table."""

    async def hand_out(self, worker: Worker, num_places: int, is_over: asyncio.Event) -> None:
        """Start what is due while there are places."""
        over = asyncio.create_task(self._wake_when(is_over))
        while not is_over.is_set():
            self._wake.clear()
            try:
                await self._take(worker, num_places)
            except StoreUnavailable as error:
                log.warning("jobs cannot be taken: %s", error)
            await set_within(self._wake, LOOK_S)
        await over

    async def _wake_when(self, is_over: asyncio.Event) -> None:
        await is_over.wait()
        self._wake.set()

    async def _take(self, worker: Worker, num_places: int) -> None:
        """Start what is due: what others began and left, as many again as there are places."""
        for places, is_left in ((2 * num_places, True), (num_places, False)):
            num_free = places - worker.num_started
            if num_free <= 0:
                continue
            # ours may be among them: their leases lapsed while the store was away, and are renewed
            due = await self._store.due(places, is_left)
            for job_id in [one for one in due if not worker.has(one)][:num_free]:
                worker.start(job_id, self._wake.set)
