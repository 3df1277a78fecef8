"""From words to the wire form of a field's type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factsheet_schemas import FieldSpec, FieldType

from . import (
    amounts,
    codes,
    currencies,
    dates,
    enums,
    folding,
    numbers,
    percents,
    schedules,
    tenors,
    texts,
)
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
    if spec.type is FieldType.ENUM:
        return enums.normalise_enum(spec, written)
    if spec.type is FieldType.ENUM_LIST:
        return enums.normalise_enum_list(spec, written)
    return _BY_TYPE[spec.type](written, quote)


def _number(written: str, quote: str = "") -> Normalised:
    found = numbers.find_numbers(written)
    if not found:
        raise NotAValue(f"no number in {written!r}")
    figure = written[found[0].start : found[0].end]
    return Normalised(found[0].grouped if "," in figure else found[0].plain)


def _integer(written: str, quote: str = "") -> Normalised:
    found = numbers.find_numbers(written)
    if not found or found[0].grouped != int(found[0].grouped):
        raise NotAValue(f"no whole number in {written!r}")
    return Normalised(int(found[0].grouped))


_BY_TYPE: Mapping[FieldType, Callable[[str, str], Normalised]] = {
    FieldType.TEXT: texts.normalise_text,
    FieldType.TEXT_LIST: texts.normalise_text_list,
    FieldType.YES_NO: enums.normalise_yes_no,
    FieldType.PERCENT: percents.normalise_percent,
    FieldType.RATIO: percents.normalise_ratio,
    FieldType.AMOUNT: amounts.normalise_amount,
    FieldType.NUMBER: _number,
    FieldType.INTEGER: _integer,
    FieldType.DATE: dates.normalise_date,
    FieldType.YEAR: dates.normalise_year,
    FieldType.MONTH: dates.normalise_month,
    FieldType.CURRENCY: currencies.normalise_currency,
    FieldType.CURRENCY_LIST: currencies.normalise_currency_list,
    FieldType.COUNTRY: codes.normalise_country,
    FieldType.CODE: codes.normalise_code,
    FieldType.TENOR_SET: tenors.normalise_tenors,
    FieldType.SCHEDULE: schedules.normalise_schedule,
    FieldType.CLAUSE: texts.normalise_text,
}
