import pytest
from factsheet_schemas.api import Job, JobState
from factsheet_service.core.errors import Fenced
from factsheet_service.stores.erasing import erase_job, erase_jobs, unfinished_jobs
from factsheet_service.stores.jobs import JobStore


def a_job(number, company="acme"):
    return Job(id=f"job-{number}", company=company, created_at="2030-01-01T00:00:00")


@pytest.fixture
async def store(database):
    """Two jobs of one company, one of another, and one of another tenant's company so called."""
    store = JobStore(database)
    for number, company, tenant in (
        (1, "acme", ""),
        (2, "acme", ""),
        (3, "b", ""),
        (4, "acme", "x"),
    ):
        await store.add(a_job(number, company), tenant)
    return store


async def ids(store, tenant=""):
    return [job.id for job in (await store.page(tenant=tenant)).jobs]


async def test_a_job_is_forgotten_once(store, database):
    assert not await erase_job(database, "x", "job-1")
    assert await erase_job(database, "", "job-1")
    assert not await erase_job(database, "", "job-1")
    assert await ids(store) == ["job-3", "job-2"]


async def test_a_companys_jobs_are_forgotten_and_no_others(store, database):
    assert await erase_jobs(database, "", "acme")
    assert not await erase_jobs(database, "", "acme")
    assert (await ids(store), await ids(store, "x")) == (["job-3"], ["job-4"])


async def test_a_tenants_jobs_are_forgotten_and_no_others(store, database):
    assert await erase_jobs(database, "x")
    assert (len(await ids(store)), await ids(store, "x")) == (3, [])


async def test_who_still_has_a_forgotten_job_may_write_no_more(store, database):
    claim = await store.claim("job-1")
    await erase_jobs(database, "", "acme")
    for writing in (store.renew, store.let_go):
        with pytest.raises(Fenced):
            await writing(claim, claim.job)


async def test_jobs_that_have_not_ended_are_told(store, database):
    claim = await store.claim("job-1")
    await store.let_go(claim, claim.job.model_copy(update={"state": JobState.FAILED}))
    assert sorted(await unfinished_jobs(database, "")) == ["job-2", "job-3"]
    assert await unfinished_jobs(database, "", "acme") == ["job-2"]
