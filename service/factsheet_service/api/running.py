"""Jobs as the API sees them: submitted, watched, cancelled, wherever they are carried out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from factsheet_schemas import ExtractOptions
from factsheet_schemas.api import Job, JobState, Problem

from factsheet_service.core.errors import QueueFull, StoreUnavailable
from factsheet_service.jobs.extracting import Extracting
from factsheet_service.jobs.queue import Queue
from factsheet_service.jobs.run import Clock
from factsheet_service.jobs.shift import Shift
from factsheet_service.jobs.worker import Worker
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import Asked, JobStore
from factsheet_service.stores.standing import standing

from .metrics import Metrics
from .problems import problem_of
from .settings import ApiSettings
from .watching import Watching

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
        extracting = Extracting(operations)
        self._worker = Worker(store, extracting, explain, clock, self._tell)
        self._shift = Shift(queue, self._worker, extracting)
        self._watching = Watching(store, self._worker)
        metrics.watch_jobs(self.count)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Carry out what is queued, and what an earlier process left, until the block ends.

        Jobs that still run then are stopped and left to the next process.
        """
        async with self._watching.opened(), self._shift.opened(self._settings.max_jobs_running):
            yield

    def count(self, state: JobState) -> int:
        """How many jobs run here, or are queued as of the last look."""
        is_running = state is JobState.RUNNING
        return self._worker.num_running if is_running else self._shift.num_due

    async def submit(
        self,
        company: str,
        options: ExtractOptions,
        documents: dict[str, str],
        tenant: str = "",
        asked: Asked | None = None,
    ) -> Job:
        """Queue an extraction pinned to ``documents`` (id to SHA-256).

        Raises QueueFull, and KeyReused where ``asked`` says that its key came with another request.
        """
        most = self._settings.max_jobs_running + self._settings.max_jobs_queued
        if await self._store.num_unfinished() >= most:
            raise QueueFull()
        deadline_s, now = self._deadline_s(options), self._clock()
        deadline = None if deadline_s is None else now + timedelta(seconds=deadline_s)
        job = Job(
            id=uuid4().hex,
            company=company,
            created_at=_told(now),
            deadline_at=None if deadline is None else _told(deadline),
            options=options.model_dump(mode="json", by_alias=True, exclude_unset=True),
            documents=documents,
        )
        job = await self._store.add(job, tenant, asked, deadline_s)
        try:
            await self._queue.put(job.id)
        except StoreUnavailable as error:  # it is durable: the next sweep puts it in
            log.warning("job %s is not in the queue yet: %s", job.id, error)
        return job

    async def get(self, job_id: str, tenant: str = "") -> Job:
        """The tenant's job as it stands. Raises UnknownJob."""
        return await self._watching.get(job_id, tenant)

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

    def watch(self, job_id: str, seen: int | None = None, tenant: str = "") -> AsyncGenerator[Job]:
        """The job now and after every change, as Watching tells it. Raises UnknownJob."""
        return self._watching.watch(job_id, seen, tenant)

    async def show(self) -> None:
        """Bring up to date what is measured of the whole service."""
        try:
            how = await standing(self._store.database)
        except StoreUnavailable as error:
            log.warning("how the service stands is not known: %s", error)
            how = None
        self._metrics.stands(how, self._clock())

    def _tell(self, job: Job) -> None:
        """Count an end, and tell who watches the job."""
        if job.state.is_final:
            self._metrics.job_ended(job.state, self._seconds(job))
        self._watching.tell(job)

    def _seconds(self, job: Job) -> float:
        begun = datetime.fromisoformat(job.started_at or job.created_at)
        return max(0.0, (self._clock() - begun).total_seconds())

    def _deadline_s(self, options: ExtractOptions) -> float | None:
        """The sooner of the request's and the server's."""
        given = (options.deadline_minutes, self._settings.max_job_minutes)
        return min((minutes * 60 for minutes in given if minutes is not None), default=None)


def _told(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")


def explain(error: Exception, job: Job) -> Problem:
    """Why a job failed."""
    return problem_of(error, f"/jobs/{job.id}")
