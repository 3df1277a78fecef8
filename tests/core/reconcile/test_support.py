"""How cited lines bear a value out."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import normalise
from factsheet_service.core.reconcile.support import ENTAILED, support_of

FIELDS = load_schema("credit_facility").by_key
LIST = (
    "(b) Facility B, a cash advance facility for capital expenditure; and",
    "(c) Facility C, a revolving working capital facility.",
)


@pytest.mark.parametrize(
    ("name", "value", "weight"),
    [
        ("Facility B", "Term Loan", ENTAILED),
        ("Facility C", "Revolving Loan (RCF)", 1.0),
        ("Facility C", "Term Loan", None),
        ("Facility D", "Term Loan", None),
    ],
)
def test_an_option_is_shown_by_the_part_of_a_list_that_names_the_row(name, value, weight):
    found = support_of(FIELDS["tranche_type"], value, (name,), LIST)
    assert (found.weight if found else None) == weight


def test_instalments_that_are_written_out_say_so():
    line = "Nos. 1 to 4 (31 March 2022 to 31 December 2022) 25.00 100.00"
    value = normalise(FIELDS["repayment_schedule"], line).value
    found = support_of(FIELDS["repayment_schedule"], value, (), (line,))
    assert (found.weight, found.formula) == (ENTAILED, "4 instalments at even distances")


def test_instalments_other_than_those_written_out_are_not_borne_out():
    line = "Nos. 1 to 4 (31 March 2022 to 31 December 2022) 25.00 100.00"
    value = [{"date": "2022-05", "percent": 100.0}]
    assert support_of(FIELDS["repayment_schedule"], value, (), (line,)) is None
