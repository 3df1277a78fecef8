import pytest
from factsheet_schemas.api import JobState
from factsheet_schemas.webhooks import ENDS, NewWebhook, WebhookEvent, WebhookMessage
from factsheet_service.core.errors import Fenced, UnknownWebhook, UsageError
from factsheet_service.stores.database import Database
from factsheet_service.stores.erasing import erase_job, erase_webhooks
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.outbox import AT_A_TIME, KEEP_S, LEASE_S, Outbox
from factsheet_service.stores.tables import deliveries
from factsheet_service.stores.webhooks import MAX_PER_TENANT, WebhookStore
from sqlalchemy import func, select
from support.clock import Clock
from support.working import a_job

SECRET = "whsec_" + "A" * 32
URL = "https://hooks.example/x"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def database(database_url, clock):
    async with Database(database_url, clock) as opened:
        yield opened


@pytest.fixture
def jobs(database):
    return JobStore(database)


@pytest.fixture
def outbox(database):
    return Outbox(database)


@pytest.fixture
def hook(database):
    async def add(tenant="", events=ENDS):
        store = WebhookStore(database, tenant)
        return await store.add(NewWebhook(url=URL, events=events), SECRET)

    return add


async def end(jobs, job_id="j", tenant="", state=JobState.SUCCEEDED):
    await jobs.add(a_job(job_id), tenant)
    claim = await jobs.claim(job_id)
    await jobs.finish(claim, claim.job.model_copy(update={"state": state}))


async def num_kept(database):
    return (await database.rows(select(func.count()).select_from(deliveries)))[0][0]


async def test_an_end_is_told_to_every_webhook_of_the_tenant(jobs, outbox, hook):
    hooks = [await hook("ours"), await hook("ours"), await hook("theirs")]
    await end(jobs, tenant="ours")
    taken = await outbox.take(10)
    assert {one.webhook for one in taken} == {hooks[0].id, hooks[1].id}
    assert len({one.id for one in taken}) == 2
    message = WebhookMessage.model_validate_json(taken[0].body)
    assert (message.type, message.data.job) == (WebhookEvent.SUCCEEDED, "j")
    assert (taken[0].url, taken[0].secret, taken[0].attempts) == (URL, SECRET, 1)


async def test_only_what_a_webhook_wants_is_told(jobs, outbox, hook):
    await hook(events=(WebhookEvent.FAILED, WebhookEvent.CANCELLED))
    for state in (JobState.SUCCEEDED, JobState.PARTIAL, JobState.FAILED, JobState.CANCELLED):
        await end(jobs, f"j-{state}", state=state)
    states = {
        WebhookMessage.model_validate_json(one.body).data.state for one in await outbox.take(9)
    }
    assert states == {JobState.FAILED, JobState.CANCELLED}


async def test_an_end_that_is_not_kept_is_not_told(jobs, outbox, hook, clock):
    await hook()
    await jobs.add(a_job("j"))
    slept = await jobs.claim("j")
    clock.now += jobs.lease_s + 1
    await jobs.claim("j")
    with pytest.raises(Fenced):
        await jobs.finish(slept, slept.job.model_copy(update={"state": JobState.SUCCEEDED}))
    assert await outbox.num_waiting() == 0


async def test_a_message_that_is_taken_is_nobody_elses_until_its_lease_ends(
    jobs, outbox, hook, clock
):
    await hook()
    await end(jobs)
    first = await outbox.take(10)
    assert await outbox.take(10) == ()
    clock.now += LEASE_S
    again = await outbox.take(10)
    assert [(one.id, one.attempts, one.age_s) for one in again] == [(first[0].id, 2, LEASE_S)]


async def test_what_was_delivered_is_gone_whoever_did_it(jobs, outbox, hook, clock):
    await hook()
    await end(jobs)
    (slow,) = await outbox.take(10)
    clock.now += LEASE_S
    await outbox.take(10)
    await outbox.delivered(slow)
    assert await outbox.num_waiting() == 0


async def test_what_failed_is_due_after_its_wait_with_the_same_id(jobs, outbox, hook, clock):
    await hook()
    await end(jobs)
    (first,) = await outbox.take(10)
    await outbox.failed(first, "HTTP 500", 5)
    clock.now += 4.9
    assert await outbox.take(10) == ()
    clock.now += 0.2
    (second,) = await outbox.take(10)
    assert (second.id, second.body, second.attempts) == (first.id, first.body, 2)


async def test_who_was_too_slow_does_not_put_off_anothers_attempt(jobs, outbox, hook, clock):
    await hook()
    await end(jobs)
    (slow,) = await outbox.take(10)
    clock.now += LEASE_S
    (other,) = await outbox.take(10)
    await outbox.failed(slow, "HTTP 500", None)
    await outbox.failed(other, "HTTP 503", 1)
    clock.now += 1
    assert len(await outbox.take(10)) == 1


async def test_what_is_given_up_can_be_seen_for_a_while(database, jobs, outbox, hook, clock):
    made = await hook()
    await end(jobs)
    await outbox.failed((await outbox.take(1))[0], "HTTP 410", None)
    seen = await WebhookStore(database, "").get(made.id)
    assert (seen.waiting, seen.given_up, seen.failure) == (0, 1, "HTTP 410")
    assert await outbox.num_waiting() == 0
    clock.now += KEEP_S + 1
    await end(jobs, "later")
    await outbox.failed((await outbox.take(1))[0], "HTTP 410", None)
    assert await num_kept(database) == 1


async def test_one_webhook_does_not_hold_up_the_others(jobs, outbox, hook):
    busy, other = await hook("busy"), await hook("other")
    for number in range(2 * AT_A_TIME):
        await end(jobs, f"b{number}", "busy")
    await end(jobs, "o", "other")
    taken = await outbox.take(AT_A_TIME + 1)
    assert [one.webhook for one in taken].count(busy.id) == AT_A_TIME
    assert [one.webhook for one in taken].count(other.id) == 1
    assert await outbox.take(10, (busy.id,)) == ()


async def test_a_webhook_that_is_deleted_is_told_nothing_more(database, jobs, outbox, hook):
    made, store = await hook("ours"), WebhookStore(database, "ours")
    await end(jobs, tenant="ours")
    await store.delete(made.id)
    assert (await outbox.take(10), await num_kept(database)) == ((), 0)
    await end(jobs, "later", "ours")
    assert await num_kept(database) == 0


async def test_a_tenant_sees_its_own_webhooks_alone(database, hook):
    made, theirs = await hook("ours"), WebhookStore(database, "theirs")
    assert await theirs.all() == ()
    for asking in (theirs.get, theirs.delete, theirs.test):
        with pytest.raises(UnknownWebhook):
            await asking(made.id)
    assert await WebhookStore(database, "ours").all() == (made,)


async def test_a_tenant_has_so_many_webhooks_at_most(hook):
    for _ in range(MAX_PER_TENANT):
        await hook()
    with pytest.raises(UsageError, match="20 webhooks"):
        await hook()
    await hook("another")


async def test_a_test_is_a_message_like_any_other(database, outbox, hook):
    made, store = await hook(), WebhookStore(database, "")
    message_id = await store.test(made.id)
    assert (await store.get(made.id)).waiting == 1
    (taken,) = await outbox.take(10)
    message = WebhookMessage.model_validate_json(taken.body)
    assert (taken.id, message.type, message.data) == (
        message_id,
        WebhookEvent.TEST,
        {"webhook": made.id},
    )


async def test_what_is_told_of_a_job_is_forgotten_with_it(database, jobs, outbox, hook):
    await hook()
    await end(jobs, "gone")
    await end(jobs, "kept")
    assert await erase_job(database, "", "gone")
    (left,) = await outbox.take(10)
    assert WebhookMessage.model_validate_json(left.body).data.job == "kept"


async def test_a_tenants_webhooks_are_forgotten_and_no_others(database, jobs, outbox, hook):
    await hook("ours")
    kept = await hook("theirs")
    await end(jobs, tenant="ours")
    assert await erase_webhooks(database, "ours")
    assert not await erase_webhooks(database, "ours")
    assert await outbox.num_waiting() == 0
    assert await WebhookStore(database, "theirs").all() == (kept,)
