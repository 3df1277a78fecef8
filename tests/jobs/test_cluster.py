"""What the queue of a cluster does beyond what every queue must."""

import asyncio

import psycopg
import pytest
from factsheet_schemas.api import JobState
from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.jobs.cluster import ClusterQueue
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from support.postgres import new_database
from support.working import Steered, a_job, has_ended, make_worker


@pytest.fixture
def url(postgres_server):
    with new_database(postgres_server) as url:
        yield url


@pytest.fixture
async def store(url):
    async with Database(url) as database:
        yield JobStore(database)


@pytest.fixture
async def queue(store):
    queue = ClusterQueue(store)
    async with queue.opened():
        yield queue


@pytest.fixture
async def admin(url):
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        yield connection


async def tasks(admin):
    """Job id and status of all that procrastinate has."""
    found = await admin.execute("select queueing_lock, status from procrastinate_jobs order by id")
    return await found.fetchall()


async def lose_procrastinates_worker(admin):
    """A worker fetched the next task and has not been heard of since."""
    await admin.execute("select procrastinate_register_worker_v1()")
    await admin.execute(
        "select procrastinate_fetch_job_v2(null, (select max(id) from procrastinate_workers))"
    )
    await admin.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 h'")


async def handing_out(queue, worker):
    is_over = asyncio.Event()
    return is_over, asyncio.create_task(queue.hand_out(worker, 2, is_over))


async def end(worker, is_over, handing):
    is_over.set()
    await handing
    await worker.stop()


async def test_a_task_that_was_fetched_and_not_claimed_is_handed_out_again(queue, store, admin):
    await store.add(a_job("a"))
    await queue.put("a")
    await lose_procrastinates_worker(admin)
    assert await tasks(admin) == [("a", "doing")]
    await queue.sweep()
    assert await tasks(admin) == [("a", "todo")]


async def test_a_task_just_fetched_is_left_alone(queue, store, admin):
    await store.add(a_job("a"))
    await queue.put("a")
    await lose_procrastinates_worker(admin)
    await admin.execute("update procrastinate_workers set last_heartbeat = now()")
    await queue.sweep()
    assert await tasks(admin) == [("a", "doing")]


async def test_the_tasks_of_ended_jobs_are_gone(queue, store, admin):
    work = Steered()
    work.gate.set()
    worker = make_worker(store, work)
    shift = await handing_out(queue, worker)
    for job_id in "abc":
        await store.add(a_job(job_id))
        await queue.put(job_id)
    for job_id in "abc":
        await has_ended(store, job_id)
    await end(worker, *shift)
    assert await tasks(admin) == []


async def test_a_job_is_cancelled_at_once_and_not_at_the_next_beat(queue, store, monkeypatch):
    monkeypatch.setattr("factsheet_service.jobs.run.BEAT_S", 1000.0)
    store.lease_s = 3000.0
    work = Steered()
    worker = make_worker(store, work)
    shift = await handing_out(queue, worker)
    await store.add(a_job("a"))
    await queue.put("a")
    await work.has_begun(1)
    await store.cancel("a")
    await queue.cancel("a")
    await work.has_stopped("a")
    assert (await has_ended(store, "a")).state is JobState.CANCELLED
    await end(worker, *shift)


async def test_a_job_outlives_procrastinates_worker_and_its_place_is_served_again(
    queue, store, admin
):
    work = Steered()
    worker = make_worker(store, work)
    shift = await handing_out(queue, worker)
    await store.add(a_job("a"))
    await queue.put("a")
    await work.has_begun(1)
    await admin.execute(  # as a crash of the database does
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    async with asyncio.timeout(20):
        while not await _put(queue, store, "b"):
            pass
        await work.has_begun(2)
    work.gate.set()
    ends = [await has_ended(store, job_id) for job_id in "ab"]
    assert [job.attempts for job in ends] == [1, 1]
    await end(worker, *shift)


async def _put(queue, store, job_id):
    try:
        await store.add(a_job(job_id))
        await queue.put(job_id)
    except StoreUnavailable:
        return False
    return True


async def test_a_database_that_is_away_is_said_to_be(monkeypatch):
    monkeypatch.setattr("factsheet_service.jobs.cluster.PATIENCE_S", 0.1)
    away = Database("postgresql://127.0.0.1:1/nowhere")
    queue = ClusterQueue(JobStore(away))
    with pytest.raises(StoreUnavailable):
        async with queue.opened():
            await queue.sweep()
    await away.aclose()
