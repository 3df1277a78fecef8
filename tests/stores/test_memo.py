import asyncio

import pytest
from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database
from factsheet_service.stores.facts import shared_secret
from factsheet_service.stores.ledger import Owned, ledger
from factsheet_service.stores.memo import AnswerMemo, salted
from factsheet_service.stores.tables import answers
from sqlalchemy import update

ACME = Payer("bank", "acme", "job-1")
OTHER = Payer("rival", "acme", "job-2")


def paid(body="{}", **more):
    return PaidCall(body, **{"model": "m", "prompt_tokens": 100, "output_tokens": 5, **more})


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
    await database.do(update(answers).where(answers.c.key == "a").values(body="{"))
    assert await memo.get("a") is None
    assert await memo.keep("a", paid("again"), ACME) == "again"
    assert await memo.get("b") == '{"key": "b"}'


async def test_an_answer_that_was_spoilt_meanwhile_is_replaced_by_the_one_that_is_kept(
    memo, database
):
    await keep(memo, "a")
    await database.do(update(answers).values(body="{"))
    assert await memo.keep("a", paid("again"), ACME) == "again"
    assert await memo.get("a") == "again"


async def test_a_run_writes_under_its_own_name(memo, database):
    run = memo.of(ACME)
    assert await run.keep("a", paid("x")) == "x"
    assert await run.get("a") == "x"
    assert (await ledger(database, Owned("bank", "acme", "job-1"))).calls == 1


async def test_runs_with_other_salts_do_not_see_each_others_answers(memo):
    mine, other, none = memo.of(ACME, "salt"), memo.of(OTHER, "pepper"), memo.of(ACME)
    assert await mine.keep("a", paid("mine")) == "mine"
    assert (await other.get("a"), await none.get("a")) == (None, None)
    assert await other.keep("a", paid("other")) == "other"
    assert (await mine.get("a"), await memo.of(OTHER, "salt").get("a")) == ("mine", "mine")


def test_a_key_without_a_salt_is_the_requests_own_hash():
    assert salted("a", "") == "a"
    assert len({salted("a", "x"), salted("a", "y"), salted("b", "x"), "a"}) == 4


async def test_notes_are_replaced_and_reach_no_other_facts(memo, database):
    run = memo.of(ACME)
    assert await run.recall("secret") is None
    await shared_secret(database)
    await run.note("secret", "first")
    await run.note("secret", "second")
    assert await run.recall("secret") == "second"
    assert await shared_secret(database) == await shared_secret(database) != b"second"


async def test_a_database_that_is_away_for_a_while_is_waited_for(database, memo, monkeypatch):
    await keep(memo, "a")
    write, troubles = database.write, [StoreUnavailable("gone"), StoreUnavailable("gone")]

    async def sometimes(work):
        if troubles:
            raise troubles.pop()
        return await write(work)

    monkeypatch.setattr(database, "write", sometimes)
    assert await memo.keep("b", paid("x"), ACME) == "x"
    assert troubles == []


async def test_a_database_that_stays_away_is_said(database, clock, monkeypatch):
    async def gone(_work):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(database, "write", gone)
    memo = AnswerMemo(database, clock, patience_s=0.1)
    with pytest.raises(StoreUnavailable, match="gone"):
        await memo.keep("a", paid(), ACME)
