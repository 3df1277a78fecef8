"""What changed between two runs."""

import pytest
from factsheet_schemas import FacilityRecord, Status, compare_records
from factsheet_schemas.record import Alternative, Qualifiers
from support.records import absent, make_document_record, make_evidence, make_record, present

OLD = make_record()
AMENDMENT = make_document_record("Amendment.docx", id="d9", sha256="cd" * 32, role="amendment")


def with_cells(record=OLD, **cells):
    """The record with some cells of Facility A in place of its own."""
    first, *others = record.facilities
    row = first.model_copy(update={"fields": {**first.fields, **cells}})
    return record.model_copy(update={"facilities": (row, *others)})


def changes(old, new):
    return [(c.change.value, c.row, c.field) for c in compare_records(old, new).cells]


def test_the_same_run_has_no_changes():
    assert compare_records(OLD, OLD).is_empty


def test_a_changed_value_has_both_sides_with_their_evidence():
    new = with_cells(margin=present(1.95, "the margin is 1.95 per cent."))
    (cell,) = compare_records(OLD, new).cells
    assert (cell.change.value, cell.row, cell.field) == ("changed", "Facility A", "margin")
    assert (cell.old.value, cell.new.value) == (2.25, 1.95)
    assert cell.new.evidence[0].quote == "the margin is 1.95 per cent."


def test_the_reason_is_why_the_old_value_lost():
    lost = Alternative(value=2.25, as_written="2.25%", reason="Amendment.docx takes precedence")
    new = with_cells(margin=present(1.95, alternatives=(lost,)))
    assert compare_records(OLD, new).cells[0].reason == "Amendment.docx takes precedence"


def test_where_the_old_value_was_not_seen_the_reason_is_the_new_document():
    cited = make_evidence(name="Amendment.docx").model_copy(update={"document": "d9"})
    new = with_cells(margin=present(1.95, evidence=(cited,)))
    new = new.model_copy(update={"documents": (*OLD.documents, AMENDMENT)})
    diff = compare_records(OLD, new)
    assert diff.cells[0].reason == "Amendment.docx was not read before"
    assert [(d.change.value, d.name) for d in diff.documents] == [("added", "Amendment.docx")]


def test_a_value_whose_document_is_gone_says_so():
    new = with_cells(margin=absent())
    new = new.model_copy(update={"documents": ()})
    diff = compare_records(OLD, new)
    assert diff.cells[0].reason == "Facilities_Agreement.pdf is no longer among the documents"


def test_another_engine_is_a_reason():
    new = with_cells(margin=present(1.95))
    new = new.model_copy(update={"run": OLD.run.model_copy(update={"engine": "vllm"})})
    reason = compare_records(OLD, new).cells[0].reason
    assert reason == "the runs differ in their engine: lexical, then vllm"


@pytest.mark.parametrize(
    ("cell", "change"),
    [
        (absent(), "removed"),
        (present(2.25, status=Status.POSSIBLY_PRESENT), "status"),
        (present(2.25, qualifiers=Qualifiers(basis="of_margin")), "changed"),
        (
            present(2.25, qualifiers=Qualifiers(steps=({"condition": "later", "value": 3},))),
            "changed",
        ),
    ],
)
def test_what_became_of_a_cell(cell, change):
    assert changes(OLD, with_cells(margin=cell)) == [(change, "Facility A", "margin")]


def test_a_cell_that_gets_a_value_is_added():
    assert changes(OLD, with_cells(hedged=present("Yes"))) == [("added", "Facility A", "hedged")]


@pytest.mark.parametrize("value", [2.25, 2.2500000000001])
def test_confidence_and_rounding_are_no_change(value):
    assert changes(OLD, with_cells(margin=present(value, confidence=0.4))) == []


def test_case_and_space_are_no_change():
    deal = {**OLD.deal, "borrower": present("NORRVIND  Wind AS")}
    assert changes(OLD, OLD.model_copy(update={"deal": deal})) == []


def renamed(name, aliases=(), /, **cells):
    first, *others = OLD.facilities
    row = first.model_copy(
        update={"name": name, "aliases": aliases, "fields": {**first.fields, **cells}}
    )
    return OLD.model_copy(update={"facilities": (row, *others)})


def row_changes(old, new):
    return [(r.change.value, r.old, r.new) for r in compare_records(old, new).rows]


def test_a_row_that_keeps_a_name_among_others_is_renamed():
    new = renamed("Term Facility", ("Facility A",), name=present("Term Facility"))
    assert row_changes(OLD, new) == [("renamed", "Facility A", "Term Facility")]


def test_a_row_that_says_the_same_under_another_name_is_renamed():
    limit = present({"amount": 250_000_000, "currency": "EUR"})
    new = renamed("Senior Loan", limit=limit)
    assert row_changes(OLD, new) == [("renamed", "Facility A", "Senior Loan")]


def test_rows_come_and_go():
    fresh = FacilityRecord(id="f3", name="Facility C", fields={"limit": present({"amount": 1})})
    new = OLD.model_copy(update={"facilities": (OLD.facilities[0], fresh)})
    assert row_changes(OLD, new) == [
        ("removed", "Facility B", None),
        ("added", None, "Facility C"),
    ]


def test_a_value_that_a_row_now_has_apart_from_the_deal_is_compared_with_the_deals():
    apart = with_cells(signed=present({"date": "2024-06", "precision": "month"}))
    assert changes(OLD, apart) == []
    assert changes(OLD, with_cells(signed=present({"date": "2025-01", "precision": "month"}))) == [
        ("changed", "Facility A", "signed")
    ]


def test_a_file_that_differs_under_its_name_is_replaced():
    other = make_document_record(sha256="ef" * 32)
    new = OLD.model_copy(update={"documents": (other, *OLD.documents[1:])})
    (document,) = compare_records(OLD, new).documents
    assert (document.change.value, document.name) == ("replaced", "Facilities_Agreement.pdf")


def test_runs_of_two_schemas_are_not_compared():
    other = OLD.model_copy(update={"run": OLD.run.model_copy(update={"schema_name": "papers"})})
    with pytest.raises(ValueError, match="two schemas"):
        compare_records(OLD, other)
