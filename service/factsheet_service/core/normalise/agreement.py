"""Whether a quoted stretch of the source bears out a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.record import JsonValue

from .amounts import Amount, find_amounts, table_scale
from .countries import find_countries
from .currencies import find_currencies, names_currency
from .dates import find_dates, find_years, months_of
from .enums import named_options
from .figures import BASIS_POINTS, Figure, find_percents, find_ratios, find_shares, number_in
from .numbers import find_numbers, nearly
from .quantities import has_quantities, has_quantity, has_range
from .schedules import names_maturity
from .tallies import has_tally
from .tenors import find_tenors
from .texts import has_matches, has_text, names_text


def agrees(spec: FieldSpec, value: JsonValue, quote: str) -> bool:
    """Whether the quote contains the value: a number in any of its written forms, a date's month,
    a name's words, one of an option's synonyms.

    Clauses and classification codes are judgements: any quote that is not empty will do, and so
    are Yes and No, unless the field has words for them and the quote those of the other. A derived
    value need not stand in its quotes; do not ask for it.
    """
    if value is None or not quote.strip():
        return False
    if spec.pattern is not None and spec.type in (FieldType.TEXT, FieldType.TEXT_LIST):
        return has_matches(spec, value, quote)
    if spec.type in _BY_FIELD:
        return _BY_FIELD[spec.type](spec, value, quote)
    check = _BY_TYPE.get(spec.type)
    return check is None or check(value, quote)


def names_option(spec: FieldSpec, value: str, quote: str) -> bool:
    """Whether the quote has the option's value or one of its synonyms in whole words."""
    options = tuple(option for option in spec.options if option.value == value)
    return bool(named_options(options, quote))


def may_entail(spec: FieldSpec, value: JsonValue, quote: str) -> bool:
    """Whether the quote can show an option that it does not name: it names no other one.

    "Amounts repaid may be re-borrowed" shows a revolving loan; "the term loan" shows none. And
    "wholly owned" shows 100 %.
    """
    if spec.type is FieldType.PERCENT:
        return value == 100 and _WHOLE.search(quote) is not None
    if spec.type not in (FieldType.ENUM, FieldType.ENUM_LIST) or value is None or spec.is_named:
        return False
    chosen = value if isinstance(value, list) else [value]
    others = tuple(option for option in spec.options if option.value not in chosen)
    return bool(quote.strip()) and not named_options(others, quote)


def _may_answer(spec: FieldSpec, value: str, quote: str) -> bool:
    """Whether a quote can show a Yes or No: not "the cursor was visible" that it was not."""
    named = named_options(spec.options, quote)
    return not named or value in named


def _has_percent(value: JsonValue, quote: str) -> bool:
    wanted = float(value)
    stated = any(nearly(_points(figure, quote, wanted), wanted) for figure in find_percents(quote))
    shared = any(_is_rounded(share, wanted) for share in find_shares(quote))
    return stated or shared or _in_basis_points(wanted, quote)


def _points(figure: Figure, quote: str, wanted: float) -> float:
    is_bracketed = quote[figure.start - 1 : figure.start] == "(" and wanted < 0
    return -figure.value if is_bracketed else figure.value


def _in_basis_points(percent: float, quote: str) -> bool:
    """Whether a bare number of a table that says it is in basis points is the percentage."""
    return BASIS_POINTS.search(quote) is not None and number_in(100 * percent, find_numbers(quote))


def _is_rounded(share: float, percent: float) -> bool:
    """Whether a percentage is a fraction's own, to a tenth or finer where it does not end."""
    num_decimals = len(f"{percent:.6f}".rstrip("0").partition(".")[2])
    return nearly(share, percent) or (num_decimals > 0 and round(share, num_decimals) == percent)


def _has_ratio(value: JsonValue, quote: str) -> bool:
    return any(nearly(figure.value, float(value)) for figure in find_ratios(quote))


def _has_amount(value: JsonValue, quote: str) -> bool:
    """The number, scaled or not, with no other currency beside it."""
    amount, currency = float(value["amount"]), value.get("currency")
    if any(
        nearly(_signed(found, quote, amount), amount) and (found.currency or currency) == currency
        for found in find_amounts(quote)
    ):
        return True
    others = find_currencies(quote)
    is_scaled = any(
        nearly(found.amount * table_scale(found.amount, quote), amount)
        for found in find_amounts(quote)
        if not found.has_scale
    )
    return is_scaled and (not others or currency in others)


def _signed(found: Amount, quote: str, wanted: float) -> float:
    """A quoted amount, negative where brackets about it can say so and that is asked for."""
    is_bracketed = quote[found.start - 1 : found.start] == "(" and wanted < 0
    return -found.amount if is_bracketed else found.amount


def _has_number(value: JsonValue, quote: str) -> bool:
    return number_in(float(value), find_numbers(quote))


def _has_date(value: JsonValue, quote: str) -> bool:
    if value["precision"] == "year":
        return int(value["date"]) in find_years(quote)
    return months_of(value) in {months_of(found.wire) for found in find_dates(quote)}


def _has_year(value: JsonValue, quote: str) -> bool:
    return int(value) in find_years(quote)


def _has_month(value: JsonValue, quote: str) -> bool:
    return int(value) in {found.month for found in find_dates(quote)}


def _has_tenors(value: JsonValue, quote: str) -> bool:
    return set(value) <= set(find_tenors(quote))


def _has_schedule(value: JsonValue, quote: str) -> bool:
    """Every date but one that the words name without giving it: the last at maturity, or the
    later ones of a recurring payment ("on the first day of each quarter thereafter")."""
    if len(value) > 1 and _RECURRING.search(quote):
        return True
    stated = {months_of(found.wire) for found in find_dates(quote)}
    unstated = [step for step in value if str(step["date"])[:7] not in stated]
    return not unstated or (unstated == list(value[-1:]) and names_maturity(quote))


_WHOLE = re.compile(
    r"\b(?:whole|wholly|entire|entirely|fully|all\s+(?:of\s+)?the)\b", re.IGNORECASE
)
_RECURRING = re.compile(
    r"\b(?:(?:on|of)\s+(?:\w+\s+){0,4}each|every)\b"
    r"|\b(?:quarterly|monthly|semi-?annual\w*|annual\w*)\b",
    re.IGNORECASE,
)
_BY_FIELD: Mapping[FieldType, Callable[[FieldSpec, JsonValue, str], bool]] = {
    FieldType.ENUM: names_option,
    FieldType.ENUM_LIST: lambda spec, value, quote: all(
        names_option(spec, one, quote) for one in value
    ),
    FieldType.YES_NO: _may_answer,
    FieldType.NUMBER: has_quantity,
    FieldType.NUMBER_LIST: has_quantities,
    FieldType.RANGE: has_range,
    FieldType.TALLY: has_tally,
}
_BY_TYPE: Mapping[FieldType, Callable[[JsonValue, str], bool]] = {
    FieldType.TEXT: names_text,
    FieldType.PASSAGE: has_text,
    FieldType.TEXT_LIST: lambda value, quote: all(names_text(one, quote) for one in value),
    FieldType.PERCENT: _has_percent,
    FieldType.RATIO: _has_ratio,
    FieldType.AMOUNT: _has_amount,
    FieldType.INTEGER: _has_number,
    FieldType.DATE: _has_date,
    FieldType.YEAR: _has_year,
    FieldType.MONTH: _has_month,
    FieldType.CURRENCY: names_currency,
    FieldType.CURRENCY_LIST: lambda value, quote: all(names_currency(c, quote) for c in value),
    FieldType.COUNTRY: lambda value, quote: value in find_countries(quote),
    FieldType.TENOR_SET: _has_tenors,
    FieldType.SCHEDULE: _has_schedule,
}
