"""Jobs as the API sees them: submitted, watched, cancelled, wherever they are carried out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from uuid import uuid4

from factsheet_schemas import ExtractOptions
from factsheet_schemas.api import Job, JobState, Problem

from factsheet_service.core.errors import QueueFull, StoreUnavailable
from factsheet_service.jobs.extracting import Extracting
from factsheet_service.jobs.queue import Queue
from factsheet_service.jobs.run import Clock
from factsheet_service.jobs.shift import Shift
from factsheet_service.jobs.waiting import LOOK_S, set_within
from factsheet_service.jobs.worker import Worker
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import JobStore

from .metrics import Metrics
from .problems import problem_of
from .settings import ApiSettings

log = logging.getLogger(__name__)

CANCEL_S = 2.0
"""What a request to cancel waits for the job's end; it comes later where the store is away."""


class Runner:
    """Submits jobs, and carries them out in this process, at most ``max_jobs_running`` at a time;
    where workers do that, none.

    What is queued stands in the store alone, so another process may take it, and takes over what
    this one leaves behind.
    """

    def __init__(
        self,
        operations: Operations,
        store: JobStore,
        queue: Queue,
        settings: ApiSettings,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._store = store
        self._queue = queue
        self._settings = settings
        self._metrics = metrics
        self._clock = clock
        self._changes: dict[str, asyncio.Event] = {}  # of jobs that are watched
        extracting = Extracting(operations)
        self._worker = Worker(store, extracting, explain, clock, self._tell)
        self._shift = Shift(queue, self._worker, extracting)
        metrics.watch_jobs(self.count)

    def opened(self) -> AbstractAsyncContextManager[None]:
        """Carry out what is queued, and what an earlier process left, until the block ends.

        Jobs that still run then are stopped and left to the next process.
        """
        return self._shift.opened(self._settings.max_jobs_running)

    def count(self, state: JobState) -> int:
        """How many jobs run here, or are queued as of the last look."""
        is_running = state is JobState.RUNNING
        return self._worker.num_running if is_running else self._shift.num_due

    async def submit(
        self, company: str, options: ExtractOptions, documents: dict[str, str], tenant: str = ""
    ) -> Job:
        """Queue an extraction pinned to ``documents`` (id to SHA-256). Raises QueueFull."""
        most = self._settings.max_jobs_running + self._settings.max_jobs_queued
        if await self._store.num_unfinished() >= most:
            raise QueueFull()
        job = Job(
            id=uuid4().hex,
            company=company,
            created_at=self._now(),
            options=options.model_dump(mode="json", by_alias=True, exclude_unset=True),
            documents=documents,
        )
        job = await self._store.add(job, tenant)
        try:
            await self._queue.put(job.id)
        except StoreUnavailable as error:  # it is durable: the next sweep puts it in
            log.warning("job %s is not in the queue yet: %s", job.id, error)
        return job

    async def get(self, job_id: str, tenant: str = "") -> Job:
        """The tenant's job as it stands. Raises UnknownJob."""
        return self._worker.job(job_id, tenant) or await self._store.get(job_id, tenant)

    async def cancel(self, job_id: str, tenant: str = "") -> Job:
        """Ask the job to stop; without effect on one that ended. Raises UnknownJob."""
        await self._store.cancel(job_id, tenant)
        if not self._worker.cancel(job_id):
            await self._cancel_elsewhere(job_id)
        return await self.get(job_id, tenant)

    async def _cancel_elsewhere(self, job_id: str) -> None:
        try:
            await self._queue.cancel(job_id)
        except StoreUnavailable as error:  # who has it sees the wish when the lease is renewed
            log.warning("job %s is not cancelled at once: %s", job_id, error)
        ending = self._worker.start(job_id)  # where nobody has it, it ends here and without work
        await asyncio.wait([ending], timeout=CANCEL_S)

    async def watch(
        self, job_id: str, seen: int | None = None, tenant: str = ""
    ) -> AsyncIterator[Job]:
        """The job now, unless its version is ``seen``, and after every change until it ends.

        Changes that come faster than they are taken are told as one. Raises UnknownJob.
        """
        while True:
            changed = self._changes.setdefault(job_id, asyncio.Event())
            job = await self.get(job_id, tenant)
            # The end is told even if seen: a version may repeat after a restart.
            if job.version != seen or job.state.is_final:
                yield job
            if job.state.is_final:
                self._changes.pop(job_id, changed).set()  # nothing will change it any more
                return
            seen = job.version
            await set_within(changed, LOOK_S)

    def _tell(self, job: Job) -> None:
        """Wake who watches the job."""
        if job.state.is_final:
            self._metrics.job_ended(job.state, self._seconds(job))
        if changed := self._changes.pop(job.id, None):
            changed.set()

    def _seconds(self, job: Job) -> float:
        begun = datetime.fromisoformat(job.started_at or job.created_at)
        return max(0.0, (self._clock() - begun).total_seconds())

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def explain(error: Exception, job: Job) -> Problem:
    """Why a job failed."""
    return problem_of(error, f"/jobs/{job.id}")
