"""Percentages and ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from factsheet_schemas.record import JsonValue, Qualifiers

from .figures import (
    BASIS_POINTS,
    Figure,
    comparator,
    find_basis,
    find_percents,
    find_ratios,
    find_shares,
)
from .numbers import is_accounting, nearly
from .result import Normalised, NotAValue

MOST_BARE = 1000  # of a figure without a unit: more is an amount or a year


def normalise_percent(written: str, quote: str = "") -> Normalised:
    """Percent points: 2.25 for "2.25 %", "225 bps" and "two and one-quarter percent".

    Of several levels the highest is taken, of two bounds the lower; all are kept as steps. A share
    of the margin keeps its number and says so in ``basis``. A fraction is rounded to hundredths:
    66.67 for two-thirds.

    Raises:
        NotAValue: there is no number.
    """
    figures, shares = find_percents(written), find_shares(written)
    is_bare = not any(figure.is_marked for figure in figures)
    if shares and is_bare:
        return Normalised(round(shares[0], 2), Qualifiers(comparator=comparator(written)))
    if is_bare and figures and abs(figures[0].value) > MOST_BARE:
        raise NotAValue(f"no percentage in {written!r}")
    if is_bare and BASIS_POINTS.search(quote) and _stands_bare(figures, quote):
        figures = tuple(replace(figure, value=figure.value / 100) for figure in figures)
    return _headline(figures, written, quote, is_percent=True)


def normalise_ratio(written: str, quote: str = "") -> Normalised:
    """Times: 1.25 for "1.25 to 1.00", 1.2 for "120 %". Raises NotAValue without a number."""
    return _headline(find_ratios(written), written, quote, is_percent=False)


def _stands_bare(figures: Sequence[Figure], quote: str) -> bool:
    """Whether a figure without a unit stands in the quote without one too, as in a table."""
    bare = [figure for figure in find_percents(quote) if not figure.is_marked]
    return any(nearly(figures[0].value, figure.value) for figure in bare)


def _headline(
    figures: Sequence[Figure], written: str, quote: str, *, is_percent: bool
) -> Normalised:
    if not figures:
        raise NotAValue(f"no number in {written!r}")
    marked = [figure for figure in figures if figure.is_marked]
    steps, rule = _band(marked, written), "lower bound"
    if not steps:
        levels = _distinct(marked or list(figures[:1]))
        steps, rule = [{"value": level} for level in levels], "highest level"
    value = steps[0]["value"] if rule == "lower bound" else max(step["value"] for step in steps)
    qualifiers = Qualifiers(
        basis=_basis(written, quote, value) if is_percent else None,
        comparator=comparator(written),
        steps=tuple(steps) if len(steps) > 1 else (),
        rule=rule if len(steps) > 1 else None,
    )
    return Normalised(-value if is_accounting(written, quote) else value, qualifiers)


def _band(figures: Sequence[Figure], written: str) -> list[dict[str, JsonValue]]:
    """The two bounds of "at least 75 % and not more than 110 %", the lower one first."""
    if len(figures) != 2:
        return []
    before = (written[: figures[0].start], written[figures[0].end : figures[1].start])
    bounds = [
        {"value": figure.value, "comparator": comparator(words)}
        for figure, words in zip(figures, before, strict=True)
    ]
    is_band = {bound["comparator"] for bound in bounds} == {"min", "max"}
    return sorted(bounds, key=lambda bound: bound["comparator"] != "min") if is_band else []


def _distinct(figures: list[Figure]) -> list[float]:
    levels: list[float] = []
    for figure in figures:
        if not any(nearly(figure.value, level) for level in levels):
            levels.append(figure.value)
    return levels


def _basis(written: str, quote: str, value: float) -> str | None:
    return find_basis(written) or next(
        (
            find_basis(quote[figure.end : figure.end + 60])
            for figure in find_percents(quote)
            if figure.is_marked and nearly(figure.value, value)
        ),
        None,
    )
