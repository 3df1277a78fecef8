"""Amounts without a currency."""

from __future__ import annotations

import pytest
from factsheet_schemas import Evidence, FieldValue, Origin, Status, load_schema
from factsheet_service.core.reconcile.denominations import denominated

SCHEMA = load_schema("credit_facility")


def present(value, quote):
    shown = Evidence(document="d", document_name="d", page=1, start=0, end=len(quote), quote=quote)
    return FieldValue(status=Status.PRESENT, value=value, evidence=(shown,))


def limit(currency=None):
    return present({"amount": 250_000_000, "currency": currency}, "250,000,000")


def test_an_amount_takes_over_the_only_currency_with_its_source():
    cells = {"credit_limit": limit(), "currency": present(["EUR"], "denominated in Euros")}
    found = denominated(cells, SCHEMA)["credit_limit"]
    assert found.value == {"amount": 250_000_000, "currency": "EUR"}
    assert [one.quote for one in found.evidence] == ["250,000,000", "denominated in Euros"]
    assert (found.origin, found.derivation.formula) == (Origin.DERIVED, "in the only currency")


@pytest.mark.parametrize(
    "cells",
    [
        {"credit_limit": limit()},
        {"credit_limit": limit(), "currency": present(["EUR", "USD"], "in Euros or Dollars")},
        {"credit_limit": limit("USD"), "currency": present(["EUR"], "in Euros")},
    ],
    ids=["none", "several", "its own"],
)
def test_an_amount_keeps_what_it_has_where_there_is_not_one_currency(cells):
    assert denominated(cells, SCHEMA) == {}
