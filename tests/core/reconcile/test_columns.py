"""Values in columns, and the row whose name stands above."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
from support.build import make_window

SPREAD = load_schema("credit_facility").by_key["spread_pct"]
GRID = (
    "The terms of the Facilities are these.\n\n"
    "Term | Facility A | Facility B Loans\n"
    "Limit | EUR 120,000,000 | EUR 60,000,000\n"
    "Margin | 2.25% | 2.75%\n"
    "Floor | 0% | 0%\n"
)
GAPS = (
    "The terms of the Facilities are these.\n\n"
    "Term                 Facility A       Facility B\n"
    "Margin               2.25%            2.75%\n"
)
RATINGS = (
    "The Margin on Facility B is that of the rating.\n\n"
    "Rating | A or better | BBB | lower\n"
    "Facility B | 2.25% | 2.50% | 2.75%\n"
)


def read(text, name, value, words):
    window = make_window(text)
    (line,) = [one.number for one in window.lines if one.text.startswith(words)]
    answer = Answer(rows=(Row("spread_pct", (name,), value, (line,)),))
    (found,) = candidates_of(window, Question(Kind.GROUP, "q", (SPREAD,)), answer)
    return found


@pytest.mark.parametrize("text", [GRID, GAPS], ids=["marks", "gaps"])
@pytest.mark.parametrize(
    ("name", "value", "is_so"),
    [
        ("Facility A", "2.25%", True),
        ("Facility B", "2.75%", True),
        ("Facility A", "2.75%", False),
        ("Facility B", "2.25%", False),
    ],
)
def test_a_value_is_borne_out_for_the_row_whose_column_it_stands_in(text, name, value, is_so):
    found = read(text, name, value, "Margin")
    assert found.is_grounded == is_so
    assert is_so or found.reason == "the table has the value in the column of another row"


def test_the_same_value_in_every_column_is_everyones():
    assert read(GRID, "Facility B", "0%", "Floor").is_grounded


@pytest.mark.parametrize("value", ["2.25%", "2.75%"])
def test_a_table_whose_columns_are_no_rows_says_nothing(value):
    assert read(RATINGS, "Facility B", value, "Facility B").is_grounded


def test_a_row_that_no_column_is_named_for_may_have_any_value():
    assert read(GRID, "Facility C", "2.25%", "Margin").is_grounded
