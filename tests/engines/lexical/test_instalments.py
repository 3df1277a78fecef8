import pytest
from factsheet_service.engines.lexical.instalments import regular


def written(text, whole=None, last=None):
    found = regular(text, whole, last)
    return found and found.written


@pytest.mark.parametrize(
    ("text", "whole", "last", "rows"),
    [
        (
            "in four equal consecutive quarterly instalments, commencing on March 31, 2001.",
            None,
            "2002-03",
            "2001-03 25%; 2001-06 25%; 2001-09 25%; 2001-12 25%",
        ),
        (
            "on each 30 June in 2020 to 2022 inclusive, 2.0% of the principal, and on the "
            "Termination Date the balance",
            None,
            "2025-08",
            "2020-06 2%; 2021-06 2%; 2022-06 2%; 2025-08 94%",
        ),
        (
            "On May 12, 2027 and on each May 12 thereafter to and including May 12, 2029 it will "
            "prepay $13,000,000, and the entire remaining principal is due on May 12, 2031",
            65_000_000,
            "2031-05",
            "2027-05 20%; 2028-05 20%; 2029-05 20%; 2031-05 40%",
        ),
        (
            "1.00% per annum of the original principal in quarterly instalments from June 30, "
            "2020, the balance on the Maturity Date",
            None,
            "2020-12",
            "2020-06 0.25%; 2020-09 0.25%; 2020-12 99.5%",
        ),
    ],
    ids=["equal", "yearly", "amount", "per annum"],
)
def test_instalments_in_words_become_rows(text, whole, last, rows):
    assert written(text, whole, last) == rows


@pytest.mark.parametrize(
    "text",
    [
        "in quarterly instalments commencing on March 31, 2001",
        "in four equal quarterly instalments",
        "2% of the principal from March 31, 2001",
    ],
    ids=["no share", "no date", "no step"],
)
def test_what_is_not_told_is_not_guessed(text):
    assert written(text, None, "2009-01") is None


def test_instalments_that_do_not_reach_the_whole_are_none():
    text = "2% quarterly from March 31, 2001 until December 31, 2001"
    assert written(text, None, None) is None
