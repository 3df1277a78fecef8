"""Schedules whose rows stand for several instalments, or whose figures stand before the dates."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import NotAValue, normalise

REPAYMENT = load_schema("credit_facility").by_key["repayment_schedule"]
NUMBERED = """\
Nos. 1 to 8 (March 31, 2022 to December 31, 2023)        1.50      12.00
Nos. 9 to 24 (March 31, 2024 to December 31, 2027)       2.00      32.00
Nos. 25 to 40 (March 31, 2028 to December 31, 2031)      2.25      36.00
Nos. 41 to 48 (March 31, 2032 to December 31, 2033)      2.50      20.00"""


def steps(written):
    return normalise(REPAYMENT, written).value


def test_rows_of_numbered_instalments_are_written_out():
    found = steps(NUMBERED)
    assert len(found) == 48
    assert found[1] == {"date": "2022-06-30", "percent": 1.5}
    assert found[-1] == {"date": "2033-12-31", "percent": 2.5}
    assert sum(step["percent"] for step in found) == 100


@pytest.mark.parametrize(
    ("written", "num", "first", "last"),
    [
        (
            "twelve (12) equal quarterly instalments commencing on 30 June 2027",
            12,
            {"date": "2027-06-30", "percent": 8.3333},
            {"date": "2030-03-31", "percent": 8.3333},
        ),
        (
            "20 consecutive quarterly installments of $1,250,000 each, commencing June 30, 2008",
            20,
            {"date": "2008-06-30", "amount": 1_250_000},
            {"date": "2013-03-31", "amount": 1_250_000},
        ),
        (
            "from 30 June 2027 to 31 December 2031 semi-annual instalments of 10%",
            10,
            {"date": "2027-06-30", "percent": 10.0},
            {"date": "2031-12-31", "percent": 10.0},
        ),
        (
            "31 March 2022 to 31 December 2023 quarterly 10%; 31 March 2024 20%",
            9,
            {"date": "2022-03-31", "percent": 10.0},
            {"date": "2024-03-31", "percent": 20.0},
        ),
    ],
)
def test_regular_instalments_are_counted_from_their_first_date(written, num, first, last):
    found = steps(written)
    assert (len(found), found[0], found[-1]) == (num, first, last)


def test_the_gap_between_rows_says_how_often_instalments_are_due():
    found = steps(
        "September 30, 1997 through June 30, 1999 $1,500,000\n"
        "September 30, 1999 through June 30, 2001 $3,000,000"
    )
    assert (len(found), found[1]) == (16, {"date": "1997-12-31", "amount": 1_500_000})


def test_a_last_instalment_of_another_size_stands_behind_regular_ones():
    found = steps(
        "in eighty-three consecutive monthly payments of $112,500.00 each, starting on November 1,"
        " 2019, and in one last payment on October 1, 2026 of the balance, being $8,662,500"
    )
    assert (len(found), found[-1]) == (84, {"date": "2026-10-01", "amount": 8_662_500})


def test_a_balance_at_maturity_waits_for_its_date_and_amount():
    found = normalise(
        REPAYMENT,
        "nineteen (19) consecutive quarterly installments of $375,000 each, commencing on September"
        " 30, 2011, followed by a twentieth installment on the last day of the Term equal to the"
        " unpaid principal balance",
    )
    assert len(found.value) == 19
    assert found.qualifiers.steps == ({"condition": "on Maturity Date", "balance": True},)
    assert found.qualifiers.anchor == "Maturity Date"


def test_instalments_between_two_dates_without_their_distance_are_no_schedule():
    with pytest.raises(NotAValue):
        normalise(REPAYMENT, "September 30, 1997 through June 30, 1999 $1,500,000")


def test_regular_instalments_without_a_number_are_no_schedule():
    with pytest.raises(NotAValue):
        normalise(REPAYMENT, "equal semi-annual instalments of EUR 5m commencing on 30 June 2027")


def test_figures_may_stand_before_their_dates():
    assert steps("50% on 31 December 2026 and 50% on 31 December 2027") == [
        {"date": "2026-12-31", "percent": 50.0},
        {"date": "2027-12-31", "percent": 50.0},
    ]


def test_one_sum_on_the_due_date_waits_for_the_maturity_date():
    found = normalise(REPAYMENT, "repaid in one sum at par on its due date set out in § 1")
    assert (found.value, found.qualifiers.anchor) == (None, "Maturity Date")


def test_words_that_say_when_the_first_instalment_is_are_no_row():
    table = (
        "Quarterly in the period; September 30, 1997 through June 30, 1998 $1,500,000;"
        " September 30, 1998 through June 30, 1999 $3,000,000"
    )
    definition = "Payment Date means the last day of each quarter commencing September 30, 1997."
    alone = steps(table)
    assert len(alone) == 8
    assert steps(f"{table}; {definition}") == alone
