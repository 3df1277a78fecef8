"""A worker in a process of its own, by real processes whose work a test steers by the job's id."""

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from factsheet_schemas.api import JobState
from factsheet_service.jobs import beside as module
from factsheet_service.jobs.beside import Beside
from factsheet_service.jobs.embedded import EmbeddedQueue
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.jobs import JobStore
from support.working import a_job, has_ended

WORKER = """
import asyncio, sys
sys.path.append(sys.argv[2])
from factsheet_service.core.progress import StageStarted
from factsheet_service.jobs.beside import Above
from factsheet_service.jobs.embedded import EmbeddedQueue
from factsheet_service.jobs.worker import Worker
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from support.records import make_record
from support.working import NOW, explain

async def work(claim, progress):
    progress(StageStarted("read", 3))
    await asyncio.sleep(3600 if claim.job.id == "long" else 0)
    return make_record()

async def main(url):
    async with Database(url) as database:
        store = JobStore(database)
        queue, above, is_over = EmbeddedQueue(store), Above(sys.stdin.buffer, sys.stdout.buffer), asyncio.Event()
        worker = Worker(store, work, explain, lambda: NOW, above.tell)
        async with above.heard(queue, worker, is_over.set):
            await queue.hand_out(worker, 2, is_over)
            await worker.stop()

asyncio.run(main(sys.argv[1]))
"""


class Heard:
    """What was told of jobs, and what is yet to come."""

    def __init__(self):
        self.jobs = []
        self._changed = asyncio.Event()

    def __call__(self, job):
        self.jobs.append(job)
        self._changed.set()

    async def until(self, job_id, state):
        async with asyncio.timeout(60):
            while not [job for job in self.jobs if (job.id, job.state) == (job_id, state)]:
                self._changed.clear()
                await self._changed.wait()


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
async def store(tmp_path):
    async with Database(sqlite_url(tmp_path)) as database:
        yield JobStore(database)


@pytest.fixture
def workers(tmp_path):
    command = (sys.executable, "-c", WORKER, sqlite_url(tmp_path), str(Path(__file__).parents[1]))
    return Beside(command)


@asynccontextmanager
async def queue_with(workers, store, heard):
    queue = EmbeddedQueue(store, workers)
    async with queue.opened(heard):
        yield queue


async def put(queue, store, job_id):
    await store.add(a_job(job_id))
    await queue.put(job_id)


async def test_each_change_of_a_job_is_told(workers, store, heard):
    async with queue_with(workers, store, heard) as queue:
        await put(queue, store, "long")
        await heard.until("long", JobState.RUNNING)
        await put(queue, store, "a")
        await heard.until("a", JobState.PARTIAL)
    versions = [job.version for job in heard.jobs if job.id == "a"]
    assert versions == sorted(set(versions))
    assert (await store.get("a")).state is JobState.PARTIAL


async def test_a_job_is_cancelled_that_is_not_asked_to_be_in_the_store(workers, store, heard):
    async with queue_with(workers, store, heard) as queue:
        await put(queue, store, "long")
        await heard.until("long", JobState.RUNNING)
        await queue.cancel("long")
        await heard.until("long", JobState.CANCELLED)


async def test_at_the_end_the_worker_leaves_its_jobs_to_the_next(workers, store, heard):
    async with queue_with(workers, store, heard) as queue:
        await put(queue, store, "long")
        await heard.until("long", JobState.RUNNING)
    assert (await store.get("long")).state is JobState.QUEUED
    assert await store.due() == ("long",)


async def test_a_worker_that_was_killed_is_followed_by_another(workers, store, heard, caplog):
    async with queue_with(workers, store, heard) as queue:
        await put(queue, store, "long")
        await heard.until("long", JobState.RUNNING)
        workers._process.send_signal(signal.SIGKILL)
        await put(queue, store, "a")
        assert (await has_ended(store, "a")).state is JobState.PARTIAL
    assert "ended with code -9; another one is started" in caplog.text


async def test_one_that_cannot_start_is_tried_again_until_the_end(store, heard, caplog):
    async with queue_with(Beside(["false"]), store, heard), asyncio.timeout(30):
        while caplog.text.count("ended with code 1") < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # a log tells nobody


async def test_neither_one_that_is_not_there_nor_one_that_talks_without_end_is_the_last(
    store, heard, caplog, monkeypatch
):
    monkeypatch.setattr(module, "MAX_LINE_BYTES", 10)
    endless = Beside([sys.executable, "-c", "while True: print('x' * 100, flush=True)"])
    for workers, end in (
        (Beside(["/no/such/worker"]), "FileNotFoundError"),
        (endless, "ValueError"),
    ):
        async with queue_with(workers, store, heard), asyncio.timeout(30):
            while caplog.text.count(f"ended with {end}") < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_one_that_does_not_heed_its_sign_is_killed(store, heard, monkeypatch):
    monkeypatch.setattr(module, "LEAVE_S", 0.2)
    deaf = Beside([sys.executable, "-c", "import time; print('{}', flush=True); time.sleep(3600)"])
    async with queue_with(deaf, store, heard):
        while deaf._process is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # nor does a process that starts
    assert deaf._process.returncode == -signal.SIGKILL
