"""A server that takes the answer's form for an unknown field, and drops it without a word."""

from __future__ import annotations

import pytest
from engine.agreements import ON_THE_WIRE, book_of, cells, run
from engine.casting import READER_SEED
from engine.gold_sets import SCHEMA, WINDOW_TOKENS
from engine.perfect_reader import PerfectReader
from engine.recording import OldNames


async def test_a_form_that_is_ignored_is_found_out_and_the_flag_named(good, credit, make_engine):
    engine, wire = make_engine(good, credit, OldNames())
    info = await engine.probe()

    assert {call.status for call in wire.calls} == {200}
    assert not info.details["has_grammar"]
    assert [warning for warning in info.warnings if "--structured-outputs-config" in warning]


@pytest.mark.parametrize("path", ON_THE_WIRE[:1], ids=lambda path: path.name.split(".")[0])
async def test_without_a_grammar_answers_are_repaired_and_nothing_is_lost(good, make_engine, path):
    reader = PerfectReader([book_of(path).dump()], SCHEMA, WINDOW_TOKENS)
    in_process = await run(path, reader)
    engine, _ = make_engine(good, SCHEMA, OldNames(), seed=READER_SEED)
    over_the_wire = await run(path, engine)

    assert cells(over_the_wire) == cells(in_process)
    num_rows = sum(len(answer.rows) for _, _, answer in reader.answered)
    assert over_the_wire.run.usage.recovered_values >= num_rows > 0
    assert over_the_wire.coverage.questions_failed == 0
