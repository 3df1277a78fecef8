"""Currencies by sign, code, name and country."""

from __future__ import annotations

import pytest
from factsheet_service.core.normalise.currencies import find_currencies


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("up to a total of Rs. 15.00 crore", ("INR",)),
        ("Rs.", ("INR",)),
        ("the lawful currency for the time being of the Republic of India", ("INR",)),
        ("the lawful currency of Norway", ("NOK",)),
        ("the lawful currency of the participating member states", ("EUR",)),
        ("AUD $50m", ("AUD",)),
        ("Deutsche Mark", ("DEM",)),
        ("BGN 5 million", ("BGN",)),
        ("new Israeli shekels", ("ILS",)),
    ],
)
def test_a_currency_is_found_however_it_is_named(text, codes):
    assert find_currencies(text) == codes


@pytest.mark.parametrize("text", ["Schedule R", "Engineers 5", "pesos", "CFA francs"])
def test_letters_and_names_that_may_mean_several_are_none(text):
    assert find_currencies(text) == ()
