import asyncio

import pytest
from factsheet_schemas.api import Job, JobState
from factsheet_service.core.errors import Fenced, KeyReused, UnknownJob, UsageError
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import Asked, JobStore
from factsheet_service.stores.memo import AnswerMemo
from factsheet_service.stores.tables import jobs
from sqlalchemy import select
from support.clock import Clock

LEASE_S = 10.0


def a_job(number: int, company: str = "acme", state: JobState = JobState.QUEUED) -> Job:
    return Job(id=f"job-{number}", company=company, state=state, created_at="2030-01-01T00:00:00")


def moved(job: Job, state: JobState) -> Job:
    return job.model_copy(update={"state": state})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(database_url, clock):
    async with Database(database_url, clock) as database:
        yield JobStore(database, LEASE_S)


async def ended(store, job, state):
    await store.add(job)
    claim = await store.claim(job.id)
    await store.finish(claim, moved(job, state))


async def test_gives_back_what_was_queued(store):
    assert await store.add(a_job(1)) == a_job(1)
    assert await store.get("job-1") == a_job(1)


async def test_jobs_that_come_at_once_are_each_queued_and_asked_for_once(store):
    asked = [store.add(a_job(n), "bank", Asked(f"key-{n % 3}", "f" * 64)) for n in range(9)]
    other = store.add(a_job(9), "bank", Asked("key-0", "0" * 64))
    *jobs_, error = await asyncio.gather(*asked, other, return_exceptions=True)
    assert [job.id for job in jobs_] == ["job-0", "job-1", "job-2"] * 3
    assert isinstance(error, KeyReused)


async def test_jobs_are_told_at_once_to_their_own_tenants_alone(store):
    await store.add(a_job(1), "bank")
    asked = [store.get("job-1", "bank"), store.get("job-1", "rival"), store.get("nope", "bank")]
    job, *errors = await asyncio.gather(*asked, return_exceptions=True)
    assert job == a_job(1)
    assert [type(error) for error in errors] == [UnknownJob, UnknownJob]


async def test_an_unknown_id_is_unknown_and_so_is_another_tenants(store):
    await store.add(a_job(1), "bank")
    for job_id, tenant in (("nope", "bank"), ("job-1", "rival")):
        with pytest.raises(UnknownJob, match=job_id):
            await store.get(job_id, tenant)
        with pytest.raises(UnknownJob, match=job_id):
            await store.cancel(job_id, tenant)


async def test_the_same_request_with_the_same_key_is_the_same_job(store):
    first = await store.add(a_job(1), "bank", Asked("key", "f" * 64))
    assert await store.add(a_job(2), "bank", Asked("key", "f" * 64)) == first
    assert await store.add(a_job(3), "rival", Asked("key", "f" * 64)) == a_job(3)
    with pytest.raises(KeyReused):
        await store.add(a_job(4), "bank", Asked("key", "0" * 64))


async def test_pages_go_from_new_to_old_without_gap_or_repeat(store):
    for number in range(5):
        await store.add(a_job(number))
    await store.add(a_job(9), "rival")
    first = await store.page(limit=2)
    second = await store.page(limit=2, cursor=first.next)
    third = await store.page(limit=2, cursor=second.next)
    seen = [job.id for page in (first, second, third) for job in page.jobs]
    assert seen == ["job-4", "job-3", "job-2", "job-1", "job-0"]
    assert third.next is None


async def test_pages_can_be_of_one_company_and_state(store):
    await ended(store, a_job(1, "acme"), JobState.FAILED)
    await store.add(a_job(2, "acme"))
    await ended(store, a_job(3, "other"), JobState.FAILED)
    page = await store.page(company="acme", state=JobState.FAILED)
    assert [job.id for job in page.jobs] == ["job-1"]


@pytest.mark.parametrize("cursor", ["x", "-1", "", "9" * 40, "²"])
async def test_a_foreign_cursor_is_refused(store, cursor):
    with pytest.raises(UsageError, match="cursor"):
        await store.page(cursor=cursor)


async def test_a_job_is_had_by_one_at_a_time(store):
    await store.add(a_job(1))
    claims = await asyncio.gather(*(store.claim("job-1") for _ in range(8)))
    assert sum(claim is not None for claim in claims) == 1
    assert await store.due() == ()


async def test_a_job_whose_lease_ran_out_is_due_and_renewing_keeps_it(store, clock):
    await store.add(a_job(1))
    claim = await store.claim("job-1")
    clock.now += LEASE_S - 1
    await store.renew(claim, moved(claim.job, JobState.RUNNING))
    clock.now += LEASE_S - 1
    assert await store.due() == ()
    clock.now += 2
    assert await store.due() == ("job-1",)


async def test_who_lost_a_job_writes_no_more(store, clock):
    await store.add(a_job(1))
    slow = await store.claim("job-1")
    clock.now += LEASE_S + 1
    quick = await store.claim("job-1")
    for write in (store.renew, store.let_go, store.finish):
        with pytest.raises(Fenced):
            await write(slow, moved(slow.job, JobState.FAILED))
    await store.finish(quick, moved(quick.job, JobState.SUCCEEDED))
    assert (await store.get("job-1")).state is JobState.SUCCEEDED


@pytest.mark.parametrize("state", [one for one in JobState if one.is_final])
async def test_an_ended_job_is_never_due_again(store, clock, state):
    await ended(store, a_job(1), state)
    clock.now += 10 * LEASE_S
    assert await store.due() == ()
    assert await store.claim("job-1") is None


async def test_an_end_is_kept_once_however_often_it_is_said_and_is_not_taken_back(store):
    await store.add(a_job(1))
    claim = await store.claim("job-1")
    for version in (1, 2):
        end = claim.job.model_copy(update={"state": JobState.PARTIAL, "version": version})
        await store.finish(claim, end)
    for write in (store.renew, store.let_go, store.finish):
        with pytest.raises(Fenced):
            await write(claim, moved(claim.job, JobState.FAILED))
    kept = await store.get("job-1")
    assert (kept.state, kept.version) == (JobState.PARTIAL, 1)


async def test_a_job_that_was_let_go_is_due_at_once_and_in_its_old_place(store):
    for number in range(3):
        await store.add(a_job(number))
    claim = await store.claim("job-0")
    await store.let_go(claim, claim.job)
    assert await store.due() == ("job-0", "job-1", "job-2")


async def test_a_wish_to_cancel_reaches_who_has_the_job_and_who_takes_it(store):
    await store.add(a_job(1))
    claim = await store.claim("job-1")
    assert not await store.renew(claim, claim.job)
    await store.cancel("job-1")
    assert await store.renew(claim, claim.job)
    await store.let_go(claim, claim.job)
    assert (await store.claim("job-1")).is_cancelled


async def test_a_tenant_with_many_jobs_does_not_hold_up_anothers_first(store):
    for number in range(100):
        await store.add(a_job(number), "bank")
    await store.add(a_job(100), "rival")
    await store.add(a_job(101), "rival")
    assert await store.due(4) == ("job-0", "job-100", "job-1", "job-101")


async def test_a_tenants_ended_jobs_do_not_count_against_it(store):
    for number in range(3):
        await ended(store, a_job(number), JobState.SUCCEEDED)
    await store.add(a_job(3), "rival")
    await store.add(a_job(4))
    await store.add(a_job(5))
    assert await store.due() == ("job-3", "job-4", "job-5")


async def test_a_job_to_be_cancelled_or_past_its_deadline_need_only_be_ended(store, clock):
    await store.add(a_job(1), deadline_s=60.0)
    await store.add(a_job(2))
    await store.add(a_job(3))
    await store.cancel("job-3")
    assert await store.spent() == ("job-3",)
    clock.now += 61
    assert await store.spent() == ("job-1", "job-3")
    await store.claim("job-1")
    assert await store.spent() == ("job-3",)


async def test_a_claim_tells_how_long_there_is_until_the_deadline(store, clock):
    await store.add(a_job(1), deadline_s=60.0)
    await store.add(a_job(2))
    clock.now += 20
    assert (await store.claim("job-1")).seconds_left == pytest.approx(40.0)
    assert (await store.claim("job-2")).seconds_left is None


async def lose(store, clock, job_id="job-1"):
    """A worker takes the job and is never heard of again; returns its claim."""
    claim = await store.claim(job_id)
    clock.now += store.lease_s + 1
    return claim


async def test_claims_that_brought_no_answer_are_counted(store, clock):
    await store.add(a_job(1))
    claims = [await lose(store, clock) for _ in range(4)]
    assert [claim.num_vain for claim in claims] == [0, 1, 2, 3]


async def test_an_answer_that_was_paid_begins_the_count_anew(store, clock):
    memo = AnswerMemo(store.database)
    await store.add(a_job(1), "bank")
    for _ in range(3):
        await lose(store, clock)
    await memo.keep("other", PaidCall("{}"), Payer("bank", "acme", "job-2"))
    assert (await lose(store, clock)).num_vain == 3
    await memo.keep("own", PaidCall("{}"), Payer("bank", "acme", "job-1"))
    assert [(await lose(store, clock)).num_vain for _ in range(3)] == [0, 1, 2]
    await memo.aclose()


async def test_a_claim_that_was_let_go_was_none_in_vain(store, clock):
    await store.add(a_job(1))
    await lose(store, clock)
    for _ in range(3):
        claim = await store.claim("job-1")
        await store.let_go(claim, claim.job)
    assert (await store.claim("job-1")).num_vain == 1


def a_row(number):
    job = a_job(number)
    unused = {"fence": 0, "lease_until": 0.0, "is_cancelled": False, "state": "queued"}
    return unused | {"id": job.id, "tenant": "", "company": "acme", "body": job.model_dump_json()}


async def test_ten_thousand_queued_jobs_are_taken_by_their_index_without_sorting(store):
    """By what the database says it would do: times are no measure on a shared machine."""
    turns = select(jobs.c.id).where(store.is_free()).order_by(jobs.c.priority.desc(), jobs.c.seq)
    explain = "explain query plan" if store.database.is_sqlite else "explain"

    def explained(connection):
        connection.execute(jobs.insert(), [a_row(number) for number in range(10_000)])
        connection.exec_driver_sql("analyze jobs")
        asked = turns.limit(2).compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
        return str(connection.exec_driver_sql(f"{explain} {asked}").all()).lower()

    plan = await store.database.write(explained)
    assert "jobs_by_turn" in plan
    assert "sort" not in plan
    assert "temp b-tree" not in plan


async def test_the_unfinished_are_counted(store):
    await store.add(a_job(1))
    await store.add(a_job(2), "rival")
    await ended(store, a_job(3), JobState.FAILED)
    assert await store.num_unfinished() == 2
    await store.claim("job-1")
    assert (await store.num_unfinished(), await store.num_due()) == (2, 1)


async def test_leases_run_by_the_clock_of_the_database(database):
    store = JobStore(database, 60.0)
    await store.add(a_job(1))
    await store.claim("job-1")
    assert await store.due() == ()
    spent = JobStore(database, -60.0)
    await store.add(a_job(2))
    await spent.claim("job-2")
    assert await store.due() == ("job-2",)
