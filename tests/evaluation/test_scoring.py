"""A record against its gold, cell by cell and row by row."""

from __future__ import annotations

import pytest
from factsheet_schemas import FieldValue, Status
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.scoring import score
from support.build import make_schema
from support.scoring import answer, facility, gold, present, record, row

SCHEMA = make_schema()
NAMED = {"name": answer("Facility A")}


def counts(found, expected):
    result = score(found, expected, SCHEMA, {}).counts
    return result.tp, result.fp, result.fn


def outcome(field, found, expected):
    verdicts = score(found, expected, SCHEMA, {}).verdicts
    return next(verdict.outcome for verdict in verdicts if verdict.field == field)


def margin(status, value=None):
    return record(facility("Facility A", margin=FieldValue(status=status, value=value)))


def margin_gold(**changes):
    return gold(row("Facility A", margin=answer(2.25, **changes)))


def test_present_and_right_is_a_true_positive():
    assert counts(margin(Status.PRESENT, 2.25), margin_gold()) == (1, 0, 0)


def test_present_and_wrong_is_a_false_positive_and_a_false_negative():
    assert counts(margin(Status.PRESENT, 15.0), margin_gold()) == (0, 1, 1)


def test_present_where_absent_is_a_false_positive():
    assert counts(margin(Status.PRESENT, 2.25), gold(row("Facility A"))) == (0, 1, 0)


@pytest.mark.parametrize(
    "status",
    [
        Status.NOT_FOUND,
        Status.NOT_APPLICABLE,
        Status.POSSIBLY_PRESENT,
        Status.FAILED,
        Status.NOT_ASKED,
    ],
)
def test_anything_but_present_misses_what_stands(status):
    assert counts(margin(status), margin_gold()) == (0, 0, 1)


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        (Status.NOT_FOUND, Outcome.ABSENT),
        (Status.NOT_APPLICABLE, Outcome.ABSENT),
        (Status.POSSIBLY_PRESENT, Outcome.POSSIBLE),
        (Status.FAILED, Outcome.UNANSWERED),
        (Status.NOT_ASKED, Outcome.UNANSWERED),
    ],
)
def test_only_an_answer_of_nothing_is_rightly_absent(status, ends):
    assert outcome("margin", margin(status), gold(row("Facility A"))) is ends


def test_any_listed_answer_is_right():
    expected = gold(row("Facility A", margin=answer(2.25, 2.5)))
    assert counts(margin(Status.PRESENT, 2.5), expected) == (1, 0, 0)


def test_where_absence_is_accepted_nothing_found_costs_nothing():
    assert counts(margin(Status.NOT_FOUND), margin_gold(accepts_absence=True)) == (0, 0, 0)


def test_where_absence_is_accepted_the_value_is_right_too():
    found = margin(Status.PRESENT, 2.25)
    assert counts(found, margin_gold(accepts_absence=True)) == (1, 0, 0)


def test_where_absence_is_accepted_a_wrong_value_misses_nothing():
    assert counts(margin(Status.PRESENT, 9.0), margin_gold(accepts_absence=True)) == (0, 1, 0)


def test_an_unscored_field_counts_neither_way():
    expected = gold(row("Facility A"), unscored=("margin",))
    assert counts(margin(Status.PRESENT, 2.25), expected) == (0, 0, 0)


def test_a_superseded_value_is_wrong_and_said_to_be_superseded():
    found = score(margin(Status.PRESENT, 2.0), margin_gold(superseded=(2.0,)), SCHEMA, {}).counts
    assert (found.tp, found.fp, found.fn, found.superseded) == (0, 1, 1, 1)


@pytest.mark.parametrize(("basis", "expected"), [("of_margin", (1, 0, 0)), (None, (0, 1, 1))])
def test_a_share_of_the_margin_is_no_rate_of_the_same_number(basis, expected):
    found = record(facility("Facility A", margin=present(40.0, basis=basis)))
    stated = gold(row("Facility A", margin=answer(40.0, is_of_margin=True)))
    assert counts(found, stated) == expected


def test_a_deal_cell_counts_once_however_many_rows_there_are():
    found = record(facility("Facility A"), facility("Facility B"), borrower=present("Nord AS"))
    expected = gold(row("Facility A"), row("Facility B"), deal={"borrower": answer("NORD A/S")})
    assert counts(found, expected) == (1, 0, 0)


def test_a_deal_value_stands_in_for_a_row_that_has_none_of_its_own():
    found = record(facility("Facility A"), margin=present(2.25))
    assert counts(found, margin_gold()) == (1, 0, 0)


def test_a_rows_own_value_overrides_the_deals():
    found = record(facility("Facility A", borrower=present("B")), borrower=present("A"))
    expected = gold(row("Facility A", borrower=answer("B")), deal={"borrower": answer("A")})
    assert counts(found, expected) == (2, 0, 0)


def test_every_value_of_an_extra_facility_is_a_false_positive():
    extra = facility("Facility B", name=present("Facility B"), margin=present(1.0))
    assert counts(record(facility("Facility A"), extra), gold(row("Facility A"))) == (0, 2, 0)


def test_every_value_of_a_missed_facility_is_a_false_negative():
    expected = gold(row("Facility A"), row("Facility B", margin=answer(1.0), hedged=answer("No")))
    assert counts(record(facility("Facility A")), expected) == (0, 0, 2)


def test_a_missed_facility_earns_nothing_for_what_is_absent():
    verdicts = score(record(), gold(row("Facility A", **NAMED)), SCHEMA, {}).verdicts
    assert [verdict.field for verdict in verdicts if verdict.row] == ["name"]


def test_an_optional_row_that_is_found_counts_neither_way():
    found = record(facility("Facility A", margin=present(9.0)))
    expected = gold(row("Facility A", is_optional=True, margin=answer(2.25)))
    assert counts(found, expected) == (0, 0, 0)


def test_an_optional_row_that_is_missed_counts_neither_way():
    expected = gold(row("Facility A", is_optional=True, margin=answer(2.25)))
    assert counts(record(), expected) == (0, 0, 0)


def test_fields_that_a_core_gold_does_not_list_are_not_labelled():
    found = record(facility("Facility A", margin=present(2.25), hedged=present("No")))
    expected = gold(row("Facility A", margin=answer(2.25)), is_core_only=True)
    assert counts(found, expected) == (1, 0, 0)


def test_fields_that_a_core_gold_lists_as_absent_are_absent():
    found = record(facility("Facility A", hedged=present("No")))
    expected = gold(row("Facility A"), absent=("hedged",), is_core_only=True)
    assert counts(found, expected) == (0, 1, 0)


def test_core_terms_are_counted_apart():
    groups = SCHEMA.model_dump()["groups"]
    for field in (field for group in groups for field in group["fields"]):
        field["core"] = field["key"] == "margin"
    found = record(facility("Facility A", name=present("Facility A"), margin=present(9.0)))
    expected = gold(row("Facility A", margin=answer(2.25), **NAMED))
    result = score(found, expected, make_schema(groups=groups), {})
    assert (result.counts.tp, result.core_counts.tp, result.core_counts.fp) == (1, 0, 1)


def test_matched_and_missed_rows_are_counted():
    found = record(facility("Facility A"), facility("Facility C"))
    result = score(found, gold(row("Facility A"), row("Facility B")), SCHEMA, {})
    assert (result.num_matched_rows, result.num_gold_rows, result.num_record_rows) == (1, 2, 2)
