"""The lexical reader beside another engine: it is heard, and decides nothing."""

from __future__ import annotations

import asyncio

import pytest
from factsheet_schemas import ExtractOptions, Settings, load_schema
from factsheet_schemas.record import SecondOpinion
from factsheet_service.composition import second_opinion
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Kind
from factsheet_service.engines.lexical import LexicalEngine
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document, make_schema
from support.own import own_loan
from support.scripted import ScriptedEngine

SCHEMA = make_schema()
AGREEMENT = make_document(
    "FACILITIES AGREEMENT dated 14 March 2024\n\n"
    "Norrvind AS borrows under Facility A as set out below.\n\n"
    "The Margin is 2.25 per cent. a year, and it was 3.25 per cent. before.\n\n"
    "The Limit amounts to EUR 40,000,000 in all.\n\n"
    "The Facility is hedged by a swap."
)
SAID = {
    "Margin is": [("margin", (), "2.25%")],
    "Limit amounts": [("limit", (), "EUR 40,000,000")],
    "is hedged": [("hedged", (), "Yes")],
}


def run(engine, second):
    job = Job("norrvind", (AGREEMENT,), SCHEMA, ExtractOptions())
    return asyncio.run(extract(job, engine, silent, second=second))


def cells(record):
    (row,) = record.facilities
    return row.fields


def test_it_agrees_disputes_or_is_silent():
    second = ScriptedEngine({**SAID, "Margin is": [("margin", (), "3.25%")], "is hedged": []})
    found = cells(run(ScriptedEngine(SAID), second))
    assert {key: found[key].signs.second_opinion for key in ("limit", "margin", "hedged")} == {
        "limit": SecondOpinion.AGREES,
        "margin": SecondOpinion.DISPUTES,
        "hedged": SecondOpinion.SILENT,
    }


def test_it_moves_confidence_and_nothing_else():
    alone = cells(run(ScriptedEngine(SAID), None))
    beside = cells(run(ScriptedEngine(SAID), ScriptedEngine(SAID)))
    slots = {"confidence": None, "level": None, "signs": None}
    assert {key: cell.model_copy(update=slots) for key, cell in beside.items()} == {
        key: cell.model_copy(update=slots) for key, cell in alone.items()
    }
    assert beside["margin"].confidence > alone["margin"].confidence


def test_what_it_finds_alone_is_not_found():
    found = cells(run(ScriptedEngine({}), ScriptedEngine(SAID)))
    assert found["margin"].value is None


def test_it_is_asked_for_values_and_never_to_detect_or_verify():
    second = ScriptedEngine(SAID)
    run(ScriptedEngine(SAID), second)
    assert {question.kind for _, question in second.asked} == {Kind.GROUP}


def test_without_it_there_is_no_opinion():
    assert cells(run(ScriptedEngine(SAID), None))["margin"].signs.second_opinion is None


class Slow(ScriptedEngine):
    """Never ends reading, and notes that it was told to stop."""

    was_stopped = False

    async def ask(self, window, question, priority=0):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_stopped = True
            raise


def test_it_is_stopped_where_the_engine_is_gone():
    second = Slow({})
    with pytest.raises(EngineUnavailable):
        run(ScriptedEngine(SAID, gone_after=1), second)
    assert second.was_stopped


CREDIT = load_schema("credit_facility")
OFF = Settings(second_opinion=False)
OWN = own_loan()


@pytest.mark.parametrize(
    ("options", "schema", "is_there"),
    [
        ({"engine": "vllm"}, CREDIT, True),
        ({"engine": "lexical"}, CREDIT, False),
        ({"engine": "vllm", "settings": OFF}, CREDIT, False),
        ({"engine": "vllm", "schema": OWN.reference}, OWN.schema, False),
    ],
    ids=["beside a model", "not beside itself", "switched off", "without a lexicon"],
)
def test_the_lexical_reader_gives_it(options, schema, is_there):
    found = second_opinion(ExtractOptions(**options), schema)
    assert isinstance(found, LexicalEngine) == is_there
