"""What every queue must do; those that follow are its implementations."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from factsheet_schemas.api import JobState
from factsheet_service.composition import build_queue
from factsheet_service.core.errors import UsageError
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.tables import jobs
from pydantic import SecretStr
from sqlalchemy import update
from support.postgres import new_database
from support.working import Steered, a_job, has_ended, make_worker


@pytest.fixture(params=["embedded, sqlite", "embedded, postgresql", "cluster, postgresql"])
def settings(request, tmp_path):
    queue, _, kind = request.param.partition(", ")
    if kind == "sqlite":
        yield AppSettings(queue=queue, database=SecretStr(sqlite_url(tmp_path)))
        return
    with new_database(request.getfixturevalue("postgres_server")) as url:
        yield AppSettings(queue=queue, database=SecretStr(url))


@pytest.fixture
async def store(settings):
    async with Database(settings.database_url) as database:
        yield JobStore(database, settings.lease_s)


@pytest.fixture
async def queue(settings, store):
    queue = build_queue(settings, store)
    async with queue.opened():
        yield queue


@asynccontextmanager
async def handing_out(queue, worker, num_places=2):
    """Until the block ends; the worker's jobs are then left to the next."""
    is_over = asyncio.Event()
    handing = asyncio.create_task(queue.hand_out(worker, num_places, is_over))
    try:
        yield
    finally:
        is_over.set()
        await handing
        await worker.stop()


@pytest.fixture
async def other(settings):
    """The same queue as another process sees it, with a store of its own."""
    async with Database(settings.database_url) as database:
        store = JobStore(database, settings.lease_s)
        queue = build_queue(settings, store)
        async with queue.opened():
            yield queue, store


async def put(queue, store, *job_ids, tenant=""):
    for job_id in job_ids:
        await store.add(a_job(job_id), tenant)
        await queue.put(job_id)


async def test_what_is_put_in_is_run_once(queue, store):
    work = Steered()
    work.gate.set()
    async with handing_out(queue, make_worker(store, work)):
        await put(queue, store, "a", "b", "c")
        ends = [await has_ended(store, job_id) for job_id in "abc"]
        await queue.sweep()
    assert [job.state for job in ends] == [JobState.PARTIAL] * 3
    assert sorted(work.begun) == ["a", "b", "c"]


async def test_what_was_put_in_before_anyone_came_is_run(queue, store):
    await put(queue, store, "a")
    work = Steered()
    async with handing_out(queue, make_worker(store, work)):
        assert await work.has_begun(1) == ["a"]


async def test_no_more_are_run_at_a_time_than_there_are_places(queue, store):
    work = Steered()
    await put(queue, store, *"abcde")
    async with handing_out(queue, make_worker(store, work), num_places=2):
        await work.has_begun(2)
        work.gate.set()
        for job_id in "abcde":
            await has_ended(store, job_id)
    assert work.max_open == 2


async def test_a_tenant_with_a_hundred_jobs_does_not_hold_up_anothers_first(queue, store):
    work = Steered()
    await put(queue, store, *(f"many-{number}" for number in range(100)), tenant="bank")
    await put(queue, store, "first", tenant="rival")
    async with handing_out(queue, make_worker(store, work), num_places=2):
        assert set(await work.has_begun(2)) == {"many-0", "first"}


async def test_a_job_that_was_lost_on_its_way_is_found_by_the_sweep(queue, store):
    work = Steered()
    await store.add(a_job("a"))  # and the process died
    async with handing_out(queue, make_worker(store, work)):
        await queue.sweep()
        assert await work.has_begun(1) == ["a"]


async def test_sweeping_again_and_again_hands_nothing_out_twice(queue, other, store):
    work = Steered()
    await put(queue, store, "a", "b")
    async with handing_out(queue, make_worker(store, work)):
        for one in (queue, other[0]) * 3:
            await one.sweep()
        await work.has_begun(2)
        for one in (queue, other[0]) * 3:
            await one.sweep()
        work.gate.set()
        for job_id in "ab":
            await has_ended(store, job_id)
    assert sorted(work.begun) == ["a", "b"]


async def test_several_processes_share_the_jobs(queue, other, store):
    one, two = Steered(), Steered()
    await put(queue, store, *"abcd")
    async with (
        handing_out(queue, make_worker(store, one)),
        handing_out(other[0], make_worker(other[1], two)),
    ):
        await one.has_begun(2)
        await two.has_begun(2)
    assert sorted(one.begun + two.begun) == ["a", "b", "c", "d"]


async def test_a_job_of_a_worker_that_stops_is_taken_at_once_by_another(queue, other, store):
    one, two = Steered(), Steered()
    async with handing_out(other[0], make_worker(other[1], two)):
        async with handing_out(queue, make_worker(store, one)):
            await put(queue, store, *"abcd")
            await one.has_begun(2)
            await two.has_begun(2)
        two.gate.set()
        await queue.sweep()
        ends = [await has_ended(store, job_id) for job_id in "abcd"]
    assert [job.attempts for job in ends] == [1] * 4
    assert sorted(one.begun + one.begun + two.begun) == sorted("abcd" + "".join(one.begun) * 2)


async def lose_worker(store, job_id):
    """Somebody had the job, had begun it, and has not been heard of for longer than a lease."""
    claim = await store.claim(job_id)
    begun = {"state": JobState.RUNNING, "attempts": 1}
    await store.renew(claim, claim.job.model_copy(update=begun))
    await store.database.do(update(jobs).where(jobs.c.id == job_id).values(lease_until=1.0))


async def test_a_job_of_a_worker_that_is_gone_is_taken_when_its_lease_has_ended(queue, store):
    work = Steered()
    await put(queue, store, "a")
    await lose_worker(store, "a")
    async with handing_out(queue, make_worker(store, work)):
        await queue.sweep()
        await work.has_begun(1)
        work.gate.set()
        assert (await has_ended(store, "a")).attempts == 2


async def test_a_job_of_a_worker_that_is_gone_waits_for_no_place(queue, store):
    work = Steered()
    async with handing_out(queue, make_worker(store, work), num_places=2):
        await put(queue, store, *"abc")
        await work.has_begun(2)
        await store.add(a_job("left"))
        await lose_worker(store, "left")
        await queue.sweep()
        assert sorted(await work.has_begun(3)) == ["a", "b", "left"]


async def test_as_many_of_them_are_run_beside_the_others_as_there_are_places(queue, store):
    work = Steered()
    left = [f"left-{number}" for number in range(5)]
    for job_id in left:
        await store.add(a_job(job_id))
        await lose_worker(store, job_id)
    await put(queue, store, *"abc")
    async with handing_out(queue, make_worker(store, work), num_places=2):
        await queue.sweep()
        await work.has_begun(4)
        work.gate.set()
        for job_id in [*left, *"abc"]:
            await has_ended(store, job_id)
    assert work.max_open == 4


async def test_a_job_that_is_to_be_cancelled_is_stopped_wherever_it_runs(queue, other, store):
    work = Steered()
    async with handing_out(other[0], make_worker(other[1], work)):
        await put(queue, store, "a")
        await work.has_begun(1)
        await store.cancel("a")
        await queue.cancel("a")
        await work.has_stopped("a")
        assert (await has_ended(store, "a")).state is JobState.CANCELLED


async def test_cancelling_what_nobody_has_and_what_is_unknown_does_no_harm(queue, store):
    work = Steered()
    await put(queue, store, "a", "b")
    await store.cancel("a")
    await queue.cancel("a")
    await queue.cancel("never was")
    async with handing_out(queue, make_worker(store, work), num_places=1):
        await queue.sweep()
        assert await work.has_begun(1) == ["b"]
        work.gate.set()
        assert (await has_ended(store, "a")).state is JobState.CANCELLED


def test_a_cluster_without_a_postgresql_is_refused_with_a_remedy(tmp_path):
    settings = AppSettings(work=tmp_path, queue="cluster")
    with pytest.raises(UsageError, match="FACTSHEET_DATABASE_URL"):
        build_queue(settings, JobStore(Database(settings.database_url)))
