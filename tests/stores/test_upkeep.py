import asyncio

import pytest
from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.ledger import DAY_S, Limits, Owned, ledger
from factsheet_service.stores.memo import AnswerMemo
from factsheet_service.stores.upkeep import EVERY_S, kept_within

START = 1_000_000.0


class Hours:
    """A clock, and waits that end when the test lets them."""

    def __init__(self):
        self.now = START
        self.waiting = asyncio.Event()
        self.passed = asyncio.Event()

    async def wait(self, seconds):
        assert seconds == EVERY_S
        self.waiting.set()
        await self.passed.wait()
        self.passed.clear()

    async def until_swept(self):
        await asyncio.wait_for(self.waiting.wait(), 10)
        self.waiting.clear()

    def pass_to(self, now):
        self.now = now
        self.passed.set()


@pytest.fixture
def hours():
    return Hours()


@pytest.fixture
async def num_kept(database):
    memo = AnswerMemo(database, lambda: START)
    for key in "abc":
        await memo.keep(key, PaidCall("{}"), Payer())
    await memo.aclose()

    async def count():
        return (await ledger(database, Owned(""))).calls

    return count


async def test_what_gets_too_old_is_forgotten_while_the_service_runs(database, hours, num_kept):
    async with kept_within(Limits(max_age_days=30), database, lambda: hours.now, hours.wait):
        await hours.until_swept()
        assert await num_kept() == 3
        hours.pass_to(START + 31 * DAY_S)
        await hours.until_swept()
        assert await num_kept() == 0


async def test_what_is_too_much_is_forgotten_at_the_start(database, hours, num_kept):
    async with kept_within(Limits(max_bytes=4), database, lambda: hours.now, hours.wait):
        await hours.until_swept()
    assert await num_kept() == 2


async def test_a_database_that_is_away_is_looked_for_again(database, hours, num_kept, monkeypatch):
    write = database.write

    async def away(_work):
        monkeypatch.setattr(database, "write", write)
        raise StoreUnavailable("gone")

    monkeypatch.setattr(database, "write", away)
    async with kept_within(Limits(max_bytes=4), database, lambda: hours.now, hours.wait):
        await hours.until_swept()
        assert await num_kept() == 3
        hours.pass_to(START)
        await hours.until_swept()
        assert await num_kept() == 2


async def test_without_limits_nobody_looks(database, hours, num_kept):
    async with kept_within(Limits(), database, lambda: hours.now, hours.wait):
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "memo limits"]
    assert await num_kept() == 3
