import asyncio

import pytest
from factsheet_schemas.api import JobState
from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.jobs import JobStore
from support.working import Steered, a_job, has_ended, make_worker


@pytest.fixture
async def store(tmp_path):
    async with Database(sqlite_url(tmp_path)) as database:
        yield JobStore(database)


@pytest.fixture
def work():
    return Steered()


@pytest.fixture
def worker(store, work):
    return make_worker(store, work)


async def test_a_job_that_is_started_again_runs_once(store, worker, work):
    await store.add(a_job("a"))
    ends = []
    tasks = {worker.start("a", lambda: ends.append("heard")) for _ in range(3)}
    await work.has_begun(1)
    work.gate.set()
    await asyncio.gather(*tasks)
    await asyncio.sleep(0)
    assert (len(tasks), work.begun, ends) == (1, ["a"], ["heard"] * 3)
    assert not worker.has("a")


async def test_a_job_that_another_has_or_that_is_unknown_is_left_alone(store, worker, work):
    await store.add(a_job("a"))
    await store.claim("a")
    await asyncio.gather(worker.start("a"), worker.start("nope"))
    assert work.begun == []


async def test_what_runs_here_is_told_as_it_stands_here_to_its_tenant(store, worker, work):
    await store.add(a_job("a"), "bank")
    worker.start("a")
    await work.has_begun(1)
    assert worker.job("a", "bank").state is JobState.RUNNING
    assert worker.job("a", "rival") is None
    assert worker.num_running == 1
    await worker.stop()
    assert worker.job("a", "bank") is None


async def test_a_stopped_worker_leaves_its_jobs_to_the_next_at_once(store, worker, work):
    for job_id in "ab":
        await store.add(a_job(job_id))
        worker.start(job_id)
    await work.has_begun(2)
    await worker.stop()
    assert await store.due() == ("a", "b")


async def test_a_claim_under_way_when_the_worker_stops_is_let_go(store, worker, monkeypatch):
    await store.add(a_job("a"))
    claim, claiming, gate = store.claim, asyncio.Event(), asyncio.Event()

    async def slowly(job_id):
        claiming.set()
        await gate.wait()
        return await claim(job_id)

    monkeypatch.setattr(store, "claim", slowly)
    worker.start("a")
    await claiming.wait()
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    gate.set()
    await stopping
    assert await store.due() == ("a",)


async def test_a_job_that_cannot_be_claimed_now_stays_due(store, worker, work, monkeypatch):
    await store.add(a_job("a"))

    async def away(_job_id):
        raise StoreUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(store, "claim", away)
        await worker.start("a")
    worker.start("a")
    work.gate.set()
    assert (await has_ended(store, "a")).state is JobState.PARTIAL
