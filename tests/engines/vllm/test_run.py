"""Whole runs of the pipeline over the wire."""

from collections import defaultdict

import pytest
from factsheet_schemas import ExtractOptions, Status
from factsheet_service.core.progress import silent
from factsheet_service.pipeline.extract import Job, extract
from support.build import make_document
from support.chat_stub import cut_off, error, is_question, reads, says

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


class Memory(dict):
    def put(self, key, value):
        self[key] = value


@pytest.fixture
def run(make_engine, schema):
    async def run(**options):
        engine = make_engine(window_tokens=400)
        job = Job("norrvind", (AGREEMENT,), schema, ExtractOptions(engine="vllm", **options))
        return await extract(job, engine, Memory(), silent)

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
