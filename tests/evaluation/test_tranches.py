"""Which facility is which."""

from __future__ import annotations

import pytest
from factsheet_schemas import FacilityRecord, load_schema
from factsheet_service.evaluation.gold import GoldRow
from factsheet_service.evaluation.tranches import assign
from support.build import make_schema
from support.scoring import answer, facility, present, row

SCHEMA = make_schema()
LIMIT = {"amount": 60, "currency": "EUR"}
OTHER = {"amount": 40, "currency": "EUR"}


def pairs(rows, facilities):
    assigned = assign(rows, facilities, SCHEMA)
    return [(one.names[0], found.name) for one, found in assigned.pairs]


def test_rows_are_matched_by_name_and_not_by_order():
    rows = [row("Facility A"), row("Facility B")]
    facilities = [facility("Facility B"), facility("FACILITY A")]
    assert pairs(rows, facilities) == [("Facility A", "FACILITY A"), ("Facility B", "Facility B")]


def test_an_alias_of_either_side_is_a_name():
    rows = [row("Revolving Credit Facility", "RCF")]
    assert pairs(rows, [facility("Revolver", "the RCF", "RCF")])


@pytest.mark.parametrize("name", ["Facility B", "Tranche 2"])
def test_names_whose_letters_or_digits_differ_are_never_matched(name):
    rows = [row("Facility A" if name == "Facility B" else "Tranche 1", limit=answer(LIMIT))]
    assert pairs(rows, [facility(name, limit=present(LIMIT))]) == []


def test_a_row_without_a_name_of_its_own_is_matched_by_its_limit():
    rows = [row("Multicurrency Revolving Loans", limit=answer(LIMIT))]
    assert pairs(rows, [facility("Primary Facility", limit=present(LIMIT))])


def test_a_row_without_a_name_is_not_matched_by_nothing():
    assert pairs([row("Multicurrency Revolving Loans")], [facility("Primary Facility")]) == []


def test_the_same_name_beats_the_same_limit():
    rows = [row("Line of Credit", limit=answer(LIMIT)), row("Term Loan", limit=answer(OTHER))]
    assert pairs(rows, [facility("Term Loan", limit=present(LIMIT))]) == [
        ("Term Loan", "Term Loan")
    ]


def test_of_rows_with_the_same_alias_the_limit_decides():
    rows = [row("Loans", "Loan", limit=answer(OTHER)), row("Advances", "Loan", limit=answer(LIMIT))]
    assert pairs(rows, [facility("Loan", limit=present(LIMIT))]) == [("Advances", "Loan")]


def test_no_row_is_matched_twice():
    rows = [row("Term Loan")]
    assigned = assign(rows, [facility("Term Loan"), facility("Term Loan")], SCHEMA)
    assert (len(assigned.pairs), len(assigned.extra)) == (1, 1)


def test_rows_within_others_are_paired_within_their_pairs():
    papers = load_schema("motor_adaptation")
    golds = [
        GoldRow(("Experiment 1",), {}, entity="experiment"),
        GoldRow(("Experiment 2",), {}, entity="experiment"),
        GoldRow(("control group",), {}, entity="group", within="Experiment 1"),
        GoldRow(("control group",), {}, entity="group", within="Experiment 2"),
    ]
    found = [
        FacilityRecord(id="f1", name="Experiment 1", entity="experiment", fields={}),
        FacilityRecord(id="f2", name="Experiment 2", entity="experiment", fields={}),
        FacilityRecord(id="f3", name="Control", entity="group", parent="f2", fields={}),
    ]

    assigned = assign(golds, found, papers)

    assert [(row.called, one.id) for row, one in assigned.pairs] == [
        ("Experiment 1", "f1"),
        ("Experiment 2", "f2"),
        ("Experiment 2 > control group", "f3"),
    ]
    assert [row.called for row in assigned.missed] == ["Experiment 1 > control group"]
