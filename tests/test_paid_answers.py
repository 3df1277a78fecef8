"""Who may use which paid answers, through everything that a run consists of."""

import json
import socket
from dataclasses import replace

import pytest
from factsheet_schemas import Budget, ExtractOptions
from factsheet_service.api.settings import ApiSettings
from factsheet_service.composition import build_operations
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.core.memo import Payer
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.engines.vllm.lacks import AWAY
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.exporting import exported, imported
from factsheet_service.stores.ledger import Owned, ledger
from factsheet_service.stores.memo import AnswerMemo
from pydantic import SecretStr
from support.chat_fixtures import _listening_stub, chat_stub
from support.chat_stub import error, is_question, reads

__all__ = ["_listening_stub", "chat_stub"]

TEXT = """\
FACILITIES AGREEMENT

Norrvind Wind AS is the Borrower.

Facility A is a term loan of EUR 250,000,000.
"""
FINDINGS = {
    "is the Borrower": [("borrower_name", (), "Norrvind Wind AS")],
    "term loan of": [("detect", (), "Facility A"), ("currency", ("Facility A",), "EUR")],
}
OPTIONS = ExtractOptions(engine="vllm")
FRESH = ExtractOptions(engine="vllm", fresh=True)


@pytest.fixture
def settings(chat_stub, tmp_path):
    chat_stub.script = reads(FINDINGS)
    vllm = VllmSettings(chat_stub.base_url, max_attempts=1, backoff_s=0.001)
    return AppSettings(tmp_path / "work", "vllm", vllm=vllm)


@pytest.fixture
def extracted(settings, tmp_path):
    source = tmp_path / "agreement.txt"
    source.write_text(TEXT)

    async def run(options=OPTIONS, tenant="", job="", settings=settings):
        operations = build_operations(settings).of(tenant)
        await operations.ingest("acme", [source])
        return await operations.extract("acme", options, job_id=job)

    return run


def questions(chat_stub):
    return [body for body in chat_stub.bodies if is_question(body)]


async def test_a_tenant_pays_for_itself_and_its_prefixes_are_its_own(extracted, chat_stub):
    runs = [await extracted(tenant=name) for name in ("bank", "rival", "bank", "")]
    num_paid = runs[0].run.usage.calls
    assert [one.run.usage.calls for one in runs] == [num_paid, num_paid, 0, num_paid]
    bank, rival, alone = (questions(chat_stub)[n * num_paid :][:num_paid] for n in range(3))
    salts = [{body.get("cache_salt") for body in bodies} for bodies in (bank, rival, alone)]
    assert [len(one) for one in salts] == [1, 1, 1]
    assert salts[2] == {None}
    assert len(set.union(*salts)) == 3
    marks = {body["messages"][1]["content"].split(">")[0] for body in questions(chat_stub)}
    assert len(marks) == 3


async def test_the_probe_shares_the_prefixes_of_its_tenant(extracted, chat_stub):
    await extracted(tenant="bank")
    assert len({body.get("cache_salt") for body in chat_stub.bodies}) == 1


async def test_a_fresh_run_uses_no_earlier_answer_and_later_runs_do_not_see_its_own(
    extracted, chat_stub, settings
):
    first = await extracted()
    fresh, again = await extracted(FRESH), await extracted(FRESH)
    later = await extracted()
    calls = [one.run.usage.calls for one in (first, fresh, again, later)]
    assert calls == [calls[0], calls[0], calls[0], 0]
    assert fresh.run.options["fresh"] is True
    async with Database(settings.database_url) as database:
        assert (await ledger(database, Owned("", "acme"))).calls == 3 * calls[0]


async def test_a_fresh_job_that_is_resumed_does_not_pay_twice(extracted, chat_stub):
    whole = (await extracted()).run.usage.calls
    read, num = chat_stub.script, len(questions(chat_stub))

    def breaks_off(body):
        is_late = len(questions(chat_stub)) - num > 4 and is_question(body)
        return error(401) if is_late else read(body)

    chat_stub.script = breaks_off
    with pytest.raises(EngineUnavailable):
        await extracted(FRESH, job="job-1")
    chat_stub.script = read
    resumed = await extracted(FRESH, job="job-1")
    assert 0 < resumed.run.usage.replayed < whole
    assert resumed.run.usage.calls + resumed.run.usage.replayed == whole
    other = await extracted(FRESH, job="job-2")
    assert (other.run.usage.calls, other.run.usage.replayed) == (whole, 0)


async def test_a_budget_is_of_all_attempts_of_a_job(extracted, chat_stub):
    budget = ExtractOptions(engine="vllm", budget={"calls": 4})
    first = await extracted(budget, job="job-1")
    again = await extracted(budget, job="job-1")
    other = await extracted(budget, job="job-2")
    assert [one.run.usage.calls for one in (first, again, other)] == [4, 0, 4]
    assert not first.run.is_complete
    assert any("4 calls was spent" in warning for warning in first.warnings)


async def test_no_run_exceeds_what_the_server_allows(extracted, settings):
    limited = replace(settings, api=ApiSettings(max_budget=Budget(calls=3)))
    record = await extracted(settings=limited)
    assert record.run.usage.calls == 3
    assert record.run.options["budget"]["calls"] == 3


async def test_what_was_paid_for_by_who_is_alone_outlasts_another_secret(extracted, settings):
    first = await extracted(settings=replace(settings, secret=SecretStr("one")))
    again = await extracted(settings=replace(settings, secret=SecretStr("two")))
    assert (first.run.usage.calls > 0, again.run.usage.calls) == (True, 0)


@pytest.fixture
def nobody():
    """The address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return VllmSettings(f"http://127.0.0.1:{port}/v1", probe_attempts=1, backoff_s=0.001)


async def copied(settings, other, whose):
    """The answers of one work folder taken into another, as text."""
    async with Database(settings.database_url) as database:
        lines = [line async for line in exported(database, whose)]
    other.work.mkdir()
    async with Database(other.database_url) as database:
        memo = AnswerMemo(database)
        await imported(lines, memo.of(Payer()))
        await memo.aclose()


async def test_an_export_replays_a_run_without_a_server(extracted, settings, nobody, tmp_path):
    first = await extracted(tenant="bank")
    other = replace(settings, work=tmp_path / "other", vllm=nobody)
    await copied(settings, other, Owned("bank"))
    again = await extracted(settings=other)
    assert AWAY in again.warnings
    assert again.run.usage.calls == 0 < again.run.usage.replayed
    told = [one.model_dump_json(exclude={"run", "warnings"}) for one in (first, again)]
    assert told[0] == told[1]
    assert again.deal["borrower_name"].value == ["Norrvind Wind AS"]


async def test_what_was_not_paid_for_needs_the_server(extracted, settings, nobody, tmp_path):
    await extracted(ExtractOptions(engine="vllm", fields=("currency",)))
    away = replace(settings, vllm=nobody)
    with pytest.raises(EngineUnavailable, match="Is the server running"):
        await extracted(settings=away)
    with pytest.raises(EngineUnavailable, match="Is the server running"):
        await extracted(settings=replace(away, work=tmp_path / "empty"))


async def test_documents_stand_between_marks_that_no_document_can_have(extracted, chat_stub):
    await extracted()
    for body in questions(chat_stub):
        system, user = (message["content"] for message in body["messages"])
        mark = user.split(">")[0].removeprefix("<text ")
        assert user.startswith(f"<text {mark}>\n1 FACILITIES")
        assert user.count(mark) == 2
        assert mark not in system
        assert mark not in json.dumps(body["response_format"])
