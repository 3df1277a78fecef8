"""One job, from its claim to its end.

A job may be run twice, at once or one after the other, and nothing is lost or done twice: what was
paid for is in the memo, and of two workers only the one with the later claim may write. So a job
is resumed by running it again; and so it is where the engine or the database went away meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from factsheet_schemas import Record
from factsheet_schemas.api import Job, JobProgress, JobState, Problem
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    before_sleep_log,
    retry_if_exception,
    retry_if_exception_type,
    wait_fixed,
    wait_random_exponential,
)

from factsheet_service.core.errors import (
    CrashLoop,
    DeadlinePassed,
    EngineAway,
    Fenced,
    StoreUnavailable,
)
from factsheet_service.core.progress import Event, Progress
from factsheet_service.stores.jobs import Claim, JobStore

from .advance import advanced, next_version

log = logging.getLogger(__name__)

MAX_VAIN = 5
"""A job that takes its process down with it, and comes no further, is not begun for ever."""

BEAT_S = 2.0
"""How often a lease is renewed and a wish to cancel is looked for."""

LATE_S = 10.0
"""What the work may take behind its deadline to hand over what it has."""

BACK_S, BACK_MAX_S = 2.0, 30.0
"""Upper ends of the first and the longest wait for an engine or a database that went away."""

Clock = Callable[[], datetime]
Work = Callable[[Claim, Progress], Awaitable[Record]]
Explain = Callable[[Exception, Job], Problem]
Told = Callable[[Job], None]
Sleep = Callable[[float], Awaitable[None]]


def unheard(_job: Job) -> None:
    """Nobody wants to hear of changes."""


class JobRun:
    """A claimed job while it is carried out; ``told`` hears of every change."""

    def __init__(
        self,
        claim: Claim,
        store: JobStore,
        work: Work,
        explain: Explain,
        clock: Clock,
        told: Told = unheard,
        beat_s: float | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.job = claim.job
        self._claim = claim
        self._store = store
        self._work = work
        self._explain = explain
        self._clock = clock
        self._told = told
        self._beat_s = min(BEAT_S, store.lease_s / 3) if beat_s is None else beat_s
        self._sleep = sleep
        self._task: asyncio.Task[Record] | None = None
        self._is_cancelled = claim.is_cancelled
        left = claim.seconds_left
        self._until = None if left is None else asyncio.get_running_loop().time() + left
        self._is_late = left is not None and left <= 0
        self._is_fenced = False
        self._is_ending = False  # its outcome is being saved and cannot be stopped any more

    @property
    def tenant(self) -> str:
        """Whose job it is."""
        return self._claim.tenant

    async def run(self) -> None:
        """Carry the job out and keep how it ended, unless another worker took it over.

        Cancelled itself, it leaves the job to the next worker; that is no attempt that failed.
        """
        try:
            await self._run()
        except Fenced as error:
            log.warning("job %s: %s", self.job.id, error)
        except asyncio.CancelledError:
            if not self._is_ending:
                await self._put_back()
            raise

    def cancel(self) -> None:
        """Stop the work for good, unless it is done already."""
        self._is_cancelled = True
        self._stop()

    async def _run(self) -> None:
        if not self._is_cancelled and (error := self._refusal()):
            return await self._end(self._failure(error))
        if not self._is_cancelled:
            await self._begin()
        if not (self._is_cancelled or self._is_fenced):
            await self._carry_out()
        if not self._is_fenced:
            await self._end(self._outcome())

    def _refusal(self) -> Exception | None:
        """Why the job is not even begun."""
        if (num := self._claim.num_vain) >= MAX_VAIN:
            return CrashLoop(f"crash loop: {num} processes died over this job without a new answer")
        return DeadlinePassed() if self._is_late else None

    async def _begin(self) -> None:
        begun = {"state": JobState.RUNNING, "attempts": self.job.attempts + 1}
        self._publish({**begun, "started_at": self.job.started_at or self._now()})
        await self._beat_once()
        log.info("job %s started, attempt %d", self.job.id, self.job.attempts)

    async def _carry_out(self) -> None:
        """The work, with its lease renewed meanwhile; its outcome stands in the task."""
        self._task = asyncio.create_task(self._worked())
        beating = asyncio.create_task(self._beat())
        try:
            await self._ended_in_time(self._task)
        except asyncio.CancelledError:
            self._task.cancel()
            await asyncio.wait([self._task])
            raise
        finally:
            beating.cancel()
            await asyncio.wait([beating])

    async def _ended_in_time(self, task: asyncio.Task[Record]) -> None:
        """Wait for the work, which hands over what it has at its deadline; not for much longer."""
        left = self._seconds_left()
        await asyncio.wait([task], timeout=None if left is None else left + LATE_S)
        if not task.done():
            self._is_late = True
            task.cancel()
            await asyncio.wait([task])

    async def _worked(self) -> Record:
        """The work, begun again when what it stands on went away: what was answered is kept."""
        retrying = AsyncRetrying(
            retry=retry_if_exception(may_pass),
            wait=wait_random_exponential(BACK_S, BACK_MAX_S),
            sleep=self._sleep,
            before_sleep=self._wait_for,
        )
        async for attempt in retrying:
            with attempt:
                self._publish({"progress": JobProgress()})
                claim = replace(self._claim, seconds_left=self._seconds_left())
                return await self._work(claim, self._advance)
        raise AssertionError("retrying ends with a record or an error")

    def _seconds_left(self) -> float | None:
        if self._until is None:
            return None
        return max(0.0, self._until - asyncio.get_running_loop().time())

    def _wait_for(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        log.warning("job %s waits: %s", self.job.id, _place(error) if error else "")
        self._publish({"progress": JobProgress(stage="waiting")})

    async def _beat(self) -> None:
        while not (self._is_cancelled or self._is_fenced):
            await asyncio.sleep(self._beat_s)
            await self._beat_once()
        self._stop()

    async def _beat_once(self) -> None:
        try:
            is_to_be_cancelled = await self._store.renew(self._claim, self.job)
            self._is_cancelled |= is_to_be_cancelled  # read behind the wait: `cancel` may set it
        except Fenced:
            self._is_fenced = True
        except StoreUnavailable as error:
            log.warning("job %s: its lease could not be renewed: %s", self.job.id, error)

    def _stop(self) -> None:
        if self._task and not self._is_ending:
            self._task.cancel()

    def _advance(self, event: Event) -> None:
        """Take in what the work tells; what it tells after its end is too late."""
        if not self._is_ending:
            self._publish({"progress": advanced(self.job.progress, event)})

    def _outcome(self) -> Mapping[str, Any]:
        if self._task is None or self._task.cancelled():
            is_late = self._is_late and not self._is_cancelled
            return self._failure(DeadlinePassed()) if is_late else {"state": JobState.CANCELLED}
        if (error := self._task.exception()) is None:
            record = self._task.result()
            state = JobState.SUCCEEDED if record.run.is_complete else JobState.PARTIAL
            return {"state": state, "run_id": record.run.id}
        if not isinstance(error, Exception):
            raise error
        log.warning("job %s failed: %s", self.job.id, _place(error))
        return self._failure(error)

    def _failure(self, error: Exception) -> Mapping[str, Any]:
        return {"state": JobState.FAILED, "problem": self._explain(error, self.job)}

    async def _end(self, outcome: Mapping[str, Any]) -> None:
        """Save how the job ended, as soon as that can be done, then tell."""
        self._is_ending = True
        ended = self._changed({"finished_at": self._now(), **outcome})
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(StoreUnavailable),
            wait=wait_fixed(self._beat_s),
            before_sleep=before_sleep_log(log, logging.WARNING),
        ):
            with attempt:
                await self._store.finish(self._claim, ended)
        self.job = ended
        self._told(ended)
        log.info("job %s %s", ended.id, ended.state)

    async def _put_back(self) -> None:
        attempts = self.job.attempts - (self.job.state is JobState.RUNNING)
        left = self._changed({"state": JobState.QUEUED, "attempts": attempts})
        try:
            await self._store.let_go(self._claim, left)
        except (Fenced, StoreUnavailable) as error:
            log.error("job %s is left when its lease ends: %s", left.id, error)

    def _publish(self, changes: Mapping[str, Any]) -> None:
        self.job = self._changed(changes)
        self._told(self.job)

    def _changed(self, changes: Mapping[str, Any]) -> Job:
        version = next_version(self.job.version, self._claim.fence)
        return self.job.model_copy(update={"version": version, **changes})

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def may_pass(error: BaseException) -> bool:
    """Whether what went wrong is that the engine or the database is away, and nothing else."""
    if isinstance(error, BaseExceptionGroup):
        return all(may_pass(one) for one in error.exceptions)
    return isinstance(error, EngineAway | StoreUnavailable)


def _place(error: BaseException) -> str:
    """The error's type and where it arose; not its text, which may quote a document."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames[-3:]]
    return f"{type(error).__name__} at {' > '.join(places)}"
