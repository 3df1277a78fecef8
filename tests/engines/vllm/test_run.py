"""Whole runs of the pipeline over the wire."""

from collections import defaultdict
from contextlib import aclosing

import pytest
from factsheet_schemas import ExtractOptions, Status
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.core.progress import silent
from factsheet_service.engines.vllm import VllmEngine, VllmSettings
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document
from support.chat_stub import cut_off, error, is_question, reads, says
from support.memory_memo import MemoryMemo

HYBRID = (
    'vllm:cache_config_info{block_size="16",num_gpu_blocks="9999",mamba_cache_mode="align"} 1.0\n'
)
FILLER = "The Agent shall give each notice to the other Parties in writing. " * 40
AGREEMENT = make_document(
    "FACILITIES AGREEMENT\n\n"
    "Norrvind AS borrows under Facility A and Facility B as set out below.\n\n"
    "SECTION 1\n\n" + FILLER + "\n\n"
    "SECTION 2\n\nThe Margin on Facility A is 2.25 per cent. a year.\n\n"
    "The Margin on Facility B is 2.75 per cent. a year.\n\n" + FILLER
)
FINDINGS = {
    "Norrvind AS borrows": [
        ("detect", (), "Facility A"),
        ("detect", (), "Facility B"),
        ("borrower", (), "Norrvind AS"),
    ],
    "Margin on Facility A": [("margin", ("Facility A",), "2.25%")],
    "Margin on Facility B": [("margin", ("Facility B",), "2.75%")],
}


@pytest.fixture
def run(make_engine, schema):
    async def run(**options):
        engine = make_engine(window_tokens=400)
        job = Job("norrvind", (AGREEMENT,), schema, ExtractOptions(engine="vllm", **options))
        return await extract(job, engine, silent)

    return run


def margins(record):
    return {row.name: row.fields["margin"].value for row in record.facilities}


async def test_a_run_over_the_wire_finds_what_the_model_reads(run, chat_stub):
    chat_stub.script = reads(FINDINGS)
    record = await run()

    assert record.deal["borrower"].value == "Norrvind AS"
    assert margins(record) == {"Facility A": 2.25, "Facility B": 2.75}
    assert record.run.is_complete


async def test_every_window_of_a_run_is_prefilled_once(run, chat_stub):
    chat_stub.script = reads(FINDINGS)
    record = await run()
    prefixes = defaultdict(set)
    for body in chat_stub.bodies[3:]:  # behind the probe's
        window, _, question = body["messages"][1]["content"].rpartition("\n\n")
        prefixes[body["messages"][0]["content"], window].add(question)

    assert len(prefixes) == record.coverage.windows
    assert all(len(questions) >= 3 for questions in prefixes.values())


def troubled(read, troubles):
    """The script ``read``, but the first try of some questions goes wrong."""
    seen = []

    def script(body):
        prompt = body["messages"][1]["content"]
        is_first = not any(prompt.startswith(one) for one in seen)
        if troubles and is_question(body) and is_first:
            seen.append(prompt)
            return troubles.pop()
        return read(body)

    return script


async def test_a_busy_server_and_broken_answers_lose_nothing(run, chat_stub):
    troubles = [error(503), cut_off('[["bor'), says(None), error(500), says("Well,")]
    chat_stub.script = troubled(reads(FINDINGS), troubles)
    record = await run()

    assert troubles == []
    assert margins(record) == {"Facility A": 2.25, "Facility B": 2.75}
    assert record.run.is_complete


async def test_fields_that_no_answer_could_be_had_for_are_failed(run, chat_stub):
    read = reads(FINDINGS)
    chat_stub.script = lambda body: (
        error(500, "out of memory") if "margin" in str(body["messages"][1]) else read(body)
    )
    record = await run()

    assert record.deal["borrower"].status is Status.PRESENT
    assert {row.fields["margin"].status for row in record.facilities} == {Status.FAILED}
    assert not record.run.is_complete


@pytest.fixture
def run_with(chat_stub, schema):
    """A run whose replies are kept; in tests of what it pays for, and what not."""

    async def run(memo, **settings):
        quick = {"base_url": chat_stub.base_url, "window_tokens": 400, "backoff_s": 0.001}
        engine = VllmEngine(VllmSettings(**quick, **settings), schema, memo=memo)
        job = Job("norrvind", (AGREEMENT,), schema, ExtractOptions(engine="vllm"))
        async with aclosing(engine):
            return await extract(job, engine, silent)

    return run


def num_questions(chat_stub):
    return sum(map(is_question, chat_stub.bodies))


async def test_a_run_that_is_started_again_pays_nothing_and_says_the_same(run_with, chat_stub):
    chat_stub.script = reads(FINDINGS)
    memo = MemoryMemo()
    first = await run_with(memo)
    num_paid = num_questions(chat_stub)
    again = await run_with(memo)

    assert (again.deal, again.facilities) == (first.deal, first.facilities)
    assert num_questions(chat_stub) == num_paid == first.run.usage.calls
    assert (again.run.usage.calls, again.run.usage.replayed) == (0, num_paid)


async def test_a_run_that_broke_off_goes_on_where_it_was(run_with, chat_stub):
    memo, read = MemoryMemo(), reads(FINDINGS)
    chat_stub.script = lambda body: (
        error(401) if num_questions(chat_stub) > 5 and is_question(body) else read(body)
    )
    with pytest.raises(EngineUnavailable):
        await run_with(memo)
    chat_stub.script, num_kept = read, len(memo.kept)
    again = await run_with(memo)

    assert num_kept > 0
    assert again.run.usage.replayed == num_kept
    assert again.run.usage.calls == len(memo.kept) - num_kept
    assert margins(again) == {"Facility A": 2.25, "Facility B": 2.75}


async def test_other_weights_are_asked_anew(run_with, chat_stub):
    chat_stub.script = reads(FINDINGS)
    memo = MemoryMemo()
    first = await run_with(memo)
    again = await run_with(memo, revision="2")
    chat_stub.models = [{"id": "stub", "root": "other", "max_model_len": 16384}]
    third = await run_with(memo)

    assert first.run.usage.calls == again.run.usage.calls == third.run.usage.calls


async def test_windows_that_are_paid_for_are_not_warmed(run_with, chat_stub):
    chat_stub.script = reads(FINDINGS)
    chat_stub.metrics = HYBRID
    memo = MemoryMemo()
    await run_with(memo)
    num_sent = len(chat_stub.bodies)
    num_warmed = sum(body["max_completion_tokens"] == 1 for body in chat_stub.bodies)
    await run_with(memo)

    assert num_warmed > 1
    probes = [body for body in chat_stub.bodies[num_sent:] if not is_question(body)]
    assert not [body for body in probes if body["max_completion_tokens"] == 1]
