"""A process's time at work: jobs are handed out to it, what others left is swept up, and at the end
it leaves nothing half done that it can help."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from factsheet_service.core.errors import StoreUnavailable

from .extracting import Extracting
from .queue import Queue
from .waiting import LOOK_S, set_within
from .worker import Worker

log = logging.getLogger(__name__)

STOP_S = 20.0
"""What calls under way are given at the end; other processes take the jobs up behind that."""


class Shift:
    """What a process does with jobs beside asking for them."""

    def __init__(self, queue: Queue, worker: Worker, extracting: Extracting) -> None:
        self.num_due = 0  # as of the last look
        self._queue = queue
        self._worker = worker
        self._extracting = extracting

    @asynccontextmanager
    async def opened(self, num_places: int) -> AsyncIterator[None]:
        """Carry out jobs, at most so many at a time, until the block ends; with no place, only
        sweep. Jobs that still run then are left to the next process."""
        async with self._extracting.opened(), self._queue.opened(self._worker.told):
            try:
                async with self._at_work(num_places):
                    yield
            finally:
                await self._leave()

    @asynccontextmanager
    async def _at_work(self, num_places: int) -> AsyncIterator[None]:
        is_over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sweep(is_over), name="sweep")
            if num_places:
                handing = self._queue.hand_out(self._worker, num_places, is_over)
                group.create_task(handing, name="hand out")
            try:
                yield
            finally:
                is_over.set()

    async def _leave(self) -> None:
        if self._worker.num_running:
            await self._extracting.drain(STOP_S)
        await self._worker.stop()
        try:
            await self._queue.sweep()  # what was left is taken at once
        except StoreUnavailable as error:
            log.warning("others will find what is left: %s", error)

    async def _sweep(self, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            try:
                await self._sweep_once()
            except StoreUnavailable as error:
                log.warning("jobs cannot be looked for: %s", error)
            await set_within(is_over, LOOK_S)

    async def _sweep_once(self) -> None:
        await self._queue.sweep()
        for job_id in await self._worker.store.spent():
            self._worker.start(job_id)  # it needs no place: it is ended without work
        self.num_due = await self._worker.store.num_due()
