"""Dates moved by periods, and months."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import NotAValue, normalise
from factsheet_service.core.normalise.counted import shift
from factsheet_service.core.normalise.dates import normalise_month


@pytest.mark.parametrize(
    ("date", "precision", "offset", "moved"),
    [
        ("2024-03", "month", "P7Y", "2031-03"),
        ("2024-11-30", "day", "P3M", "2025-02-28"),
        ("2022-03-04", "day", "P364D", "2023-03-03"),
        ("2024", "year", "P5Y", "2029"),
    ],
)
def test_a_moved_date_keeps_its_precision(date, precision, offset, moved):
    assert shift({"date": date, "precision": precision}, offset) == {
        "date": moved,
        "precision": precision,
    }


@pytest.mark.parametrize(("precision", "offset"), [("month", "P364D"), ("year", "P6M")])
def test_a_date_too_coarse_for_the_period_is_not_moved(precision, offset):
    with pytest.raises(NotAValue, match="too coarse"):
        shift(
            {"date": "2024-03"[: 4 if precision == "year" else 7], "precision": precision}, offset
        )


@pytest.mark.parametrize(("written", "month"), [("1", 1), ("01", 1), ("10", 10), ("10.0", 10)])
def test_a_lone_number_is_a_month(written, month):
    assert normalise_month(written).value == month


MATURITY = load_schema("credit_facility").by_key["maturity_date"]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("this 21st day of June, Two Thousand and Seventeen", "2017-06-21"),
        ("the twenty-first day of June, two thousand seventeen", "2017-06-21"),
        ("31st day of December, A.D. 2030", "2030-12-31"),
        ("30 June nineteen ninety-eight", "1998-06-30"),
        ("1 July in the year twenty twenty-six", "2026-07-01"),
        ("thirtieth day of June, 2017", "2017-06-30"),
        ("June thirtieth, 2017", "2017-06-30"),
        ("05-Jan-30", "2030-01-05"),
        ("31-Dec-98", "1998-12-31"),
        ("5. Jänner 2030", "2030-01-05"),
        ("31 października 2031", "2031-10-31"),
        ("15 febbraio 2031", "2031-02-15"),
        ("5 août 2030", "2030-08-05"),
        ("5 de março de 2030", "2030-03-05"),
        ("5 maart 2030", "2030-03-05"),
    ],
)
def test_days_and_years_are_read_in_words_and_in_short(written, date):
    assert normalise(MATURITY, written).value == {"date": date, "precision": "day"}


@pytest.mark.parametrize("written", ["Q4 2030", "H1 2030", "mid-2030", "end of 2030"])
def test_a_part_of_a_year_is_as_precise_as_the_year(written):
    assert normalise(MATURITY, written).value == {"date": "2030", "precision": "year"}


@pytest.mark.parametrize("written", ["2030-2031", "Mar-31", "31/12/30"])
def test_what_may_be_two_dates_is_none(written):
    with pytest.raises(NotAValue):
        normalise(MATURITY, written)
