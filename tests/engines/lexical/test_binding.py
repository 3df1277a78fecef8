"""Which tranche a value belongs to."""

import pytest

TRANCHES = """
"Facility A Commitment" means the commitment to lend under Facility A.

"Facility B Commitment" means the commitment to lend under Facility B.

"""
FEE = {"kind": "pattern", "regex": "a fee of (?P<value>[0-9.]+%)"}


@pytest.mark.parametrize(
    ("text", "fees"),
    [
        (
            "It pays (a) a fee of 2.10% flat on the Total Facility A Commitments; (b) a fee of "
            "2.30% flat on the Total Facility B Commitments.\n",
            {"Facility A": "2.1%", "Facility B": "2.3%"},
        ),
        (
            "For Facility B it pays on each facility at closing a fee of 2.30%.\n",
            {"Facility B": "2.3%"},
        ),
    ],
    ids=["named behind", "a facility at closing is not Facility A"],
)
async def test_a_fee_belongs_to_the_tranche_named_beside_it(ask, lexicon_of, text, fees):
    rows = [row for row in await ask(TRANCHES + text, lexicon_of(fee=[FEE])) if row.field == "fee"]
    assert {name: row.value for row in rows for name in row.facilities} == fees


async def test_what_is_said_of_all_is_not_said_of_kinds_that_must_be_named(ask, lexicon_of):
    text = """
"Term Commitment" means the obligation to make Term Loans in an amount of $300,000,000.

"Revolving Credit Commitment" means the obligation to make Revolving Credit Loans of $200,000,000.

It pays a fee of 1.00%.
"""
    finder = {**FEE, "named": ["revolving"]}
    rows = [row for row in await ask(text, lexicon_of(fee=[finder])) if row.field == "fee"]
    assert [row.facilities for row in rows] == [("Term Loans",)]
