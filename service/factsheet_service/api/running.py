"""Jobs in this process: started, watched, cancelled, and taken up again after a restart."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from factsheet_schemas import ExtractOptions, Record
from factsheet_schemas.api import FileProgress, Job, JobProgress, JobState

from factsheet_service.core.errors import JobError, QueueFull, StoreUnavailable
from factsheet_service.core.progress import (
    Event,
    FileRead,
    FileReplaced,
    StageAdvanced,
    StageStarted,
)
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import JobStore

from .apart import loop_apart, run_on
from .metrics import Metrics
from .problems import problem_of
from .settings import ApiSettings

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""A job that takes the process down with it is not begun for ever."""

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Live:
    """A job that has not ended: as it stands, and who carries it."""

    job: Job
    task: asyncio.Task[None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    is_cancelled: bool = False
    is_ending: bool = False  # its outcome is being saved and can't be stopped any more

    def publish(self, job: Job) -> None:
        """Replace the job by its next version and wake who waits for it."""
        self.job = job.model_copy(update={"version": self.job.version + 1})
        self.changed.set()
        self.changed = asyncio.Event()

    def advance(self, event: Event) -> None:
        """Take in what the run tells; what it tells after its end is too late."""
        if not self.is_ending:
            self.publish(advanced(self.job, event))

    def stop(self) -> None:
        """Cancel the work, unless it is done already."""
        if self.task and not self.is_ending:
            self.task.cancel()


class Runner:
    """Owns every job of this process; ``max_jobs_running`` run, the others wait in order.

    Extractions share an event loop of their own: reading text is work for the processor, and the
    server must answer meanwhile. What changes while a job lives is kept in memory and told to
    watchers; what must survive (arrival, start, end) is saved first.
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
        self._slots = asyncio.Semaphore(settings.max_jobs_running)
        self._live: dict[str, Live] = {}
        metrics.watch_jobs(self.count)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Take up what an earlier process left, run jobs until the block ends.

        Jobs that still run then are stopped and stay unfinished in the store.
        """
        async with loop_apart("jobs") as self._work, asyncio.TaskGroup() as self._group:
            for job in await self._store.unfinished():
                await self._take_up(job)
            try:
                yield
            finally:
                for live in self._live.values():
                    live.stop()

    def count(self, state: JobState) -> int:
        """How many live jobs are in that state."""
        return sum(live.job.state is state for live in self._live.values())

    async def submit(self, company: str, options: ExtractOptions, documents: dict[str, str]) -> Job:
        """Queue an extraction pinned to ``documents`` (id to SHA-256). Raises QueueFull."""
        if len(self._live) >= self._settings.max_jobs_running + self._settings.max_jobs_queued:
            raise QueueFull()
        job = Job(
            id=uuid4().hex,
            company=company,
            created_at=self._now(),
            options=options.model_dump(mode="json", by_alias=True, exclude_unset=True),
            documents=documents,
        )
        await self._store.save(job)
        return await self._start(job)

    async def get(self, job_id: str) -> Job:
        """The job as it stands. Raises UnknownJob."""
        live = self._live.get(job_id)
        return live.job if live else await self._store.get(job_id)

    async def cancel(self, job_id: str) -> Job:
        """Ask the job to stop; without effect on one that ended. Raises UnknownJob."""
        if live := self._live.get(job_id):
            live.is_cancelled = True
            live.stop()
        return await self.get(job_id)

    async def watch(self, job_id: str, seen: int | None = None) -> AsyncIterator[Job]:
        """The job now, unless its version is ``seen``, and after every change until it ends.

        Changes that come faster than they are taken are told as one. Raises UnknownJob.
        """
        live = self._live.get(job_id)
        if live is None:
            yield await self._store.get(job_id)
            return
        while True:
            job, changed = live.job, live.changed
            # The end is told even if seen: a version may repeat after a restart.
            if job.version != seen or job.state.is_final:
                yield job
            if job.state.is_final:
                return
            seen = job.version
            await changed.wait()

    async def _take_up(self, job: Job) -> None:
        if job.attempts < MAX_ATTEMPTS:
            await self._start(job.model_copy(update={"state": JobState.QUEUED}))
            return
        error = JobError(f"the service died {job.attempts} times while this job ran")
        await self._end(Live(job), _failure(job, error))

    async def _start(self, job: Job) -> Job:
        live = self._live[job.id] = Live(job)
        live.task = self._group.create_task(self._run(live), name=f"job {job.id}")
        # A task that is cancelled before its first step would never record its end.
        await asyncio.sleep(0)
        return live.job

    async def _run(self, live: Live) -> None:
        try:
            async with self._slots:
                outcome = _outcome(await self._extract(live))
        except asyncio.CancelledError:
            if not live.is_cancelled:
                await self._put_back(live.job)
                raise
            outcome = {"state": JobState.CANCELLED}
        except Exception as error:  # noqa: BLE001  # this is where a job ends
            log.warning("job %s failed: %s", live.job.id, _place(error))
            outcome = _failure(live.job, error)
        await self._end(live, outcome)

    async def _extract(self, live: Live) -> Record:
        begun = {
            "state": JobState.RUNNING,
            "attempts": live.job.attempts + 1,
            "started_at": self._now(),
        }
        job = live.job.model_copy(update=begun)
        await self._store.save(job)
        live.publish(job)
        log.info("job %s started, attempt %d", job.id, job.attempts)
        options = ExtractOptions.model_validate(job.options | {"documents": tuple(job.documents)})
        here = asyncio.get_running_loop()

        def tell(event: Event) -> None:
            here.call_soon_threadsafe(live.advance, event)

        return await run_on(self._work, self._operations.extract(job.company, options, tell))

    async def _put_back(self, job: Job) -> None:
        """Leave the job to the next process; an orderly stop is no attempt that failed."""
        is_begun = job.state is JobState.RUNNING
        await self._store.save(
            job.model_copy(
                update={"state": JobState.QUEUED, "attempts": job.attempts - int(is_begun)}
            )
        )

    async def _end(self, live: Live, outcome: Mapping[str, Any]) -> None:
        live.is_ending = True
        job = live.job.model_copy(update={"finished_at": self._now(), **outcome})
        try:
            await self._store.save(job.model_copy(update={"version": job.version + 1}))
        except StoreUnavailable as error:
            # Whoever waits hears of the end from memory; a restart would run the job again.
            log.error("job %s ended but could not be saved: %s", job.id, error)
        else:
            self._live.pop(job.id, None)
        live.publish(job)
        self._metrics.job_ended(job.state, self._seconds(job))
        log.info("job %s %s", job.id, job.state)

    def _seconds(self, job: Job) -> float:
        begun = datetime.fromisoformat(job.started_at or job.created_at)
        return max(0.0, (self._clock() - begun).total_seconds())

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def advanced(job: Job, event: Event) -> Job:
    """The job after ``event``."""
    return job.model_copy(update={"progress": progressed(job.progress, event)})


def progressed(progress: JobProgress, event: Event) -> JobProgress:
    """The progress after ``event``."""
    match event:
        case FileRead(name=name, status=status, reason=reason, num_pages=pages):
            file = FileProgress(name=name, status=status, reason=reason, pages=pages)
            return progress.model_copy(update={"files": (*progress.files, file)})
        case FileReplaced():  # uploads answer for themselves; a job replaces nothing
            return progress
        case StageStarted(stage=stage, total=total):
            return progress.model_copy(update={"stage": stage, "done": 0, "total": total})
        case StageAdvanced(stage=stage, done=done, total=total):
            return progress.model_copy(update={"stage": stage, "done": done, "total": total})


def _outcome(record: Record) -> dict[str, Any]:
    state = JobState.SUCCEEDED if record.run.is_complete else JobState.PARTIAL
    return {"state": state, "run_id": record.run.id}


def _failure(job: Job, error: Exception) -> dict[str, Any]:
    return {"state": JobState.FAILED, "problem": problem_of(error, f"/jobs/{job.id}")}


def _place(error: Exception) -> str:
    """The error's type and where it arose; not its text, which may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames[-3:]]
    return f"{type(error).__name__} at {' > '.join(places)}"
