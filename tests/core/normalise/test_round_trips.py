"""A value written in any of its forms is read back as itself, and borne out by those words."""

from __future__ import annotations

from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from factsheet_schemas import FieldSpec, FieldType, load_schema
from factsheet_service.core.normalise import agrees, normalise, render, same
from factsheet_service.core.normalise.countries import LANGUAGES
from hypothesis import given
from hypothesis import strategies as st

FIELDS = load_schema("credit_facility").by_key
LIMIT, SPREAD, RATIO, MATURITY, SCHEDULE, TENORS = (
    FIELDS[key]
    for key in (
        *("credit_limit", "spread_pct", "lockup_b_dscr", "maturity_date"),
        *("repayment_schedule", "base_rate_tenor"),
    )
)
CODES = st.sampled_from(["EUR", "USD", "GBP", "NOK", "PLN", "INR", "JPY"])
POINTS = st.integers(1, 9999).map(lambda n: n / 100)
DATES = st.dates(min_value=date(1990, 1, 1), max_value=date(2069, 12, 31))


def is_read_as(spec, value, written):
    return same(spec, normalise(spec, written).value, value) and agrees(spec, value, written)


@given(
    st.integers(1, 999_999),
    CODES,
    st.sampled_from(
        [("million", 10**6), ("m", 10**6), ("bn", 10**9), ("thousand", 1000), ("crore", 10**7)]
    ),
)
def test_amounts_with_a_scale(number, code, scale):
    word, factor = scale
    value = {"amount": number * factor / 100, "currency": code}
    assert is_read_as(LIMIT, value, f"{code} {number / 100:.2f} {word}")


@given(
    st.integers(10_000, 10**12),
    CODES,
    st.sampled_from(["en", "de", "fr", "es", "pl", "de_CH", "en_IN"]),
)
def test_amounts_as_a_country_groups_them(amount, code, locale):
    written = f"{code} {format_decimal(amount, locale=locale)}"
    assert is_read_as(LIMIT, {"amount": amount, "currency": code}, written)


@given(
    POINTS, st.sampled_from(["{:.2f}%", "{:.2f} per cent.", "{:.2f} % p.a.", "EURIBOR + {:.2f}%"])
)
def test_percentages(points, form):
    assert is_read_as(SPREAD, points, form.format(points))


@given(st.integers(1, 2000))
def test_basis_points(points):
    assert is_read_as(SPREAD, points / 100, f"{points} bps")


@given(
    st.integers(1, 999).map(lambda n: n / 100),
    st.sampled_from(["{:.2f}x", "{:.2f}:1", "{:.2f} to 1.00"]),
)
def test_ratios(times, form):
    assert is_read_as(RATIO, times, form.format(times))


@given(DATES, st.sampled_from(LANGUAGES), st.sampled_from(["long", "medium"]))
def test_dates_in_every_language(day, language, length):
    value = {"date": day.isoformat(), "precision": "day"}
    assert is_read_as(MATURITY, value, format_date(day, length, locale=Locale(language)))


@given(DATES)
def test_months(day):
    value = {"date": f"{day:%Y-%m}", "precision": "month"}
    assert is_read_as(MATURITY, value, f"{day:%m/%Y}")


@given(st.sets(st.sampled_from([1, 2, 3, 6, 9, 12]), min_size=1))
def test_tenors(months):
    value = [f"{month}M" for month in sorted(months)]
    assert is_read_as(TENORS, value, ", ".join(map(str, sorted(months))) + " months")


@given(st.lists(POINTS, min_size=1, max_size=6), DATES.filter(lambda day: day.year < 2060))
def test_schedules_as_they_are_shown(levels, day):
    value = [
        {"date": f"{day.year + number}-{day.month:02}", "percent": level}
        for number, level in enumerate(levels)
    ]
    assert is_read_as(SCHEDULE, value, render(SCHEDULE, value))


@pytest.mark.parametrize(
    "kind", [FieldType.NUMBER, FieldType.INTEGER, FieldType.YEAR, FieldType.MONTH]
)
@given(st.integers(1990, 2069))
def test_numbers_as_they_are_shown(kind, number):
    spec = FieldSpec(key="field", label="Field", type=kind, scope="deal")
    value = number % 12 + 1 if kind is FieldType.MONTH else number
    assert same(spec, normalise(spec, render(spec, value)).value, value)
