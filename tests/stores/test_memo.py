import asyncio

import pytest
from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database
from factsheet_service.stores.memo import DAY_S, AnswerMemo, Ledger
from factsheet_service.stores.tables import answers
from sqlalchemy import select, update
from support.clock import Clock

ACME = Payer("bank", "acme", "job-1")
OTHER = Payer("rival", "acme", "job-2")


def paid(body="{}", **more):
    return PaidCall(body, **{"model": "m", "prompt_tokens": 100, "output_tokens": 5, **more})


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def memo(database, clock):
    memo = AnswerMemo(database, clock)
    yield memo
    await memo.aclose()


async def keep(memo, *keys, payer=ACME, **more):
    for key in keys:
        await memo.keep(key, paid(f'{{"key": "{key}"}}', **more), payer)


async def test_what_is_kept_is_there_and_nothing_else(memo):
    await keep(memo, "a")
    assert await memo.get("a") == '{"key": "a"}'
    assert await memo.get("b") is None


async def test_everyone_goes_on_with_what_the_first_wrote(memo):
    first, second = await asyncio.gather(
        memo.keep("a", paid("first"), ACME), memo.keep("a", paid("second"), OTHER)
    )
    assert (first, second, await memo.get("a")) == ("first", "first", "first")


async def test_two_processes_agree_on_what_was_first(database_url, memo):
    async with Database(database_url) as database:
        other = AnswerMemo(database)
        said = await asyncio.gather(
            *(
                one.keep(f"k{n}", paid(name), ACME)
                for n in range(20)
                for name, one in (("x", memo), ("y", other))
            )
        )
        await other.aclose()
    assert said[0::2] == said[1::2]


async def test_a_spoilt_answer_is_asked_again_and_kept_anew(memo, database):
    await keep(memo, "a", "b")
    async with database.begin() as connection:
        await connection.execute(update(answers).where(answers.c.key == "a").values(body="{"))
    assert await memo.get("a") is None
    assert await memo.keep("a", paid("again"), ACME) == "again"
    assert await memo.get("b") == '{"key": "b"}'


async def test_an_answer_that_was_spoilt_meanwhile_is_replaced_by_the_one_that_is_kept(
    memo, database
):
    await keep(memo, "a")
    async with database.begin() as connection:
        await connection.execute(update(answers).values(body="{"))
    assert await memo.keep("a", paid("again"), ACME) == "again"
    assert await memo.get("a") == "again"


async def test_the_ledger_counts_by_tenant_and_company(memo):
    await keep(memo, "a", "b", cached_tokens=60)
    await keep(memo, "c", payer=Payer("bank", "beta"))
    await keep(memo, "d", payer=OTHER)
    assert await memo.ledger("bank") == Ledger(3, 300, 120, 15)
    assert await memo.ledger("bank", "acme") == Ledger(2, 200, 120, 10)
    assert await memo.ledger("nobody") == Ledger(0, 0, 0, 0)


async def test_erasing_a_company_leaves_other_companies_and_tenants(memo):
    await keep(memo, "a", "b")
    await keep(memo, "c", payer=Payer("bank", "beta"))
    await keep(memo, "d", payer=OTHER)
    assert await memo.erase("bank", "acme") == 2
    assert [await memo.get(key) is None for key in "abcd"] == [True, True, False, False]
    assert await memo.erase("bank") == 1
    assert await memo.get("d") is not None


async def test_what_was_not_used_for_long_is_forgotten_and_what_was_used_is_not(memo, clock):
    await keep(memo, "used", "unused")
    clock.now += 10 * DAY_S
    assert await memo.get("used") is not None
    clock.now += 25 * DAY_S
    assert await memo.shrink(max_age_s=30 * DAY_S) == 1
    assert await memo.get("used") is not None
    assert await memo.get("unused") is None


async def test_the_longest_unused_go_first_where_there_are_too_many_bytes(memo, clock):
    for key in "abc":
        await keep(memo, key)
        clock.now += DAY_S
    size = len('{"key": "a"}')
    assert await memo.shrink(max_bytes=2 * size) == 1
    assert [await memo.get(key) is None for key in "abc"] == [True, False, False]


async def test_an_export_replays_elsewhere(memo, database, tmp_path):
    keys = [f"k{n:03}" for n in range(450)]
    await asyncio.gather(*(memo.keep(key, paid(key, seconds=0.5), ACME) for key in keys))
    await keep(memo, "foreign", payer=OTHER)
    lines = [line async for line in memo.exported("bank")]
    async with Database(f"sqlite:///{tmp_path}/other.sqlite") as elsewhere:
        other = AnswerMemo(elsewhere)
        assert await other.imported(lines, Payer()) == len(keys)
        assert [await other.get(key) for key in keys] == keys
        assert await other.get("foreign") is None
        async with elsewhere.begin() as connection:
            assert (await connection.execute(select(answers.c.seconds))).scalars().first() == 0.5


async def test_a_run_writes_under_its_own_name(memo):
    run = memo.of(ACME)
    assert await run.keep("a", paid("x")) == "x"
    assert await run.get("a") == "x"
    assert (await memo.ledger("bank", "acme")).calls == 1


async def test_a_database_that_is_away_for_a_while_is_waited_for(database, memo, monkeypatch):
    await keep(memo, "a")
    begin, troubles = database.begin, [StoreUnavailable("gone"), StoreUnavailable("gone")]

    def sometimes():
        if troubles:
            raise troubles.pop()
        return begin()

    monkeypatch.setattr(database, "begin", sometimes)
    assert await memo.keep("b", paid("x"), ACME) == "x"
    assert troubles == []


async def test_a_database_that_stays_away_is_said(database, clock, monkeypatch):
    def gone():
        raise StoreUnavailable("gone")

    monkeypatch.setattr(database, "begin", gone)
    memo = AnswerMemo(database, clock, patience_s=0.1)
    with pytest.raises(StoreUnavailable, match="gone"):
        await memo.keep("a", paid(), ACME)
