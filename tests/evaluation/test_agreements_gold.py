"""The corpus of agreements: every gold file is whole, and quotes its text word for word."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factsheet_schemas import DEAL, load_schema
from factsheet_service.evaluation.gold import read_gold

SCHEMA = load_schema("credit_facility")
FOLDER = Path(__file__).parent / "agreements"
GOLDS = sorted(FOLDER.glob("*.gold.json"))
EXTRA = {"maintenance_covenants"}  # labelled beside the schema's fields

each_gold = pytest.mark.parametrize("path", GOLDS, ids=lambda path: path.name.split(".")[0])


def loaded(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def folded(text: str) -> str:
    return " ".join(text.split())


def cells(gold: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every labelled value with its field; those of covenant lists one by one."""
    for part in (gold["deal"], *gold["facilities"]):
        for key, cell in part.items():
            if isinstance(cell, dict):
                yield key, cell
                if key in EXTRA:
                    yield from ((key, entry) for entry in cell["value"])


def quotes(cell: dict[str, Any]) -> list[str]:
    return [*([cell["quote"]] if "quote" in cell else []), *cell.get("quotes", [])]


def places(gold: dict[str, Any]) -> Counter[str]:
    """How many of the places deal, facilities, absent and unscored hold each field."""
    valued = {key for row in gold["facilities"] for key, cell in row.items() if key != "optional"}
    absent = [key for keys in gold["absent"].values() for key in keys]
    return Counter([*gold["deal"], *valued, *absent, *gold["unscored"]])


def test_every_text_has_its_gold():
    texts = {path.name.removesuffix(".txt") for path in FOLDER.glob("*.txt")}
    assert texts == {path.name.removesuffix(".gold.json") for path in GOLDS}


def test_an_agreement_is_to_develop_on_or_kept_apart():
    assert {path.name.split("_")[0] for path in GOLDS} <= {"dev", "apart"}


@each_gold
def test_every_quote_stands_in_its_text(path):
    gold = loaded(path)
    text = folded((FOLDER / gold["document"]).read_text("utf-8"))
    stray = [(key, q) for key, cell in cells(gold) for q in quotes(cell) if folded(q) not in text]
    assert stray == []


@each_gold
def test_every_value_has_a_quote(path):
    bare = [
        key
        for key, cell in cells(loaded(path))
        if "unscored" not in cell and not any(folded(quote) for quote in quotes(cell))
    ]
    assert bare == []


@each_gold
def test_every_field_is_placed_once(path):
    fields = {spec.key for spec in SCHEMA.fields()}
    assert places(loaded(path)) == Counter(fields | EXTRA)


@each_gold
def test_values_stand_where_their_scope_says(path):
    gold = loaded(path)
    of_scope = {s: {spec.key for spec in SCHEMA.of_scope(s)} for s in (DEAL, "facility")}
    rows = {key for row in gold["facilities"] for key in row} - {"optional"}
    assert set(gold["deal"]) - EXTRA <= of_scope[DEAL]
    assert set(gold["absent"]["deal"]) - EXTRA <= of_scope[DEAL]
    assert set(gold["absent"]["facility"]) | rows <= of_scope["facility"]


@each_gold
def test_the_scorer_reads_it(path):
    gold = read_gold(path, SCHEMA)
    assert gold.rows
    assert all(row.names for row in gold.rows)


@each_gold
def test_repayment_schedules_are_whole(path):
    for row in loaded(path)["facilities"]:
        steps = row.get("repayment_schedule", {}).get("value")
        assert not steps or sum(step["pct"] for step in steps) == pytest.approx(100, abs=0.05)
