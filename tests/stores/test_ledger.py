import asyncio

import pytest
from factsheet_service.core.memo import PaidCall, Payer, Spent
from factsheet_service.stores.ledger import (
    DAY_S,
    Ledger,
    Limits,
    Owned,
    accounts,
    erase,
    ledger,
    shrink,
)

ACME = Payer("bank", "acme", "job-1")
BETA = Payer("bank", "beta", "job-2")
OTHER = Payer("rival", "acme", "job-3")
COST = {"model": "m", "prompt_tokens": 100, "cached_tokens": 60, "output_tokens": 5}


async def keep(memo, keys, payer=ACME):
    for key in keys:
        await memo.keep(key, PaidCall(f'{{"key": "{key}"}}', **COST), payer)


async def forgotten(memo, keys):
    return "".join([key for key in keys if await memo.get(key) is None])


@pytest.mark.parametrize(
    ("whose", "calls"),
    [
        (Owned("bank"), 3),
        (Owned("bank", "acme"), 2),
        (Owned("bank", job="job-2"), 1),
        (Owned("bank", "acme", "job-2"), 0),
        (Owned("nobody"), 0),
    ],
    ids=str,
)
async def test_the_ledger_counts_by_tenant_company_and_job(memo, database, whose, calls):
    await keep(memo, "ab")
    await keep(memo, "c", BETA)
    await keep(memo, "d", OTHER)
    assert await ledger(database, whose) == Ledger(calls, 100 * calls, 60 * calls, 5 * calls)


async def test_accounts_are_by_company_and_job(memo, database):
    await keep(memo, "ab")
    await keep(memo, "c", BETA)
    await keep(memo, "d", OTHER)
    assert await accounts(database, Owned("bank", "beta")) == {
        ("beta", "job-2"): Ledger(1, 100, 60, 5)
    }
    assert await accounts(database, Owned("bank")) == {
        ("acme", "job-1"): Ledger(2, 200, 120, 10),
        ("beta", "job-2"): Ledger(1, 100, 60, 5),
    }


async def test_erasing_a_company_leaves_other_companies_and_tenants(memo, database):
    await keep(memo, "ab")
    await keep(memo, "c", BETA)
    await keep(memo, "d", OTHER)
    assert await erase(database, Owned("bank", "acme")) == 2
    assert await forgotten(memo, "abcd") == "ab"
    assert await erase(database, Owned("bank")) == 1
    assert await forgotten(memo, "abcd") == "abc"


async def test_what_was_not_used_for_long_is_forgotten_and_what_was_used_is_not(
    memo, database, clock
):
    await keep(memo, "ab")
    clock.now += 10 * DAY_S
    assert await memo.get("a") is not None
    clock.now += 25 * DAY_S
    assert await shrink(database, Limits(max_age_days=30), clock.now) == 1
    assert await forgotten(memo, "ab") == "b"


async def test_the_longest_unused_go_first_where_there_are_too_many_bytes(memo, database, clock):
    for key in "abc":
        await keep(memo, key)
        clock.now += DAY_S
    size = len('{"key": "a"}')
    assert await shrink(database, Limits(max_bytes=3 * size), clock.now) == 0
    assert await shrink(database, Limits(max_bytes=2 * size), clock.now) == 1
    assert await forgotten(memo, "abc") == "a"


async def test_without_limits_nothing_is_forgotten(memo, database, clock):
    await keep(memo, "a")
    assert await shrink(database, Limits(), clock.now + 9999 * DAY_S) == 0


async def test_processes_that_shrink_at_once_forget_each_answer_once(memo, database, clock):
    await keep(memo, "abc")
    later = clock.now + 2 * DAY_S
    told = await asyncio.gather(
        *(shrink(database, Limits(max_age_days=1), later) for _ in range(3))
    )
    assert sum(told) == 3


async def test_what_a_job_has_spent_is_told_with_the_time_since_its_first_answer(memo, clock):
    assert await memo.of(ACME).spent() == Spent()
    await keep(memo, "a")
    clock.now += 90
    await keep(memo, "b")
    clock.now += 30
    assert await memo.of(ACME).spent() == Spent(2, 210, 120.0)
    assert await memo.of(BETA).spent() == Spent()


async def test_who_has_no_name_has_spent_nothing_before(memo):
    nobody = Payer("bank", "acme")
    await keep(memo, "a", nobody)
    assert await memo.of(nobody).spent() == Spent()
