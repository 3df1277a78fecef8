"""Neither a document's words nor a secret get into logs or problems, whatever goes wrong."""

import logging
from dataclasses import replace
from itertools import count

import pytest
from factsheet_schemas import ExtractOptions
from factsheet_service.api.problems import problem_of
from factsheet_service.composition import build_operations
from factsheet_service.core.errors import EngineUnavailable, StoreUnavailable
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.tables import facts
from pydantic import SecretStr
from sqlalchemy import insert
from support.chat_fixtures import _listening_stub, chat_stub
from support.chat_stub import cut_off, error, garbled, is_question, rows, says

__all__ = ["_listening_stub", "chat_stub"]

CANARY = "Zwirnbeutel"
SECRET = "hush-4711"
TEXT = f"FACILITIES AGREEMENT\n\n{CANARY} AS is the Borrower.\n\nFacility A is a term loan.\n"
TROUBLES = (
    says(f'[["borrower_name", "", "{CANARY} AS", '),
    says(f"Well, {CANARY} it is."),
    cut_off(f'[["borrower_name", "{CANARY}'),
    error(500, f"cannot read {CANARY}"),
    error(400, f"this prompt is refused: {CANARY}"),
    error(400, f"maximum context length is 100 tokens, {CANARY}"),
    error(429, CANARY),
    garbled(),
    says(None),
    rows(["borrower_name", "", f"{CANARY} AS", 2]),
    rows(["nonsense", CANARY, CANARY, 999]),
)


@pytest.fixture
def logged(caplog):
    """All that our loggers say, tracebacks included."""
    caplog.set_level(logging.DEBUG, logger="factsheet_service")

    def said():
        format_ = logging.Formatter("%(message)s").format
        ours = [one for one in caplog.records if one.name.startswith("factsheet_service")]
        return "\n".join(format_(one) for one in ours)

    return said


@pytest.fixture
def settings(chat_stub, tmp_path):
    secret = SecretStr(SECRET)
    vllm = VllmSettings(
        chat_stub.base_url, api_key=secret, max_attempts=2, backoff_s=0.001, deadline_s=5
    )
    return AppSettings(tmp_path / "work", "vllm", vllm=vllm, api_key=secret, secret=secret)


@pytest.fixture
def extracted(tmp_path):
    """One company with a document that is read and two that are not."""
    source = tmp_path / "documents"
    source.mkdir()
    (source / "agreement.txt").write_text(TEXT)
    (source / "broken.pdf").write_bytes(b"%PDF-1.7 " + CANARY.encode() * 9)
    (source / "broken.docx").write_bytes(b"PK\x03\x04" + CANARY.encode() * 9)

    async def run(settings):
        operations = build_operations(settings)
        await operations.ingest("acme", [source])
        return await operations.extract("acme", ExtractOptions(engine="vllm"), job_id="job-1")

    return run


async def test_answers_and_errors_of_every_kind_leave_no_word_in_the_logs(
    extracted, settings, chat_stub, logged
):
    numbers = count()

    def script(body):
        return TROUBLES[next(numbers) % len(TROUBLES)] if is_question(body) else None

    chat_stub.script = script
    record = await extracted(settings)
    assert next(numbers) > len(TROUBLES)
    assert CANARY not in logged()
    assert SECRET not in logged() + record.model_dump_json() + repr(settings)
    assert all(
        head["authorization"] == f"Bearer {SECRET}"
        for head in chat_stub.headers
        if "authorization" in head
    )


async def test_a_server_that_is_away_is_logged_without_a_word_of_documents(
    extracted, settings, chat_stub, logged
):
    await extracted(settings)
    away = replace(settings, vllm=replace(settings.vllm, base_url="http://127.0.0.1:1/v1"))
    await extracted(away)
    assert "the server is away" in logged()
    other = replace(away, work=settings.work / "other")
    with pytest.raises(EngineUnavailable) as caught:
        await extracted(other)
    told = logged() + problem_of(caught.value).model_dump_json()
    assert CANARY not in told
    assert SECRET not in told


async def test_errors_of_the_database_quote_nothing_that_was_kept(tmp_path):
    async with Database(sqlite_url(tmp_path)) as database:
        wrong = insert(facts).values(name=CANARY, value=None)
        with pytest.raises(StoreUnavailable) as caught:
            await database.do(wrong)
    assert CANARY not in str(caught.value)


def test_an_unexpected_error_tells_its_type_alone():
    problem = problem_of(ValueError(f"{CANARY} {SECRET}"), "/jobs/1")
    assert "ValueError" in problem.detail
    assert CANARY not in problem.model_dump_json()
    assert SECRET not in problem.model_dump_json()
