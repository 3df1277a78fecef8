"""Whoever reads: a value that is PRESENT agrees with its quotes, or says how it was derived."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from engine.agreements import DEV, book_of, run
from engine.gold_sets import SCHEMA, WINDOW_TOKENS
from engine.perfect_reader import PerfectReader
from factsheet_schemas import FieldType, Origin, Status
from factsheet_schemas.lexicon import load_lexicon
from factsheet_service.core.questions import Kind
from factsheet_service.core.reconcile.support import support_of
from factsheet_service.engines.lexical import LexicalEngine

PATHS = DEV[::3]


class MixingReader(PerfectReader):
    """Gives every other row the lines, or the value, of another one."""

    async def ask(self, window, question, priority=0):
        answer = await super().ask(window, question, priority)
        if question.kind is Kind.VERIFY or not answer.rows:
            return answer
        rng = random.Random(f"{window.key} {question.key}")
        return replace(
            answer, rows=tuple(mixed(row, answer.rows, window, rng) for row in answer.rows)
        )


def mixed(row, rows, window, rng):
    other = rng.choice(rows)
    number = rng.randint(1, len(window.lines))
    return rng.choice(
        [
            row,
            replace(row, lines=(number,)),
            replace(row, lines=other.lines),
            replace(other, field=row.field),
        ]
    )


READERS = {
    "flawless": lambda path: PerfectReader([book_of(path).dump()], SCHEMA, WINDOW_TOKENS),
    "mixing": lambda path: MixingReader([book_of(path).dump()], SCHEMA, WINDOW_TOKENS),
    "lexical": lambda _path: LexicalEngine(SCHEMA, load_lexicon("credit_facility", SCHEMA)),
}


def present(record):
    """Every PRESENT cell, with the names of its row."""
    yield from (((), key, cell) for key, cell in record.deal.items() if is_present(cell))
    for row in record.facilities:
        cells = ((key, cell) for key, cell in row.fields.items() if is_present(cell))
        yield from (((row.name, *row.aliases), key, cell) for key, cell in cells)


def is_present(cell):
    return cell.status is Status.PRESENT


def is_borne_out(names, key, cell):
    """By its quotes, or by a formula, or by the rule that set it."""
    if cell.derivation or cell.origin is Origin.RULE:
        return True
    spec = SCHEMA.by_key[key]
    lines = [line for one in cell.evidence for line in one.quote.split("\n")]
    if spec.type is FieldType.CLAUSE:
        return " ".join(" ".join(lines).split()) == cell.value
    return support_of(spec, cell.value, names, lines) is not None


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name.split(".")[0])
@pytest.mark.parametrize("reader", READERS)
async def test_a_present_value_agrees_with_its_quotes_or_is_derived(reader, path):
    record = await run(path, READERS[reader](path))
    text = path.with_name(path.name.replace(".gold.json", ".txt")).read_text("utf-8")

    found = list(present(record))
    assert len(found) > 10
    assert [(key, cell) for _, key, cell in found if not cell.evidence] == []
    assert all(text[e.start : e.end] == e.quote for _, _, cell in found for e in cell.evidence)
    assert [(n, key, cell) for n, key, cell in found if not is_borne_out(n, key, cell)] == []
