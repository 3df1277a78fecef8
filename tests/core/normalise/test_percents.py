"""Percentages and ratios with their units, bounds and ranges."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import NotAValue, agrees, normalise

FIELDS = load_schema("credit_facility").by_key
SPREAD, SHARE, RATIO = (FIELDS[k] for k in ("spread_pct", "hedge_pct", "lockup_debt_equity"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("175 b.p.", 1.75),
        ("L+175", 1.75),
        ("SOFR + 250", 2.5),
        ("EURIBOR plus 325", 3.25),
        ("EURIBOR + 2", 2.0),
        ("5‰", 0.5),
        ("5 pro mille", 5.0),
        ("(0.50)%", -0.5),
        ("negative 0.25%", -0.25),
        ("one hundred and twenty basis points", 1.2),
        ("three and a half per cent", 3.5),
        ("2,25 por ciento", 2.25),
    ],
)
def test_units_beside_a_figure_are_understood(written, value):
    assert normalise(SPREAD, written).value == pytest.approx(value)


@pytest.mark.parametrize(
    "written",
    [
        "0.40 x Margin",
        "40 % der Marge",
        "40% van de marge",
        "40% marży",
        "40% del margen",
        "40% da margem",
        "40% della margine",
        "40% de la Marge",
    ],
)
def test_a_share_of_the_margin_is_one_in_every_language(written):
    found = normalise(FIELDS["commitment_fee_pct"], written)
    assert (found.value, found.qualifiers.basis) == (40.0, "of_margin")
    assert agrees(FIELDS["commitment_fee_pct"], 40.0, written)


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("2.00% - 2.50%", [2.0, 2.5]),
        ("2.00 to 2.50 per cent", [2.0, 2.5]),
        ("2–3%", [2.0, 3.0]),
        ("10-15 bps", [0.1, 0.15]),
        ("between 1.5 and 2%", [1.5, 2.0]),
    ],
)
def test_a_range_shares_its_unit_and_keeps_both_ends(written, levels):
    found = normalise(SPREAD, written)
    assert [step["value"] for step in found.qualifiers.steps] == levels
    assert found.value == levels[-1]


@pytest.mark.parametrize(
    "written",
    [
        "not less than 75 per cent. and not more than 110 per cent.",
        "mindestens 75 % und höchstens 110 %",
    ],
)
def test_of_two_bounds_the_lower_is_what_is_required(written):
    found = normalise(SHARE, written)
    assert (found.value, found.qualifiers.comparator) == (75.0, "min")
    assert found.qualifiers.steps[1] == {"value": 110.0, "comparator": "max"}


@pytest.mark.parametrize("written", ["A$124,000,000", "2031"])
def test_amounts_and_years_are_no_percentages(written):
    with pytest.raises(NotAValue):
        normalise(SPREAD, written)


@pytest.mark.parametrize(
    ("written", "value"), [("60:40", 1.5), ("75:25", 3.0), ("1.20-1.25x", 1.25)]
)
def test_gearing_and_ranges_are_ratios(written, value):
    assert normalise(RATIO, written).value == pytest.approx(value)
