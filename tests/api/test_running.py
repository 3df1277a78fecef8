import asyncio
import logging
from datetime import UTC, datetime

import pytest
from factsheet_schemas import ExtractOptions
from factsheet_schemas.api import Job, JobState
from factsheet_service.api.metrics import Metrics
from factsheet_service.api.running import Runner
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.errors import EngineUnavailable, QueueFull, StoreUnavailable
from factsheet_service.jobs.embedded import EmbeddedQueue
from factsheet_service.jobs.run import MAX_VAIN
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.tables import jobs
from sqlalchemy import update

NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def store(jobs_path):
    async with Database(f"sqlite:///{jobs_path}") as database:
        yield JobStore(database)


@pytest.fixture
def make_runner(operations, store):
    operations.workspace.create("acme")

    def make(**settings):
        queue = EmbeddedQueue(store)
        return Runner(operations, store, queue, ApiSettings(**settings), Metrics(), lambda: NOW)

    return make


async def submitted(runner):
    return await runner.submit("acme", ExtractOptions(), {"d": "0" * 64})


async def ended(runner, job_id):
    async with asyncio.timeout(10):
        async for job in runner.watch(job_id):
            last = job
    return last


async def begun(runner, job_id):
    async with asyncio.timeout(10):
        async for job in runner.watch(job_id):
            if job.state is JobState.RUNNING:
                return


async def test_a_job_is_saved_before_it_is_answered(make_runner, store, held):
    runner = make_runner()
    async with runner.opened():
        job = await submitted(runner)
        assert (await store.get(job.id)).company == "acme"


async def test_an_ended_job_is_saved_with_its_times(make_runner, store):
    runner = make_runner()
    async with runner.opened():
        job = await ended(runner, (await submitted(runner)).id)
    assert await store.get(job.id) == job
    assert job.started_at == job.finished_at == "2030-01-01T00:00:00.000+00:00"


async def test_what_a_stopped_process_left_is_taken_up(make_runner, held):
    first = make_runner(max_jobs_running=1)
    async with first.opened():
        running, queued = await submitted(first), await submitted(first)
    held.gate.set()
    second = make_runner()
    async with second.opened():
        ends = [await ended(second, job.id) for job in (running, queued)]
    assert [job.state for job in ends] == [JobState.SUCCEEDED, JobState.SUCCEEDED]


async def test_an_orderly_stop_is_no_failed_attempt(make_runner, store, held):
    runner = make_runner()
    async with runner.opened():
        job = await submitted(runner)
        await held.is_begun.wait()
    left = await store.get(job.id)
    assert (left.state, left.attempts) == (JobState.QUEUED, 0)


async def test_what_a_killed_process_left_running_is_begun_again(make_runner, store):
    killed = Job(
        id="j",
        company="acme",
        state=JobState.RUNNING,
        attempts=1,
        created_at=NOW.isoformat(),
        documents={"d": "0" * 64},
    )
    await store.add(killed)
    runner = make_runner()
    async with runner.opened():
        job = await ended(runner, "j")
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, 2)


async def test_a_job_that_keeps_killing_the_process_is_given_up(make_runner, store, operations):
    await store.add(Job(id="j", company="acme", created_at=NOW.isoformat()))
    await store.database.do(update(jobs).values(num_vain=MAX_VAIN))
    runner = make_runner()
    async with runner.opened():
        job = await ended(runner, "j")
    assert job.state is JobState.FAILED
    assert job.problem.type == "urn:factsheet:problem:crash-loop"
    assert operations.extracted == []


async def test_a_known_error_tells_why_the_job_failed(make_runner, operations):
    operations.error = EngineUnavailable("no answer from http://gpu:8000; is vLLM up?")
    runner = make_runner()
    async with runner.opened():
        job = await ended(runner, (await submitted(runner)).id)
    assert (job.state, job.problem.status) == (JobState.FAILED, 503)
    assert job.problem.detail == "no answer from http://gpu:8000; is vLLM up?"


async def test_no_text_of_a_document_is_logged(make_runner, operations, caplog):
    caplog.set_level(logging.DEBUG)
    operations.error = ValueError("The Borrower shall")
    runner = make_runner()
    async with runner.opened():
        await ended(runner, (await submitted(runner)).id)
    assert "ValueError at" in caplog.text
    assert "Borrower" not in caplog.text


async def test_a_queued_job_can_be_cancelled(make_runner, held):
    runner = make_runner(max_jobs_running=1)
    async with runner.opened():
        first, waiting = await submitted(runner), await submitted(runner)
        await runner.cancel(waiting.id)
        job = await ended(runner, waiting.id)
        assert job.state is JobState.CANCELLED
        held.gate.set()
        await ended(runner, first.id)
        assert len(held.extracted) == 1


async def test_a_cancelled_job_frees_its_place(make_runner, held):
    runner = make_runner(max_jobs_running=1)
    async with runner.opened():
        first, second = await submitted(runner), await submitted(runner)
        await runner.cancel(first.id)
        held.gate.set()
        assert (await ended(runner, second.id)).state is JobState.SUCCEEDED


async def test_cancelling_an_ended_job_changes_nothing(make_runner):
    runner = make_runner()
    async with runner.opened():
        job = await ended(runner, (await submitted(runner)).id)
        assert await runner.cancel(job.id) == job


async def test_a_full_queue_refuses(make_runner, held):
    runner = make_runner(max_jobs_running=1, max_jobs_queued=1)
    async with runner.opened():
        await submitted(runner)
        await submitted(runner)
        with pytest.raises(QueueFull):
            await submitted(runner)


async def test_an_end_is_saved_as_soon_as_it_can_be(make_runner, store, held, monkeypatch):
    finish, troubles = store.finish, [StoreUnavailable("disk full")]

    async def broken(*given):
        if troubles:
            raise troubles.pop()
        await finish(*given)

    monkeypatch.setattr("factsheet_service.jobs.run.BEAT_S", 0.01)
    runner = make_runner()
    async with runner.opened():
        job = await submitted(runner)
        await held.is_begun.wait()
        monkeypatch.setattr(store, "finish", broken)
        held.gate.set()
        assert (await ended(runner, job.id)).state is JobState.SUCCEEDED


async def test_every_watcher_hears_the_end(make_runner, held):
    runner = make_runner()
    async with runner.opened():
        job = await submitted(runner)
        watchers = [asyncio.create_task(ended(runner, job.id)) for _ in range(3)]
        await held.is_begun.wait()
        held.gate.set()
        states = [(await watcher).state for watcher in watchers]
    assert states == [JobState.SUCCEEDED] * 3


async def test_a_job_whose_lease_lapsed_is_not_begun_twice_by_the_same_process(
    make_runner, store, held
):
    store.lease_s = -1.0  # as if the store had been away for longer than a lease
    runner = make_runner(max_jobs_running=3)
    async with runner.opened():
        first = await submitted(runner)
        await begun(runner, first.id)
        second = await submitted(runner)
        await begun(runner, second.id)
        held.gate.set()
        ends = [await ended(runner, job.id) for job in (first, second)]
    assert [(job.state, job.attempts) for job in ends] == [(JobState.SUCCEEDED, 1)] * 2


async def test_a_job_that_cannot_be_read_keeps_no_other_from_being_taken(make_runner, store):
    runner = make_runner()
    await store.add(Job(id="broken", company="acme", created_at=NOW.isoformat()))
    await store.database.do(update(jobs).values(body="{}"))
    async with runner.opened():
        job = await ended(runner, (await submitted(runner)).id)
    assert job.state is JobState.SUCCEEDED


async def test_a_request_to_cancel_does_not_wait_for_a_store_that_is_away(
    make_runner, store, held, monkeypatch
):
    async def away(*_given):
        raise StoreUnavailable("disk full")

    monkeypatch.setattr("factsheet_service.api.running.CANCEL_S", 0.01)
    runner = make_runner(max_jobs_running=0)
    async with runner.opened():
        job = await submitted(runner)
        with monkeypatch.context() as patched:
            patched.setattr(store, "finish", away)
            told = await asyncio.wait_for(runner.cancel(job.id), 10)
            assert told.state is JobState.QUEUED
        assert (await ended(runner, job.id)).state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("asked", "most", "deadline"),
    [
        (None, None, None),
        (5, None, "00:05"),
        (None, 10, "00:10"),
        (5, 10, "00:05"),
        (20, 10, "00:10"),
    ],
)
async def test_a_job_ends_by_the_sooner_of_its_own_and_the_servers_deadline(
    make_runner, asked, most, deadline
):
    runner = make_runner(max_jobs_running=0, max_job_minutes=most)
    async with runner.opened():
        options = ExtractOptions(deadline_minutes=asked)
        job = await runner.submit("acme", options, {"d": "0" * 64})
    expected = None if deadline is None else f"2030-01-01T{deadline}:00.000+00:00"
    assert job.deadline_at == expected


async def test_the_work_is_told_how_long_it_has(make_runner, operations):
    runner = make_runner()
    async with runner.opened():
        job = await runner.submit("acme", ExtractOptions(deadline_minutes=5), {"d": "0" * 64})
        assert (await ended(runner, job.id)).state is JobState.SUCCEEDED
    assert 290 < operations.seconds_left[0] <= 300
