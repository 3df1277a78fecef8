import asyncio
from contextlib import asynccontextmanager

import pytest
from factsheet_schemas.api import JobState
from factsheet_service.jobs.embedded import EmbeddedQueue
from factsheet_service.jobs.shift import Shift
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.jobs import JobStore
from support.clock import Clock
from support.working import Steered, a_job, has_ended, make_worker


class Drained:
    """Stands for the extractions of a process; notes what was left of them when it stopped."""

    def __init__(self):
        self.seconds = []

    @asynccontextmanager
    async def opened(self):
        yield

    async def drain(self, seconds):
        self.seconds.append(seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(tmp_path, clock):
    async with Database(sqlite_url(tmp_path), clock) as database:
        yield JobStore(database)


@pytest.fixture
def work():
    return Steered()


@pytest.fixture
def drained():
    return Drained()


@pytest.fixture
def make_shift(store, work, drained):
    return lambda: Shift(EmbeddedQueue(store), make_worker(store, work), drained)


async def test_jobs_are_carried_out_and_those_left_at_the_end_go_to_the_next(
    store, work, make_shift, drained
):
    await store.add(a_job("a"))
    async with make_shift().opened(1):
        await work.has_begun(1)
    assert await store.due() == ("a",)
    assert drained.seconds == [20.0]


async def test_who_has_no_place_ends_what_needs_no_work_and_nothing_else(
    store, work, make_shift, clock, drained
):
    await store.add(a_job("late"), deadline_s=10)
    await store.add(a_job("unwanted"))
    await store.add(a_job("wanted"))
    await store.cancel("unwanted")
    clock.now += 11
    async with make_shift().opened(0):
        late, unwanted = [await has_ended(store, job_id) for job_id in ("late", "unwanted")]
    assert (late.problem.title, unwanted.state) == ("DeadlinePassed", JobState.CANCELLED)
    assert work.begun == []
    assert await store.due() == ("wanted",)
    assert drained.seconds == []


async def test_what_is_due_is_counted(store, make_shift, monkeypatch):
    monkeypatch.setattr("factsheet_service.jobs.shift.LOOK_S", 0.01)
    shift = make_shift()
    await store.add(a_job("a"))
    await store.add(a_job("b"))
    async with asyncio.timeout(10), shift.opened(0):
        while True:
            if shift.num_due == 2:
                return
            await asyncio.sleep(0.01)
