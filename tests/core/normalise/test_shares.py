"""Shares that follow from amounts in several lines."""

from __future__ import annotations

import pytest
from factsheet_service.core.normalise import quotient_of

TOTAL = "Total | 310,000,000 | 45,000,000 | 12,500,000"


@pytest.mark.parametrize(
    ("percent", "lines", "formula"),
    [
        (
            42.04,
            ["Southern Bank | 124,000,000 | 18,000,000 | 12,500,000", TOTAL],
            "(124,000,000 + 18,000,000 + 12,500,000)"
            " / (310,000,000 + 45,000,000 + 12,500,000) x 100",
        ),
        (
            28.98,
            ["Banksia Bank | 93,000,000 | 13,500,000 | Nil", TOTAL],
            "(93,000,000 + 13,500,000) / (310,000,000 + 45,000,000 + 12,500,000) x 100",
        ),
        (
            50.0,
            [
                "Prairie Life   U.S.$40,000,000   U.S.$35,000,000",
                "U.S.$85,000,000 Series A Notes due May 12, 2026",
                "U.S.$65,000,000 Series B Notes due May 12, 2030",
            ],
            "(40,000,000 + 35,000,000) / (85,000,000 + 65,000,000) x 100",
        ),
        (40.0, ["Union Bank  171.36", "Total  428.40"], "171.36 / 428.40 x 100"),
        (60.0, ["35,000,000.00 | 24 November 2020", "a notional amount of EUR 21,000,000"], None),
    ],
)
def test_amounts_are_added_up_line_by_line(percent, lines, formula):
    found = quotient_of(percent, lines)
    assert found == formula if formula else found is not None


@pytest.mark.parametrize(
    ("percent", "lines"),
    [
        (40.0, ["Section 24 of an Agreement of 60 pages"]),
        (40.0, ["EUR 24,000,000", "USD 60,000,000"]),
        (42.04, ["Southern Bank | 124,000,000 | 18,000,000 | 12,500,000", "Total | 367,500"]),
        (50.0, ["signed in 2013", "Total 4026"]),
    ],
)
def test_what_are_no_parts_of_one_whole_have_no_share(percent, lines):
    assert quotient_of(percent, lines) is None
