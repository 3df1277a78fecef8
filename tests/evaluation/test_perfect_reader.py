"""A reader who answers what the gold says, from the gold's own quotes, makes no mistake."""

from __future__ import annotations

import pytest
from factsheet_schemas import Evidence, FacilityRecord, FieldValue, Status, load_schema
from factsheet_service.evaluation.gold import Gold, GoldValue, read_gold
from factsheet_service.evaluation.scoring import score
from factsheet_service.evaluation.spans import Sources
from support.scoring import DOCUMENT, record

SCHEMA = load_schema("credit_facility")


def cell(gold: GoldValue, sources: Sources) -> FieldValue:
    """The gold's answer with every place of its quotes as evidence."""
    spans = [span for quote in gold.quotes for span in sources.find(quote).get(DOCUMENT, [])]
    text = sources.texts[DOCUMENT]
    evidence = tuple(
        Evidence(document=DOCUMENT, document_name="a", page=1, start=s, end=e, quote=text[s:e])
        for s, e in spans
    )
    return FieldValue(status=Status.PRESENT, value=gold.values[0], evidence=evidence)


def perfect(gold: Gold, sources: Sources):
    cells = [
        {key: cell(value, sources) for key, value in values.items() if value.values}
        for values in (gold.deal, *(row.values for row in gold.rows))
    ]
    rows = [
        FacilityRecord(id=row.names[0], name=row.names[0], fields=fields)
        for row, fields in zip(gold.rows, cells[1:], strict=True)
    ]
    return record(*rows, **cells[0])


@pytest.fixture(scope="module")
def scores(shared_data):
    found = []
    for path in sorted(shared_data.glob("credit_agreements_text/*.gold.json")):
        text = path.with_name(path.name.replace(".gold.json", ".txt")).read_text("utf-8")
        gold = read_gold(path, SCHEMA)
        made = perfect(gold, Sources({DOCUMENT: text}))
        found.append(score(made, gold, SCHEMA, {DOCUMENT: text}))
    return found


def test_every_cell_is_right(scores):
    assert [(one.counts.fp, one.counts.fn) for one in scores] == [(0, 0)] * 4


def test_every_answer_is_shown_by_its_evidence(scores):
    assert [one.counts.shown for one in scores] == [one.counts.tp for one in scores]


def test_all_evidence_is_verbatim(scores):
    assert [one.evidence.failures for one in scores] == [()] * 4
