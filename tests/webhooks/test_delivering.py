import asyncio

import pytest
from factsheet_schemas.api import JobState
from factsheet_schemas.webhooks import NewWebhook
from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.outbox import LEASE_S, Outbox
from factsheet_service.stores.webhooks import WebhookStore
from factsheet_service.webhooks import delivering
from factsheet_service.webhooks.delivering import MAX_OPEN, Delivering, Fate
from factsheet_service.webhooks.posting import Outcome, Poster
from support.clock import Clock
from support.receiver import receiving
from support.working import a_job

SECRET = "whsec_" + "A" * 32


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def database(database_url, clock, monkeypatch):
    monkeypatch.setattr(delivering, "LOOK_S", 0.02)
    async with Database(database_url, clock) as opened:
        yield opened


@pytest.fixture
def outbox(database):
    return Outbox(database)


@pytest.fixture
async def receiver():
    async with receiving() as (made, url):
        made.url = url
        yield made


async def hooked(database, url, *job_ids):
    """A webhook, and jobs that ended behind it."""
    webhook = await WebhookStore(database, "").add(NewWebhook(url=url), SECRET)
    jobs = JobStore(database)
    for job_id in job_ids:
        await jobs.add(a_job(job_id))
        claim = await jobs.claim(job_id)
        await jobs.finish(claim, claim.job.model_copy(update={"state": JobState.SUCCEEDED}))
    return webhook


class Fates(asyncio.Queue):
    """What became of each attempt."""

    async def next(self):
        async with asyncio.timeout(20):
            return await self.get()


def make(outbox, fates, post=None):
    post = post or Poster(is_local=True).post
    return Delivering(outbox, post, fates.put_nowait, chance=lambda: 0.0)


async def test_an_end_is_delivered_once_and_signed(database, outbox, receiver):
    await hooked(database, receiver.url, "j")
    fates = Fates()
    async with make(outbox, fates).opened():
        received = await receiver.next()
        assert await fates.next() is Fate.DELIVERED
    told = received.opened(SECRET)
    assert (told["type"], told["data"]["job"]) == ("job.succeeded", "j")
    assert receiver.received.empty()
    assert await outbox.num_waiting() == 0


async def test_a_receiver_that_is_down_is_tried_again_with_the_same_id(
    database, outbox, receiver, clock
):
    receiver.statuses = [500, 503, 302, 204]
    await hooked(database, receiver.url, "j")
    fates, ids = Fates(), []
    async with make(outbox, fates).opened():
        for fate in [Fate.FAILED] * 3 + [Fate.DELIVERED]:
            received = await receiver.next()
            assert received.opened(SECRET)["data"]["job"] == "j"
            ids.append(received.id)
            assert await fates.next() is fate
            clock.now += 60
    assert len(set(ids)) == 1


async def test_a_receiver_that_nobody_finds_is_tried_again(database, outbox, clock):
    async with receiving() as (_, url):
        pass
    await hooked(database, url, "j")
    fates = Fates()
    async with make(outbox, fates).opened():
        assert await fates.next() is Fate.FAILED
        async with receiving(int(url.rsplit(":")[-1].split("/")[0])) as (receiver, _):
            clock.now += 60
            assert (await receiver.next()).opened(SECRET)["data"]["job"] == "j"
            assert await fates.next() is Fate.DELIVERED


async def test_who_wants_to_hear_no_more_is_left_alone(database, outbox, receiver):
    receiver.statuses = [410]
    await hooked(database, receiver.url, "j")
    fates = Fates()
    async with make(outbox, fates).opened():
        assert await fates.next() is Fate.GIVEN_UP


async def test_after_a_day_a_message_is_given_up(database, outbox, receiver, clock):
    receiver.statuses = [500]
    await hooked(database, receiver.url, "j")
    fates, seen = Fates(), []
    async with make(outbox, fates).opened():
        while not seen or seen[-1] is Fate.FAILED:
            seen.append(await fates.next())
            clock.now += 5 * 3600
    assert seen == [Fate.FAILED] * 5 + [Fate.GIVEN_UP]


async def test_what_a_killed_process_had_taken_is_delivered_by_another(
    database, outbox, receiver, clock
):
    await hooked(database, receiver.url, "j")
    (lost,) = await outbox.take(10)  # and that process dies
    clock.now += LEASE_S
    async with make(outbox, Fates()).opened():
        assert (await receiver.next()).id == lost.id


async def test_two_processes_deliver_each_message_once(database, outbox, receiver):
    ids = [f"j{number}" for number in range(12)]
    await hooked(database, receiver.url, *ids)
    fates = Fates()
    async with make(outbox, fates).opened(), make(outbox, fates).opened():
        assert {await fates.next() for _ in ids} == {Fate.DELIVERED}
    told = [receiver.received.get_nowait().opened(SECRET)["data"]["job"] for _ in ids]
    assert sorted(told) == sorted(ids)
    assert receiver.received.empty()


async def test_so_many_posts_are_under_way_at_most(database, outbox):
    for number in range(6):
        await hooked(
            database, f"https://hooks{number}.example/", *(f"{number}-{n}" for n in range(6))
        )
    gate, all_open, most = asyncio.Event(), asyncio.Event(), 0

    async def post(delivery):
        nonlocal most
        most += 1
        if most == MAX_OPEN:
            all_open.set()
        await gate.wait()
        return Outcome()

    async with make(outbox, Fates(), post).opened():
        async with asyncio.timeout(20):
            await all_open.wait()
        waiting = await outbox.num_waiting()
        gate.set()
    assert waiting >= MAX_OPEN


async def test_a_post_under_way_is_let_end_when_the_service_stops(database, outbox):
    await hooked(database, "https://hooks.example/", "j")
    begun, gate, fates = asyncio.Event(), asyncio.Event(), Fates()

    async def post(delivery):
        begun.set()
        await gate.wait()
        return Outcome()

    async with make(outbox, fates, post).opened():
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, gate.set)
    assert fates.get_nowait() is Fate.DELIVERED


async def test_a_database_that_is_away_delays_and_loses_nothing(
    database, outbox, receiver, clock, monkeypatch
):
    await hooked(database, receiver.url, "j")
    delivered, troubles = outbox.delivered, [StoreUnavailable("away")]

    async def broken(delivery):
        if troubles:
            raise troubles.pop()
        await delivered(delivery)

    monkeypatch.setattr(outbox, "delivered", broken)
    fates = Fates()
    async with make(outbox, fates).opened():
        first = await receiver.next()
        clock.now += LEASE_S
        assert (await receiver.next()).id == first.id
        assert await fates.next() is Fate.DELIVERED
