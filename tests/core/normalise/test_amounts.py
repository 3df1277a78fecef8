"""Amounts in the forms that documents of several countries write them in."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import NotAValue, agrees, normalise

LIMIT = load_schema("credit_facility").by_key["credit_limit"]


def read(written, quote=""):
    found = normalise(LIMIT, written, quote).value
    return found["amount"], found["currency"]


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("Rs. 250 crore", 2_500_000_000, "INR"),
        ("Rs. 428,40,00,000/-", 4_284_000_000, "INR"),
        ("Rs 12,50,000", 1_250_000, "INR"),
        ("Rs. 25 lacs", 2_500_000, "INR"),
        ("Rupees Four Hundred Twenty Eight Crore and Forty Lakh only", 4_284_000_000, "INR"),
        ("Two Hundred and Fifty Million Euros", 250_000_000, "EUR"),
        ("one thousand five hundred million Dollars", 1_500_000_000, "USD"),
        ("US$1.5B", 1_500_000_000, "USD"),
        ("RMB 200 million", 200_000_000, "CNY"),
        ("AUD$50m", 50_000_000, "AUD"),
        ("$50 million Canadian Dollars", 50_000_000, "CAD"),
        ("$ 1.000.000.000 pesos colombianos", 1_000_000_000, "COP"),
        ("R 1,200,000,000", 1_200_000_000, "ZAR"),
        ("DEM 30 Mio.", 30_000_000, "DEM"),
        ("250,000 (USD thousands)", 250_000_000, "USD"),
        ("EUR 250'000'000", 250_000_000, "EUR"),
        ("171.36 (Rs. crore)", 1_713_600_000, "INR"),
        ("250 milhões de euros", 250_000_000, "EUR"),
        ("250 milionów złotych", 250_000_000, "PLN"),
        ("SEK 1,2 miljarder", 1_200_000_000, "SEK"),
    ],
)
def test_scales_grouping_and_currencies_of_many_places_are_read(written, amount, currency):
    assert read(written) == (amount, currency)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("-EUR 5m", -5_000_000),
        ("negative EUR 5 million", -5_000_000),
        ("EUR (5.2) million", -5_200_000),
        ("(5,000,000)", -5_000_000),
    ],
)
def test_negative_numbers_are_numbers(written, amount):
    assert read(written)[0] == amount


def test_brackets_that_repeat_a_figure_are_no_minus():
    assert read("(5,000,000)", "five million (5,000,000) Euros")[0] == 5_000_000


@pytest.mark.parametrize(
    "written",
    ["EUR 10 to 20 million", "EUR 10-20 million", "between EUR 10 million and EUR 20 million"],
)
def test_a_range_shares_its_scale_and_keeps_both_ends(written):
    found = normalise(LIMIT, written)
    assert found.value == {"amount": 20_000_000, "currency": "EUR"}
    assert found.qualifiers.steps == ({"value": 10_000_000}, {"value": 20_000_000})
    assert found.qualifiers.rule == "upper end of a range"


@pytest.mark.parametrize("written", ["Tranche 2B: EUR 250m", "Facility 2 B (EUR 250 million)"])
def test_a_tranches_letter_is_no_scale(written):
    assert read(written) == (250_000_000, "EUR")


def test_a_share_of_an_amount_is_not_the_amount():
    with pytest.raises(NotAValue):
        normalise(LIMIT, "25% of EUR 40m")


@pytest.mark.parametrize(
    ("amount", "quote"),
    [
        (4_284_000_000, "the Rupee Lenders have agreed to lend Rs. 428.40 crore"),
        (4_284_000_000, "aggregating Rs. 428,40,00,000/-"),
        (-5_000_000, "net debt of EUR (5,000,000) at closing"),
    ],
)
def test_a_quote_in_such_a_form_bears_the_amount_out(amount, quote):
    currency = "EUR" if "EUR" in quote else "INR"
    assert agrees(LIMIT, {"amount": amount, "currency": currency}, quote)


@pytest.mark.parametrize(
    "quote",
    [
        "SIX MILLION FIVE HUNDRED THOUSAND DOLLARS ($6,500,000)",
        "Six Million Five Hundred Thousand Dollars ($6,500,000)",
        "SIX MILLION FIVE HUNDRED THOUSAND DOLLARS",
    ],
)
def test_words_in_capitals_are_no_scale_of_a_table(quote):
    assert read(quote, quote) == (6_500_000, "USD")
    assert read("$6,500,000", quote) == (6_500_000, "USD")
