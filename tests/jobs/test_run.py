import asyncio
from datetime import UTC, datetime

import pytest
from factsheet_schemas.api import Job, JobState, Problem
from factsheet_service.core.errors import EngineAway, EngineUnavailable, StoreUnavailable
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.core.progress import StageAdvanced
from factsheet_service.jobs.run import MAX_VAIN, JobRun, may_pass
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.memo import AnswerMemo
from support.clock import Clock
from support.records import make_record

NOW = datetime(2030, 1, 1, tzinfo=UTC)
LEASE_S = 30.0


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(tmp_path, clock):
    async with Database(sqlite_url(tmp_path), clock) as database:
        yield JobStore(database, LEASE_S)


class Work:
    """An extraction that ends when it is let, with a record or an error."""

    def __init__(self, error=None, *, away=()):
        self.begun, self.gate = asyncio.Event(), asyncio.Event()
        self.error = error
        self.away = list(away)  # errors of the first attempts
        self.is_stopped = False

    async def __call__(self, claim, progress):
        progress(StageAdvanced("sweep", 1, 4))
        self.begun.set()
        if self.away:
            raise self.away.pop(0)
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.is_stopped = True
            raise
        if self.error:
            raise self.error
        return make_record()  # of a run with gaps


@pytest.fixture
def start(store):
    async def start(work, job_id="j", beat_s=0.01, **more):
        claim = await store.claim(job_id)
        run = JobRun(claim, store, work, _explain, lambda: NOW, beat_s=beat_s, **more)
        return run, asyncio.create_task(run.run())

    return start


def _explain(error, job):
    return Problem(title=type(error).__name__, status=500, detail=str(error))


def job(**more):
    return Job(id="j", company="acme", created_at=NOW.isoformat(), **more)


async def test_a_job_ends_with_its_run(store, start):
    await store.add(job())
    work = Work()
    work.gate.set()
    _, task = await start(work)
    await task
    ended = await store.get("j")
    assert (ended.state, ended.run_id) == (JobState.PARTIAL, make_record().run.id)
    assert (ended.attempts, ended.progress.done) == (1, 1)


async def test_an_error_is_explained(store, start):
    await store.add(job())
    work = Work(EngineUnavailable("gone"))
    work.gate.set()
    _, task = await start(work)
    await task
    ended = await store.get("j")
    assert (ended.state, ended.problem.detail) == (JobState.FAILED, "gone")


async def test_a_wish_to_cancel_from_another_process_stops_the_work(store, start):
    await store.add(job())
    work = Work()
    _, task = await start(work)
    await work.begun.wait()
    await store.cancel("j")
    await asyncio.wait_for(task, 10)
    assert work.is_stopped
    assert (await store.get("j")).state is JobState.CANCELLED


async def test_a_wish_to_cancel_counts_while_the_job_is_being_begun(store, start, monkeypatch):
    await store.add(job())
    work, renewing, gate = Work(), asyncio.Event(), asyncio.Event()
    renew = store.renew

    async def slowly(*given):
        renewing.set()
        await gate.wait()
        return await renew(*given)

    monkeypatch.setattr(store, "renew", slowly)
    run, task = await start(work)
    await renewing.wait()
    run.cancel()
    gate.set()
    await asyncio.wait_for(task, 10)
    assert not work.begun.is_set()
    assert (await store.get("j")).state is JobState.CANCELLED


async def test_who_slept_through_the_lease_stops_and_writes_nothing(store, start, clock):
    await store.add(job())
    slow, quick = Work(), Work()
    _, slept = await start(slow)
    await slow.begun.wait()
    clock.now += LEASE_S + 1
    _, took_over = await start(quick)
    await asyncio.wait_for(slept, 10)
    assert slow.is_stopped
    quick.gate.set()
    await took_over
    ended = await store.get("j")
    assert (ended.state, ended.attempts) == (JobState.PARTIAL, 2)


async def test_a_stopped_worker_leaves_the_job_to_the_next_at_once(store, start):
    await store.add(job())
    work = Work()
    _, task = await start(work)
    await work.begun.wait()
    task.cancel()
    await asyncio.wait([task])
    left = await store.get("j")
    assert (left.state, left.attempts) == (JobState.QUEUED, 0)
    assert await store.due() == ("j",)


async def lose_workers(store, clock, num):
    for _ in range(num):
        await store.claim("j")
        clock.now += LEASE_S + 1


async def test_a_job_that_keeps_killing_its_process_is_given_up(store, start, clock):
    await store.add(job())
    await lose_workers(store, clock, MAX_VAIN)
    work = Work()
    _, task = await start(work)
    await task
    assert "5 processes died" in (await store.get("j")).problem.detail
    assert not work.begun.is_set()


async def test_a_job_that_comes_further_between_kills_is_not_given_up(store, start, clock):
    memo = AnswerMemo(store.database)
    await store.add(job())
    for number in range(3 * MAX_VAIN):
        await lose_workers(store, clock, 1)
        await memo.keep(f"k{number}", PaidCall("{}"), Payer("", "acme", "j"))
    await memo.aclose()
    work = Work()
    work.gate.set()
    _, task = await start(work)
    await task
    assert (await store.get("j")).state is JobState.PARTIAL


async def test_a_job_waits_for_an_engine_or_a_database_that_is_away(store, start):
    await store.add(job())
    away = [
        EngineAway("gone"),
        StoreUnavailable(),
        ExceptionGroup("", [StoreUnavailable(), ExceptionGroup("", [EngineAway()])]),
    ]
    work, waits = Work(away=away), []

    async def sleep(seconds):
        waits.append(seconds)

    work.gate.set()
    _, task = await start(work, sleep=sleep)
    await task
    assert (await store.get("j")).state is JobState.PARTIAL
    assert len(waits) == 3


async def test_a_job_whose_engine_is_away_says_so_and_can_be_cancelled(store, start):
    await store.add(job())
    waiting = asyncio.Event()

    async def sleep(_seconds):
        waiting.set()
        await asyncio.Event().wait()

    run, task = await start(Work(away=[EngineAway("gone")]), sleep=sleep)
    await waiting.wait()
    assert (run.job.state, run.job.progress.stage) == (JobState.RUNNING, "waiting")
    run.cancel()
    await task
    assert (await store.get("j")).state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (EngineAway(), True),
        (StoreUnavailable(), True),
        (EngineUnavailable("no such model"), False),
        (ExceptionGroup("", [EngineAway(), ValueError()]), False),
        (asyncio.CancelledError(), False),
    ],
)
def test_only_what_is_away_may_pass(error, passes):
    assert may_pass(error) is passes


async def test_a_job_past_its_deadline_is_not_begun(store, start, clock):
    await store.add(job(), deadline_s=60)
    clock.now += 61
    work = Work()
    _, task = await start(work)
    await task
    assert (await store.get("j")).problem.title == "DeadlinePassed"
    assert not work.begun.is_set()


async def test_work_that_does_not_end_by_its_deadline_is_stopped(store, start, monkeypatch):
    monkeypatch.setattr("factsheet_service.jobs.run.LATE_S", 0.01)
    await store.add(job(), deadline_s=0.01)
    work = Work()
    _, task = await start(work)
    await asyncio.wait_for(task, 10)
    assert work.is_stopped
    assert (await store.get("j")).problem.title == "DeadlinePassed"


async def test_a_store_that_is_away_when_a_job_is_begun_does_not_stop_it(store, start, monkeypatch):
    await store.add(job())
    renew, troubles = store.renew, [StoreUnavailable()]

    async def away(*given):
        if troubles:
            raise troubles.pop()
        return await renew(*given)

    monkeypatch.setattr(store, "renew", away)
    work = Work()
    work.gate.set()
    _, task = await start(work)
    await task
    assert (await store.get("j")).state is JobState.PARTIAL


async def test_a_store_that_is_away_for_a_while_neither_stops_nor_loses_a_job(
    store, start, monkeypatch
):
    await store.add(job())
    work = Work()
    _, task = await start(work)
    await work.begun.wait()
    renew, finish, troubles = store.renew, store.finish, [1, 2, 3]

    async def away(write, *given):
        if troubles:
            troubles.pop()
            raise StoreUnavailable
        return await write(*given)

    monkeypatch.setattr(store, "renew", lambda *given: away(renew, *given))
    monkeypatch.setattr(store, "finish", lambda *given: away(finish, *given))
    work.gate.set()
    await asyncio.wait_for(task, 10)
    assert (await store.get("j")).state is JobState.PARTIAL
    assert troubles == []
