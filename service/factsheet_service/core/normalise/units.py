"""Units that a table's header or the words above it state for the figures in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factsheet_schemas import FieldType

from .amounts import find_amounts, has_header_scale
from .currencies import find_currencies
from .figures import BASIS_POINTS, find_percents

LARGE = 1e6  # an amount that is hardly in thousands


def states_unit(kind: FieldType, text: str, *, figures: bool = False) -> bool:
    """Whether a text says what figures of a type are in: basis points, thousands, a currency.

    With ``figures``, a unit beside a figure counts too ("5 %", "EUR 5m").
    """
    check = _BY_TYPE.get(kind)
    return check is not None and check(text, figures)


def _of_percent(text: str, figures: bool) -> bool:
    is_beside = figures and any(one.is_marked for one in find_percents(text))
    return is_beside or BASIS_POINTS.search(text) is not None


def _of_amount(text: str, figures: bool) -> bool:
    if has_header_scale(text):
        return True
    found = find_amounts(text)
    if figures:
        return any(one.currency and (one.has_scale or one.amount >= LARGE) for one in found)
    return bool(find_currencies(text)) and not any(one.currency for one in found)


_BY_TYPE: Mapping[FieldType, Callable[[str, bool], bool]] = {
    FieldType.PERCENT: _of_percent,
    FieldType.AMOUNT: _of_amount,
}
