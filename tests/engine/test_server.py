"""What a well-started server gives, and that we make use of it."""

from __future__ import annotations

import asyncio

import pytest
from engine.agreements import ON_THE_WIRE, SCHEMA, run
from engine.asking import longest_questions
from engine.casting import READER_SEED
from engine.waiting import until
from factsheet_schemas import ExtractOptions, Origin
from factsheet_service.core.planning import chosen_groups, detection, group_question
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Kind
from factsheet_service.engines.vllm import Prompts, answers
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document, make_schema, make_window

BLOCK = 32  # tokens of a block of the server's prefix cache
CLAUSE = (
    "Facility A is a term loan of EUR 250,000,000, which the Borrower shall repay in full on"
    " 30 June 2031. The Margin on Facility A is 2.25 per cent. per annum.\n\n"
)
WINDOW = make_window(CLAUSE)


def groups(schema):
    return [
        group_question(one, ExtractOptions()) for one in chosen_groups(schema, ExtractOptions())
    ]


async def test_a_well_started_server_is_found_to_lack_nothing(good, credit, make_engine):
    engine, _ = make_engine(good, credit)
    info = await engine.probe()

    assert info.warnings == ()
    assert info.details["has_grammar"]
    assert info.details["has_priority"]


async def test_a_run_on_random_weights_ends_with_a_record(good, make_engine):
    schema = make_schema()
    engine, wire = make_engine(good, schema, window_tokens=400)
    job = Job("a", (make_document(CLAUSE * 12),), schema, ExtractOptions(engine="vllm"))
    record = await extract(job, engine, silent)

    assert record.coverage.windows > 1
    assert record.coverage.questions_planned == (
        record.coverage.questions_answered + record.coverage.questions_failed
    )
    assert {call.status for call in wire.calls} == {200}


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_answer_is_of_the_form_or_flagged_as_cut_off(good, credit, make_engine, kind):
    engine, wire = make_engine(good, credit)
    await engine.probe()
    del wire.calls[:]
    asked = [one for one in longest_questions(credit, WINDOW) if one.kind is kind]
    answered = await asyncio.gather(*(engine.ask(WINDOW, one) for one in asked))

    whole = [call for call in wire.calls if call.finish_reason != "length"]
    assert whole
    assert all(answers.Form.model_validate_json(call.text) for call in whole)
    reasons = {failure.reason for answer in answered for failure in answer.failures}
    assert all(reason.startswith("the answer was cut off") for reason in reasons)


async def test_a_window_is_computed_once_for_all_its_questions(good, credit, make_engine):
    engine, wire = make_engine(good, credit)
    window = make_window("A window that no other test has sent.\n\n" + CLAUSE * 60)
    await engine.probe()
    asked = [detection(credit), *groups(credit)[:3]]
    del wire.calls[:]
    for question in asked:
        await engine.ask(window, question)

    prompts = Prompts(credit)
    shared = good.num_tokens(prompts.messages(window, asked[0]))
    shared -= good.num_tokens([{"role": "user", "content": prompts.question(asked[0])}])
    first, *others = wire.calls
    assert first.cached_tokens < shared - window.num_tokens / 2
    assert min(call.cached_tokens for call in others) >= shared - 2 * BLOCK


async def test_a_cancelled_extraction_hangs_up_and_leaves_nothing_running(
    good, credit, make_engine
):
    engine, wire = make_engine(good, credit, window_tokens=400)
    job = Job("a", (make_document(CLAUSE * 1000),), credit, ExtractOptions(engine="vllm"))
    running = asyncio.create_task(extract(job, engine, silent))
    await until(lambda: wire.num_open > 1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    await until(lambda: good.metric("vllm:num_requests_running") == 0)
    assert good.metric("vllm:num_requests_waiting") == 0


async def test_probabilities_come_with_the_values_where_they_are_asked_for(good, make_engine):
    engine, _ = make_engine(good, SCHEMA, seed=READER_SEED, asks_logprobs=True)
    record = await run(ON_THE_WIRE[0], engine)
    assert record.run.engine_details["has_logprobs"] is True

    cells = [*record.deal.values(), *(c for row in record.facilities for c in row.fields.values())]
    told = [cell.signs.probability for cell in cells if cell.signs and cell.origin is Origin.SWEEP]
    print(f"\n{sum(one is not None for one in told)} of {len(told)} have a probability")
    known = [one for one in told if one is not None]
    assert len(known) > 0.8 * len(told)
    assert all(0 <= one <= 1 for one in known)
