"""The work of a job: an extraction, on an event loop that it shares with others of its kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from factsheet_schemas import ExtractOptions, Record

from factsheet_service.core.progress import Event, Progress
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import Claim

from .apart import loop_apart, run_on


class Extracting:
    """Extracts in a thread of its own: reading text is work for the processor, and whoever serves
    requests or renews leases must go on meanwhile."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """The thread, until the block ends."""
        async with loop_apart("jobs") as self._loop:
            yield

    async def __call__(self, claim: Claim, progress: Progress) -> Record:
        """The record of a claimed job's company."""
        job, operations = claim.job, self._operations.of(claim.tenant)
        options = ExtractOptions.model_validate(job.options | {"documents": tuple(job.documents)})
        here = asyncio.get_running_loop()

        def tell(event: Event) -> None:
            here.call_soon_threadsafe(progress, event)

        work = operations.extract(job.company, options, tell, job.id, claim.seconds_left)
        return await run_on(self._loop, work)

    async def drain(self, seconds: float) -> None:
        """Send no further call, and let those under way end, so that they are kept."""
        await run_on(self._loop, self._operations.drain(seconds))
