"""Counts by option."""

from __future__ import annotations

import pytest
from factsheet_schemas import FieldSpec
from factsheet_service.core.normalise import NotAValue, agrees, normalise, render, same

GENDER = FieldSpec.model_validate(
    {
        "key": "gender",
        "label": "Gender",
        "type": "tally",
        "scope": "deal",
        "options": [
            {"value": "female", "synonyms": ["woman", "women", "F"]},
            {"value": "male", "synonyms": ["man", "men", "M"]},
        ],
    }
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("35F/25M", {"female": 35, "male": 25}),
        ("12 women and 8 men", {"female": 12, "male": 8}),
        ("73 women", {"female": 73}),
        ("female: 10; male: 6", {"female": 10, "male": 6}),
        ("twelve of whom were female", {"female": 12}),
        ("24 right-handed adults (14 females, 10 males)", {"female": 14, "male": 10}),
    ],
)
def test_each_option_has_its_count(written, expected):
    assert normalise(GENDER, written).value == expected


@pytest.mark.parametrize("written", ["35", "women", "60% female", "mixed"])
def test_half_a_pair_is_no_tally(written):
    with pytest.raises(NotAValue):
        normalise(GENDER, written)


def test_a_quote_bears_out_every_count():
    quote = "A total of 158 right-handed subjects (age range 18-34, 73 women)"
    assert agrees(GENDER, {"female": 73}, quote)
    assert not agrees(GENDER, {"female": 158}, quote)
    assert not agrees(GENDER, {"female": 73, "male": 85}, quote)


def test_tallies_are_shown_and_compared_whole():
    assert render(GENDER, {"female": 12, "male": 8}) == "12 female; 8 male"
    assert same(GENDER, {"female": 12}, {"female": 12})
    assert not same(GENDER, {"female": 12}, {"female": 12, "male": 8})
