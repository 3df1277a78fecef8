import pytest
from factsheet_schemas.api import Job, JobState
from factsheet_service.core.errors import StoreUnavailable, UnknownJob, UsageError
from factsheet_service.stores.jobs import JobStore


def a_job(number: int, company: str = "acme", state: JobState = JobState.QUEUED) -> Job:
    return Job(id=f"job-{number}", company=company, state=state, created_at="2030-01-01T00:00:00")


@pytest.fixture
async def store(tmp_path):
    async with JobStore(tmp_path / "new" / "jobs.sqlite3") as store:
        yield store


async def test_gives_back_what_was_saved(store):
    await store.save(a_job(1))
    assert await store.get("job-1") == a_job(1)


async def test_saving_again_replaces(store):
    await store.save(a_job(1))
    await store.save(a_job(1, state=JobState.FAILED))
    assert (await store.get("job-1")).state is JobState.FAILED
    assert len((await store.page()).jobs) == 1


async def test_an_unknown_id_is_unknown(store):
    with pytest.raises(UnknownJob, match="nope"):
        await store.get("nope")


async def test_survives_reopening(tmp_path):
    async with JobStore(tmp_path / "jobs.sqlite3") as store:
        await store.save(a_job(1))
    async with JobStore(tmp_path / "jobs.sqlite3") as store:
        assert await store.get("job-1") == a_job(1)


async def test_pages_go_from_new_to_old_without_gap_or_repeat(store):
    for number in range(5):
        await store.save(a_job(number))
    first = await store.page(limit=2)
    second = await store.page(limit=2, cursor=first.next)
    third = await store.page(limit=2, cursor=second.next)
    seen = [job.id for page in (first, second, third) for job in page.jobs]
    assert seen == ["job-4", "job-3", "job-2", "job-1", "job-0"]
    assert third.next is None


async def test_pages_can_be_of_one_company_and_state(store):
    await store.save(a_job(1, "acme", JobState.FAILED))
    await store.save(a_job(2, "acme"))
    await store.save(a_job(3, "other", JobState.FAILED))
    page = await store.page(company="acme", state=JobState.FAILED)
    assert [job.id for job in page.jobs] == ["job-1"]


@pytest.mark.parametrize("cursor", ["x", "-1", "", "9" * 40, "²"])
async def test_a_foreign_cursor_is_refused(store, cursor):
    with pytest.raises(UsageError, match="cursor"):
        await store.page(cursor=cursor)


async def test_unfinished_are_the_queued_and_the_running_oldest_first(store):
    for number, state in enumerate(JobState):
        await store.save(a_job(number, state=state))
    assert [job.state for job in await store.unfinished()] == [JobState.QUEUED, JobState.RUNNING]


async def test_a_store_that_is_not_open_is_unavailable(tmp_path):
    with pytest.raises(StoreUnavailable, match="not open"):
        await JobStore(tmp_path / "jobs.sqlite3").check()


async def test_a_second_server_over_the_same_file_is_refused(store, tmp_path, monkeypatch):
    monkeypatch.setattr("factsheet_service.stores.jobs.LOCK_WAIT_S", 0)
    with pytest.raises(StoreUnavailable, match="another server is using it"):
        await JobStore(tmp_path / "new" / "jobs.sqlite3").__aenter__()


async def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    path = tmp_path / "jobs.sqlite3"
    path.write_text("not a database at all, but long enough to be looked at as one" * 20)
    with pytest.raises(StoreUnavailable):
        await JobStore(path).__aenter__()
