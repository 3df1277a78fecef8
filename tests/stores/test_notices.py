import asyncio

import pytest
from factsheet_service.stores import notices
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from support.postgres import new_database
from support.working import a_job


@pytest.fixture
async def store(postgres_server):
    with new_database(postgres_server) as url:
        async with Database(url) as database:
            yield JobStore(database)


@pytest.fixture
async def heard(store, monkeypatch):
    """What was heard, one by one."""
    monkeypatch.setattr(notices, "AGAIN_S", 0.01)
    queue = asyncio.Queue()
    listening = asyncio.create_task(notices.listen(store.database, queue.put_nowait))
    async with asyncio.timeout(20):
        assert await queue.get() is None
        yield queue
    listening.cancel()
    await asyncio.wait([listening])


async def test_each_change_of_a_job_is_told_and_no_renewal(store, heard):
    for job_id in ("a", "b"):
        await store.add(a_job(job_id))
    claims = [await store.claim(job_id) for job_id in ("a", "b")]
    await store.renew(claims[0], claims[0].job)
    await store.renew(claims[1], claims[1].job.model_copy(update={"version": 1}))
    assert await heard.get() == "b"


async def test_a_connection_that_broke_is_made_anew_and_said_to_have_missed_something(store, heard):
    kill = "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%%'"
    await store.database.write(lambda connection: connection.exec_driver_sql(kill).all())
    assert await heard.get() is None
    await store.add(a_job("a"))
    claim = await store.claim("a")
    await store.renew(claim, claim.job.model_copy(update={"version": 1}))
    assert await heard.get() == "a"
