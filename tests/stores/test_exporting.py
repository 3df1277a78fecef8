import asyncio

import pytest
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database
from factsheet_service.stores.exporting import exported, imported
from factsheet_service.stores.facts import shared_secret
from factsheet_service.stores.ledger import Owned
from factsheet_service.stores.memo import AnswerMemo
from factsheet_service.stores.tables import answers
from sqlalchemy import select

ACME = Payer("bank", "acme", "job-1")
KEYS = [f"k{n:03}" for n in range(450)]


@pytest.fixture
async def lines(database):
    """An export of a tenant whose answers have a salt, and who is not alone."""
    memo = AnswerMemo(database)
    mine, other = memo.of(ACME, "salt"), memo.of(Payer("rival", "acme"))
    await asyncio.gather(*(mine.keep(key, PaidCall(key, seconds=0.5)) for key in KEYS))
    await other.keep("foreign", PaidCall("x"))
    await mine.note("server", "can do this")
    await shared_secret(database)
    await memo.aclose()
    return [line async for line in exported(database, Owned("bank"))]


async def test_an_export_replays_elsewhere_under_another_salt(lines, tmp_path):
    async with Database(f"sqlite:///{tmp_path}/other.sqlite") as elsewhere:
        memo = AnswerMemo(elsewhere)
        run = memo.of(Payer("", "acme", "job-9"), "pepper")
        assert await imported(lines, run) == len(KEYS)
        assert [await run.get(key) for key in KEYS] == KEYS
        assert await run.get("foreign") is None
        assert await run.recall("server") == "can do this"
        row, *_ = await elsewhere.rows(select(answers))
        assert (row.seconds, row.job, row.request[0]) == (0.5, "job-9", "k")
        await memo.aclose()


async def test_an_export_has_no_secret_and_no_salted_key(lines, database):
    secret = (await shared_secret(database)).hex()
    assert not any(secret in line or "rival" in line for line in lines)
    assert sum('"key": "k' in line for line in lines) == len(KEYS)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[]", "none of an export's"),
        ("{}", "none of an export's"),
        ("{", "Expecting"),
        ('{"key": "a"}', "body"),
        ('{"key": 1, "body": "x"}', "none of an export's"),
        ('{"note": "a"}', "none of an export's"),
    ],
)
async def test_other_lines_are_refused(database, line, why):
    memo = AnswerMemo(database)
    with pytest.raises(ValueError, match=why):
        await imported([line], memo.of(ACME))
    await memo.aclose()
