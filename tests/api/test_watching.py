import asyncio
import time
from contextlib import aclosing

import pytest
from factsheet_schemas.api import JobState
from factsheet_service.api import watching
from factsheet_service.api.watching import Topic, Watching
from factsheet_service.core.errors import UnknownJob
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.tables import jobs
from sqlalchemy import delete
from support.working import Steered, a_job, make_worker

SUCCEEDED = {"state": JobState.SUCCEEDED, "run_id": "r"}


@pytest.fixture
def store(database):
    return JobStore(database)


@pytest.fixture
async def elsewhere(database_url):
    """The store as another process sees it."""
    async with Database(database_url) as database:
        yield JobStore(database)


@pytest.fixture
async def watching_here(store):
    made = Watching(store, make_worker(store, Steered()))
    async with made.opened():
        yield made


def changed(job, version, **changes):
    return job.model_copy(update={"version": version, **changes})


class Watcher:
    """A client that reads a stream; ``next`` gives its events one by one."""

    def __init__(self, watching, job_id="j", seen=None, tenant=""):
        self.heard = asyncio.Queue()
        self.task = asyncio.create_task(self._read(watching.watch(job_id, seen, tenant)))

    async def _read(self, changes):
        async with aclosing(changes):
            async for job in changes:
                self.heard.put_nowait(job)

    async def next(self):
        async with asyncio.timeout(10):
            return await self.heard.get()

    async def rest(self):
        async with asyncio.timeout(10):
            await self.task
        return [self.heard.get_nowait() for _ in range(self.heard.qsize())]


async def test_what_another_process_writes_is_told(watching_here, store, elsewhere):
    await store.add(a_job("j"))
    watcher = Watcher(watching_here)
    assert (await watcher.next()).state is JobState.QUEUED
    claim = await elsewhere.claim("j")
    await elsewhere.renew(claim, changed(claim.job, 1_000_000, state=JobState.RUNNING))
    assert (await watcher.next()).state is JobState.RUNNING
    await elsewhere.finish(claim, changed(claim.job, 1_000_001, **SUCCEEDED))
    assert [job.state for job in await watcher.rest()] == [JobState.SUCCEEDED]


async def test_postgresql_tells_at_once(watching_here, store, elsewhere, monkeypatch):
    if store.database.is_sqlite:
        monkeypatch.setattr(watching, "LOOK_S", 0.05)  # it tells nobody: there are looks alone
    await store.add(a_job("j"))
    watcher = Watcher(watching_here)
    await watcher.next()
    claim = await elsewhere.claim("j")
    begun = time.perf_counter()
    for number in range(20):
        await elsewhere.renew(claim, changed(claim.job, 1_000_000 + number))
        await watcher.next()
    # twenty looks alone, one a second, would take twenty
    assert time.perf_counter() - begun < 10


async def test_a_watcher_elsewhere_goes_on_where_the_first_broke_off(store, watching_here):
    await store.add(a_job("j"))
    claim = await store.claim("j")
    await store.renew(claim, changed(claim.job, 1_000_005))
    watcher = Watcher(watching_here, seen=1_000_009)  # of a process that told more than it kept
    await store.renew(claim, changed(claim.job, 1_000_008))
    await store.renew(claim, changed(claim.job, 1_000_010))
    assert (await watcher.next()).version == 1_000_010
    await store.finish(claim, changed(claim.job, 1_000_011, **SUCCEEDED))
    assert [job.version for job in await watcher.rest()] == [1_000_011]


async def test_the_end_is_told_even_if_it_was_seen(store, watching_here):
    await store.add(a_job("j"))
    claim = await store.claim("j")
    await store.finish(claim, changed(claim.job, 1_000_000, **SUCCEEDED))
    heard = await Watcher(watching_here, seen=1_000_000).rest()
    assert [job.state for job in heard] == [JobState.SUCCEEDED]


async def test_a_job_that_is_erased_ends_its_stream(store, watching_here):
    await store.add(a_job("j"))
    watcher = Watcher(watching_here)
    await watcher.next()
    await store.database.do(delete(jobs))
    assert await watcher.rest() == []


async def test_another_tenant_watches_nothing(store, watching_here):
    await store.add(a_job("j"), "theirs")
    with pytest.raises(UnknownJob):
        await Watcher(watching_here, tenant="ours").rest()
    assert watching_here.num_watched == 0


async def test_who_hangs_up_leaves_nothing_behind(store, watching_here):
    await store.add(a_job("j"))
    watchers = [Watcher(watching_here) for _ in range(3)]
    for watcher in watchers:
        await watcher.next()
    assert watching_here.num_watched == 1
    for watcher in watchers:
        watcher.task.cancel()
    await asyncio.wait([watcher.task for watcher in watchers])
    assert watching_here.num_watched == 0


async def test_five_hundred_watchers_take_one_look(store, watching_here, elsewhere, monkeypatch):
    looks = asyncio.Queue()
    bodies = store.bodies

    async def counted(job_ids):
        looks.put_nowait(len(job_ids))
        return await bodies(job_ids)

    ids = [f"j{number}" for number in range(20)]
    for job_id in ids:
        await store.add(a_job(job_id))
    watchers = [Watcher(watching_here, ids[number % 20]) for number in range(500)]
    for watcher in watchers:
        await watcher.next()
    monkeypatch.setattr(store, "bodies", counted)
    async with asyncio.timeout(10):
        assert [await looks.get() for _ in range(2)] == [20, 20]
    for watcher in watchers:
        watcher.task.cancel()
    await asyncio.wait([watcher.task for watcher in watchers])


def test_what_is_older_is_not_told_again():
    topic, job = Topic(), a_job("j")
    topic.take(changed(job, 7))
    waiting = topic.changed
    topic.take(changed(job, 6))
    topic.read(changed(job, 7, run_id="from the store").model_dump_json())
    assert (topic.job.version, topic.job.run_id, waiting.is_set()) == (7, None, False)
