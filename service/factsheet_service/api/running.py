"""The jobs of this process: taken when somebody should, carried out, watched, cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from uuid import uuid4

from factsheet_schemas import ExtractOptions, Record
from factsheet_schemas.api import Job, JobState, Problem
from pydantic import ValidationError

from factsheet_service.core.errors import QueueFull, StoreUnavailable
from factsheet_service.core.progress import Event, Progress
from factsheet_service.jobs.run import Clock, JobRun
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import Claim, JobStore

from .apart import loop_apart, run_on
from .metrics import Metrics
from .problems import problem_of
from .settings import ApiSettings

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often jobs that others left are looked for, and jobs that others carry out are looked at."""


class Runner:
    """Carries out jobs in this process, at most ``max_jobs_running`` at a time, oldest first.

    What is queued stands in the store alone, so another process may take it, and takes over what
    this one leaves behind. Extractions share an event loop of their own: reading text is work for
    the processor, and the server must answer meanwhile.
    """

    def __init__(
        self,
        operations: Operations,
        store: JobStore,
        settings: ApiSettings,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._operations = operations
        self._store = store
        self._settings = settings
        self._metrics = metrics
        self._clock = clock
        self._runs: dict[str, JobRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._changes: dict[str, asyncio.Event] = {}  # of jobs that are watched
        self._num_queued = 0
        self._is_open = True
        metrics.watch_jobs(self.count)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Carry out what is queued, and what an earlier process left, until the block ends.

        Jobs that still run then are stopped and left to the next process.
        """
        async with loop_apart("jobs") as self._work:
            feeding = asyncio.create_task(self._feed(), name="jobs")
            try:
                yield
            finally:
                self._is_open = False
                self._wake.set()
                await feeding  # not cancelled: a claim under way would be nobody's until it ends
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def count(self, state: JobState) -> int:
        """How many jobs run here, or are queued as of the last look."""
        return len(self._runs) if state is JobState.RUNNING else self._num_queued

    async def submit(
        self, company: str, options: ExtractOptions, documents: dict[str, str], tenant: str = ""
    ) -> Job:
        """Queue an extraction pinned to ``documents`` (id to SHA-256). Raises QueueFull."""
        if await self._store.num_unfinished() >= self._most():
            raise QueueFull()
        job = Job(
            id=uuid4().hex,
            company=company,
            created_at=self._now(),
            options=options.model_dump(mode="json", by_alias=True, exclude_unset=True),
            documents=documents,
        )
        job = await self._store.add(job, tenant)
        self._wake.set()
        return job

    async def get(self, job_id: str, tenant: str = "") -> Job:
        """The tenant's job as it stands. Raises UnknownJob."""
        run = self._runs.get(job_id)
        is_here = run is not None and run.tenant == tenant
        return run.job if run and is_here else await self._store.get(job_id, tenant)

    async def cancel(self, job_id: str, tenant: str = "") -> Job:
        """Ask the job to stop; without effect on one that ended. Raises UnknownJob."""
        await self._store.cancel(job_id, tenant)
        if run := self._runs.get(job_id):
            run.cancel()
        elif claim := await self._store.claim(job_id):  # nobody has it: it ends here
            await self._carry_out(claim)
        return await self.get(job_id, tenant)

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
            await _set_within(changed, LOOK_S)

    def _most(self) -> int:
        return self._settings.max_jobs_running + self._settings.max_jobs_queued

    async def _feed(self) -> None:
        while self._is_open:
            self._wake.clear()
            try:
                await self._take()
            except StoreUnavailable as error:
                log.warning("jobs cannot be taken: %s", error)
            await _set_within(self._wake, LOOK_S)

    async def _take(self) -> None:
        """Claim jobs for the places that are free."""
        due = await self._store.due()
        for number, job_id in enumerate(due):
            self._num_queued = len(due) - number
            if len(self._runs) >= self._settings.max_jobs_running:
                return
            if job_id in self._runs:  # its lease lapsed while the store was away; its run renews it
                continue
            if claim := await self._claimed(job_id):
                run = self._run_of(claim)
                task = asyncio.create_task(self._ended(run), name=f"job {job_id}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        self._num_queued = 0

    async def _claimed(self, job_id: str) -> Claim | None:
        """The job's claim; one that a later version wrote keeps no other from being taken."""
        try:
            return await self._store.claim(job_id)
        except ValidationError as error:
            log.error("job %s cannot be read: %d problems", job_id, error.error_count())
            return None

    def _run_of(self, claim: Claim) -> JobRun:
        run = JobRun(claim, self._store, self._extract, _explain, self._clock, self._tell)
        self._runs[claim.job.id] = run
        return run

    async def _carry_out(self, claim: Claim) -> None:
        await self._ended(self._run_of(claim))

    async def _ended(self, run: JobRun) -> None:
        try:
            await run.run()
        finally:
            del self._runs[run.job.id]
            self._wake.set()

    async def _extract(self, claim: Claim, progress: Progress) -> Record:
        job, operations = claim.job, self._operations.of(claim.tenant)
        options = ExtractOptions.model_validate(job.options | {"documents": tuple(job.documents)})
        here = asyncio.get_running_loop()

        def tell(event: Event) -> None:
            here.call_soon_threadsafe(progress, event)

        return await run_on(self._work, operations.extract(job.company, options, tell, job.id))

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


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not for long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _explain(error: Exception, job: Job) -> Problem:
    return problem_of(error, f"/jobs/{job.id}")
