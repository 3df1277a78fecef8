"""From words to the wire form of a field's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factsheet_schemas import FieldSpec, FieldType

from . import (
    amounts,
    codes,
    countries,
    currencies,
    dates,
    enums,
    folding,
    numbers,
    percents,
    quantities,
    schedules,
    tallies,
    tenors,
    texts,
)
from .figures import is_range
from .result import Normalised, NotAValue


def normalise(spec: FieldSpec, written: str, quote: str = "") -> Normalised:
    """A value as its field's type writes it on the wire, with what qualifies it.

    ``quote`` is the source text: it only adds what the words leave out (currency, basis). Where
    the words name a value that they do not give, as a date counted from an event, ``value`` is
    None and the qualifiers say what is known.

    Raises:
        NotAValue: the words hold no value of the type; "not specified" never does.
    """
    if folding.is_no_answer(written) and spec.type is not FieldType.YES_NO:
        raise NotAValue(f"{written!r} states nothing")
    if spec.type in _BY_FIELD:
        return _BY_FIELD[spec.type](spec, written)
    read = _BY_TYPE[spec.type](written, quote)
    if isinstance(read.value, int | float):
        quantities.check_bounds(spec, read.value)
    return read


def _integer(written: str, quote: str = "") -> Normalised:
    found = _single(written)
    if found.grouped != int(found.grouped) or quantities.POWER.match(written, found.end):
        raise NotAValue(f"no whole number in {written!r}")
    return Normalised(int(found.grouped))


def _single(written: str) -> numbers.Number:
    """The first number; a range is none ("18-30" is no mean age)."""
    found = numbers.find_numbers(written)
    if not found or (len(found) > 1 and is_range(written, *found[:2])):
        raise NotAValue(f"no single number in {written!r}")
    return found[0]


_BY_FIELD: Mapping[FieldType, Callable[[FieldSpec, str], Normalised]] = {
    FieldType.ENUM: enums.normalise_enum,
    FieldType.ENUM_LIST: enums.normalise_enum_list,
    FieldType.NUMBER: quantities.normalise_number,
    FieldType.NUMBER_LIST: quantities.normalise_number_list,
    FieldType.RANGE: quantities.normalise_range,
    FieldType.TALLY: tallies.normalise_tally,
    FieldType.TEXT: texts.normalise_text,
    FieldType.TEXT_LIST: texts.normalise_text_list,
}
_BY_TYPE: Mapping[FieldType, Callable[[str, str], Normalised]] = {
    FieldType.YES_NO: enums.normalise_yes_no,
    FieldType.PERCENT: percents.normalise_percent,
    FieldType.RATIO: percents.normalise_ratio,
    FieldType.AMOUNT: amounts.normalise_amount,
    FieldType.INTEGER: _integer,
    FieldType.DATE: dates.normalise_date,
    FieldType.YEAR: dates.normalise_year,
    FieldType.MONTH: dates.normalise_month,
    FieldType.CURRENCY: currencies.normalise_currency,
    FieldType.CURRENCY_LIST: currencies.normalise_currency_list,
    FieldType.COUNTRY: countries.normalise_country,
    FieldType.CODE: codes.normalise_code,
    FieldType.TENOR_SET: tenors.normalise_tenors,
    FieldType.SCHEDULE: schedules.normalise_schedule,
    FieldType.CLAUSE: texts.normalise_clause,
    FieldType.PASSAGE: texts.normalise_clause,
}
