"""Whether two values are the same, for reconciling and for scoring. Never by substrings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.record import JsonValue

from .codes import same_code
from .dates import months_of
from .folding import fold, fold_name
from .numbers import nearly
from .schedules import same_schedule


def same(spec: FieldSpec, first: JsonValue, second: JsonValue) -> bool:
    """Whether two values in wire form say the same.

    Amounts need number and currency; numbers agree within a millionth; text after folding case,
    accents, space, punctuation and legal suffixes; lists as sets; dates by month (a year alone
    equals no month); schedules month by month.
    """
    if first is None or second is None:
        return first is None and second is None
    if spec.is_many and isinstance(first, list) and isinstance(second, list):
        return _same_elements(spec, first, second)
    return _BY_TYPE.get(spec.type, _same_folded)(first, second)


def _same_elements(spec: FieldSpec, first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Whether two lists of a field that has many values hold the same, in any order."""
    pairs = ((first, second), (second, first))
    return all(any(same(spec, one, other) for other in b) for a, b in pairs for one in a)


def _same_number(first: JsonValue, second: JsonValue) -> bool:
    return nearly(float(first), float(second))


def _same_numbers(first: JsonValue, second: JsonValue) -> bool:
    return len(first) == len(second) and all(
        nearly(one, other) for one, other in zip(sorted(first), sorted(second), strict=True)
    )


def _same_range(first: JsonValue, second: JsonValue) -> bool:
    return all(nearly(first[end], second[end]) for end in ("low", "high"))


def _same_amount(first: JsonValue, second: JsonValue) -> bool:
    return first["currency"] == second["currency"] and _same_number(
        first["amount"], second["amount"]
    )


def _same_date(first: JsonValue, second: JsonValue) -> bool:
    return months_of(first) == months_of(second)


def _same_name(first: JsonValue, second: JsonValue) -> bool:
    return fold_name(str(first)) == fold_name(str(second))


def _same_names(first: JsonValue, second: JsonValue) -> bool:
    return {fold_name(one) for one in first} == {fold_name(one) for one in second}


def _same_folded(first: JsonValue, second: JsonValue) -> bool:
    return fold(str(first)) == fold(str(second))


def _same_set(first: JsonValue, second: JsonValue) -> bool:
    return set(first) == set(second)


_BY_TYPE: Mapping[FieldType, Callable[[JsonValue, JsonValue], bool]] = {
    FieldType.TEXT: _same_name,
    FieldType.PASSAGE: _same_name,
    FieldType.TEXT_LIST: _same_names,
    FieldType.PERCENT: _same_number,
    FieldType.RATIO: _same_number,
    FieldType.NUMBER: _same_number,
    FieldType.NUMBER_LIST: _same_numbers,
    FieldType.RANGE: _same_range,
    FieldType.TALLY: lambda first, second: bool(first == second),
    FieldType.INTEGER: _same_number,
    FieldType.YEAR: _same_number,
    FieldType.MONTH: _same_number,
    FieldType.AMOUNT: _same_amount,
    FieldType.DATE: _same_date,
    FieldType.CODE: same_code,
    FieldType.ENUM_LIST: _same_set,
    FieldType.CURRENCY_LIST: _same_set,
    FieldType.TENOR_SET: _same_set,
    FieldType.SCHEDULE: same_schedule,
}
