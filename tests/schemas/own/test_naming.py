import pytest
from factsheet_schemas.own.naming import key_from, singular


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("Tranches", "Tranche"),
        ("branches", "branch"),
        ("parties", "party"),
        ("taxes", "tax"),
        ("Fees", "Fee"),
        ("status", "status"),
        ("basis", "basis"),
        ("staff", "staff"),
    ],
)
def test_one_of_many(plural, one):
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["loanAmount"], "loan_amount"),
        (["tranche", "2nd-Name"], "tranche_2nd_name"),
        (["2nd"], "f_2nd"),
        (["金額"], "field"),
        (["Größe"], "grosse"),
    ],
)
def test_a_key_is_a_plain_identifier(names, key):
    assert key_from(names) == key
