"""Values as people read them, and back."""

from __future__ import annotations

from datetime import date

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import normalise, render, same
from hypothesis import given
from hypothesis import strategies as st

FIELDS = load_schema("credit_facility").by_key


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("credit_limit", {"amount": 250_000_000, "currency": "EUR"}, "EUR 250,000"),
        ("credit_limit", {"amount": 1_234_567, "currency": None}, "1,234.567"),
        ("hedge_notional", {"amount": 250_000_000, "currency": "EUR"}, "EUR 250,000,000"),
        ("spread_pct", 2.5, "2.50%"),
        ("spread_pct", -0.125, "-0.125%"),
        ("lockup_b_dscr", 1.2, "1.20x"),
        ("maturity_date", {"date": "2031-03-15", "precision": "day"}, "03/2031"),
        ("maturity_date", {"date": "2031", "precision": "year"}, "2031"),
        ("readiness_month", 3, "03"),
        ("readiness_year", 2026, "2026"),
        ("borrower_name", ["A plc", "B Ltd"], "A plc; B Ltd"),
        ("base_rate_tenor", ["1M", "3M"], "1M, 3M"),
        (
            "repayment_schedule",
            [{"date": "2027-06", "percent": 2.5}, {"date": "2027-12-31", "amount": 1000}],
            "06/2027: 2.50%; 12/2027: 1,000",
        ),
        ("syndicated", "Yes", "Yes"),
        ("spread_pct", None, ""),
    ],
)
def test_a_value_is_shown_as_its_label_promises(key, value, shown):
    assert render(FIELDS[key], value) == shown


@given(st.decimals(min_value=-99, max_value=999, places=4))
def test_a_shown_percentage_reads_back(number):
    spec = FIELDS["spread_pct"]
    assert same(spec, normalise(spec, render(spec, float(number))).value, float(number))


@given(st.integers(min_value=1, max_value=10**12), st.sampled_from(["EUR", "USD", "NOK", "PLN"]))
def test_a_shown_amount_reads_back(amount, currency):
    spec, value = FIELDS["hedge_notional"], {"amount": amount, "currency": currency}
    assert same(spec, normalise(spec, render(spec, value)).value, value)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_shown_date_reads_back(day):
    spec, value = FIELDS["maturity_date"], {"date": day.isoformat(), "precision": "day"}
    assert same(spec, normalise(spec, render(spec, value)).value, value)
