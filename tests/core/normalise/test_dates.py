"""Dates moved by periods, and months."""

from __future__ import annotations

import pytest
from factsheet_service.core.normalise import NotAValue
from factsheet_service.core.normalise.dates import normalise_month, shift


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
