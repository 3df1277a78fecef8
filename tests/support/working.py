"""Jobs whose work a test steers: what has begun, and when it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from factsheet_schemas import Record
from factsheet_schemas.api import Job, Problem
from factsheet_service.core.progress import Progress
from factsheet_service.jobs.worker import Worker
from factsheet_service.stores.jobs import Claim, JobStore

from .records import make_record

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def a_job(job_id: str, company: str = "acme") -> Job:
    return Job(id=job_id, company=company, created_at=NOW.isoformat())


class Steered:
    """The work of every job; it ends when ``gate`` is set, and tells what began and was stopped."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.begun: list[str] = []
        self.stopped: list[str] = []
        self.max_open = self._num_open = 0
        self._changed = asyncio.Condition()

    async def __call__(self, claim: Claim, progress: Progress) -> Record:
        await self._note(self.begun, claim.job.id)
        self._num_open += 1
        self.max_open = max(self.max_open, self._num_open)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            await self._note(self.stopped, claim.job.id)
            raise
        finally:
            self._num_open -= 1
        return make_record()

    async def _note(self, where: list[str], job_id: str) -> None:
        async with self._changed:
            where.append(job_id)
            self._changed.notify_all()

    async def has_begun(self, num: int) -> list[str]:
        """The ids of the jobs begun, as soon as they are so many."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.begun) >= num)
        return self.begun

    async def has_stopped(self, job_id: str) -> None:
        """Return when a job's work was cancelled."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: job_id in self.stopped)


def make_worker(store: JobStore, work: Steered) -> Worker:
    return Worker(store, work, explain, lambda: NOW)


def explain(error: Exception, job: Job) -> Problem:
    return Problem(title=type(error).__name__, status=500, detail=str(error))


async def has_ended(store: JobStore, job_id: str) -> Job:
    """The job, as soon as it has ended, wherever that was."""
    async with asyncio.timeout(20):
        while True:
            if (job := await store.get(job_id)).state.is_final:
                return job
            await asyncio.sleep(0.02)  # the store tells nobody
