"""A deal's documents over five years: what holds after signing, after amendments, after a restatement.

The reader knows all that any of the documents says; which of it counts is decided by us.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from engine.gold_items import Book, read_book
from engine.perfect_reader import PerfectReader
from factsheet_schemas import (
    ExtractOptions,
    FieldValue,
    Record,
    Status,
    compare_records,
    load_schema,
)
from factsheet_service.composition import build_operations
from factsheet_service.core.document import Document
from factsheet_service.core.normalise import same
from factsheet_service.documents import ReadLimits
from factsheet_service.evaluation.gold import Gold, read_gold
from factsheet_service.evaluation.scoring import Score, score
from factsheet_service.evaluation.tranches import assign
from factsheet_service.pipeline.operations import Operations
from factsheet_service.settings import AppSettings
from factsheet_service.stores.workspace import Workspace

SCHEMA = load_schema("credit_facility")
BUNDLE = Path(__file__).parent / "bundle"
STATES = ("agreement", "amended", "restated")
RESTATED = "Restated_Agreement_2025-05-20.pdf"


@dataclass(frozen=True)
class Run:
    gold: Gold
    record: Record
    documents: tuple[Document, ...]

    def cell(self, row: str, key: str) -> FieldValue:
        """The cell of a row by its name; of the deal where it has no name."""
        if not row:
            return self.record.deal[key]
        return next(one for one in self.record.facilities if one.name == row).fields[key]

    def scored(self) -> Score:
        return score(self.record, self.gold, SCHEMA, {d.id: d.text for d in self.documents})


def gold_of(state: str) -> Path:
    return BUNDLE / f"{state}.gold.json"


def everything(documents: tuple[Document, ...]) -> Book:
    """All that is said in any state; what a reader cannot find in a text it does not say."""
    books = [read_book(gold_of(s), SCHEMA, [d.text for d in documents]) for s in STATES]
    items = dict.fromkeys(replace(i, is_core=True) for book in books for i in book.items)
    return Book(rows=books[0].rows, decoys=(("Bridge Facility",),), items=tuple(items))


async def run_of(state: str, folder: Path) -> Run:
    gold = read_gold(gold_of(state), SCHEMA)
    readers: list[PerfectReader] = []
    operations = Operations(Workspace(folder), lambda *_: nullcontext(readers[0]), ReadLimits())
    files = [BUNDLE / "documents" / name for name in gold.documents]
    documents = await operations.ingest("a", files)
    readers.append(PerfectReader([everything(documents).dump()], SCHEMA, 6500))
    record = await operations.extract("a", ExtractOptions(engine="vllm"))
    return Run(gold, record, documents)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    async def all_runs():
        return {s: await run_of(s, tmp_path_factory.mktemp(s)) for s in STATES}

    return asyncio.run(all_runs())


@pytest.fixture(params=STATES)
def run(request, runs):
    return runs[request.param]


def test_in_each_state_what_is_in_force_comes_out_and_nothing_else(run):
    counts = run.scored().counts
    wrong = [
        v for v in run.scored().verdicts if v.outcome.value not in ("right", "absent", "neutral")
    ]
    assert wrong == []
    assert counts.tp > 20


def test_every_value_is_shown_in_the_document_that_settles_it(run):
    data = json.loads(gold_of(run.gold.name).read_text("utf-8"))
    rows = {"": data["deal"]} | {r["facility_name"]["value"]: r for r in data["facilities"]}
    strays = [
        (row, key, cited)
        for row, cells in rows.items()
        for key, cell in cells.items()
        if cell["document"] not in (cited := {e.document_name for e in run.cell(row, key).evidence})
    ]
    assert strays == []


def lost_in(run: Run):
    pairs = assign(run.gold.rows, run.record.facilities, SCHEMA).pairs
    parts = [(run.gold.deal, run.record.deal)] + [(g.values, f.fields) for g, f in pairs]
    for golds, cells in parts:
        for key, gold in golds.items():
            for old in gold.superseded:
                yield key, old, cells[key]


def test_what_lost_stays_visible_with_the_document_that_took_precedence(run):
    hidden = [
        (key, old)
        for key, old, cell in lost_in(run)
        if not any(same(SCHEMA.by_key[key], one.value, old) for one in cell.alternatives)
    ]
    assert hidden == []


@pytest.mark.parametrize("row", ["Term Facility", "Revolving Facility"])
def test_what_the_restatement_leaves_out_of_a_facility_is_an_alternative(runs, row):
    cell = runs["restated"].cell(row, "rate_floor_pct")
    assert (cell.status, cell.value) == (Status.NOT_FOUND, None)
    assert [(one.value, one.reason) for one in cell.alternatives] == [
        (0.0, f"not restated in {RESTATED}")
    ]


def test_what_the_restatement_leaves_out_of_the_deal_is_an_alternative(runs):
    cell = runs["restated"].cell("", "dsra")
    assert cell.status is Status.NOT_FOUND
    assert [(one.value, one.reason) for one in cell.alternatives] == [
        ("Yes", f"not restated in {RESTATED}")
    ]


def test_letters_outlive_the_restatement(runs):
    fee = runs["restated"].cell("Term Facility", "upfront_fee_pct")
    swap = runs["restated"].cell("Term Facility", "hedge_fixed_rate_pct")
    assert (fee.value, swap.value) == (1.85, 1.12)


def test_a_facility_of_a_draft_is_no_row(runs):
    assert {f.name for f in runs["restated"].record.facilities} == {
        "Term Facility",
        "Revolving Facility",
    }


def test_the_record_says_what_each_document_is_and_what_it_changes(runs):
    documents = runs["restated"].record.documents
    names = {d.id: d.name for d in documents}
    said = {d.name: (d.role, d.is_draft, names.get(d.amends)) for d in documents}
    agreement = "Facilities_Agreement_2021-03-12.pdf"
    assert said == {
        agreement: ("facilities_agreement", False, None),
        "Term_Sheet_2020-11-05.pdf": ("term_sheet", False, None),
        "Fee_Letter_2021-03-12.txt": ("fee_letter", False, None),
        "Swap_Confirmation_2021-03-19.pdf": ("hedge_confirmation", False, None),
        "Base_Case_2021-02-26.xlsx": ("model", False, None),
        "Amendment_No1_2022-06-02.docx": ("amendment", False, agreement),
        "Amendment_No2_2023-11-15.pdf": ("amendment", False, agreement),
        RESTATED: ("restatement", False, agreement),
        "Amendment_No3_2025-10-09.docx": ("amendment", True, RESTATED),
    }


def test_the_record_says_what_the_restatement_replaces(runs):
    documents = runs["restated"].record.documents
    (new,) = (d.id for d in documents if d.name == RESTATED)
    assert {d.name for d in documents if d.replaced_by == new} == {
        "Facilities_Agreement_2021-03-12.pdf",
        "Amendment_No1_2022-06-02.docx",
        "Amendment_No2_2023-11-15.pdf",
    }


def test_what_the_amendments_changed_is_told_with_the_document_that_did(runs):
    diff = compare_records(runs["agreement"].record, runs["amended"].record)
    assert {(c.row, c.field, c.reason) for c in diff.cells} == {
        ("Term Facility", "spread_pct", "Amendment_No1_2022-06-02.docx takes precedence"),
        ("Revolving Facility", "credit_limit", "Amendment_No2_2023-11-15.pdf takes precedence"),
        ("Revolving Facility", "maturity_date", "Amendment_No2_2023-11-15.pdf takes precedence"),
    }
    assert {d.name for d in diff.documents} == {
        "Amendment_No1_2022-06-02.docx",
        "Amendment_No2_2023-11-15.pdf",
    }
    assert diff.rows == ()


@pytest.fixture(scope="module")
def lexical(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lexical")
    operations = build_operations(AppSettings(work=folder))
    gold = read_gold(gold_of("amended"), SCHEMA)

    async def made():
        files = [BUNDLE / "documents" / name for name in gold.documents]
        documents = await operations.ingest("a", files)
        return Run(gold, await operations.extract("a", ExtractOptions()), documents)

    return asyncio.run(made())


def test_without_a_model_an_amendment_changes_the_row_that_it_is_about_and_no_other(lexical):
    said = {
        (f.name, key): f.fields[key].value
        for f in lexical.record.facilities
        for key in ("credit_limit", "maturity_date")
    }
    assert said["Term Facility", "credit_limit"]["amount"] == 84_000_000
    assert said["Revolving Facility", "credit_limit"]["amount"] == 9_000_000
    assert said["Term Facility", "maturity_date"]["date"][:7] == "2039-03"
    assert said["Revolving Facility", "maturity_date"]["date"][:7] == "2029-03"


def test_without_a_model_nothing_that_is_not_in_force_is_stated(lexical):
    counts = lexical.scored().counts
    assert counts.precision >= 0.9
