"""The jobs of one process: claimed, carried out, and in the end kept or left to the next."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from factsheet_schemas.api import Job
from pydantic import ValidationError

from factsheet_service.core.errors import Fenced, StoreUnavailable
from factsheet_service.stores.jobs import Claim, JobStore

from .run import Clock, Explain, JobRun, Told, Work, unheard

log = logging.getLogger(__name__)


class Worker:
    """Owns a task for each job that it was told to start; ``told`` hears of every change."""

    def __init__(
        self,
        store: JobStore,
        work: Work,
        explain: Explain,
        clock: Clock,
        told: Told = unheard,
    ) -> None:
        self.store = store
        self._work = work
        self._explain = explain
        self._clock = clock
        self.told = told
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._runs: dict[str, JobRun] = {}

    @property
    def num_started(self) -> int:
        """How many jobs it has, those included that it is about to claim."""
        return len(self._tasks)

    @property
    def num_running(self) -> int:
        """How many jobs it has claimed."""
        return len(self._runs)

    def has(self, job_id: str) -> bool:
        """Whether the job was started here and has not ended."""
        return job_id in self._tasks

    def job(self, job_id: str, tenant: str) -> Job | None:
        """A job of that tenant as it stands here, newer than in the store."""
        run = self._runs.get(job_id)
        return run.job if run and run.tenant == tenant else None

    def start(self, job_id: str, ended: Callable[[], None] = lambda: None) -> asyncio.Task[None]:
        """Run a job, whoever asks for it and any number of times: claim it, unless somebody has it
        or it has ended, and carry it out. The task ends with it, and never with an error."""
        if (task := self._tasks.get(job_id)) is None:
            task = asyncio.create_task(self._run_job(job_id), name=f"job {job_id}")
            self._tasks[job_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(job_id))
        task.add_done_callback(lambda _: ended())
        return task

    def cancel(self, job_id: str) -> bool:
        """Stop a job for good; whether it is one of ours."""
        run = self._runs.get(job_id)
        if run:
            run.cancel()
        return run is not None

    async def stop(self) -> None:
        """Leave all jobs to the next worker."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run_job(self, job_id: str) -> None:
        claim = await self._claimed(job_id)
        if claim is None:
            return
        run = JobRun(claim, self.store, self._work, self._explain, self._clock, self.told)
        self._runs[job_id] = run
        try:
            await run.run()
        finally:
            del self._runs[job_id]

    async def _claimed(self, job_id: str) -> Claim | None:
        """The job's claim; stopped meanwhile, it is let go at once, not when its lease ends."""
        claiming = asyncio.create_task(self._claim(job_id))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            if claim := await claiming:
                await self._let_go(claim)
            raise

    async def _claim(self, job_id: str) -> Claim | None:
        try:
            return await self.store.claim(job_id)
        except ValidationError as error:  # a later version wrote it; others are not held up by that
            log.error("job %s cannot be read: %d problems", job_id, error.error_count())
        except StoreUnavailable as error:
            log.warning("job %s cannot be claimed: %s", job_id, error)
        return None

    async def _let_go(self, claim: Claim) -> None:
        try:
            await self.store.let_go(claim, claim.job)
        except (Fenced, StoreUnavailable) as error:
            log.error("job %s is left when its lease ends: %s", claim.job.id, error)
