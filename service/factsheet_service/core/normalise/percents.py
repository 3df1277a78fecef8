"""Percentages, ratios, and what they are a percentage of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factsheet_schemas.record import Qualifiers

from .numbers import Number, find_numbers, nearly
from .result import Normalised, NotAValue

_PERCENT = (
    r"%|％|percentage\s+points?|per\s?cent(?:um|o)?\b|p\.?c\.?t\.?\b|por\s+ciento\b|pour\s+cent\b"
    r"|prozent\b|procent\b|por\s+cento\b"
)
_POINTS = (
    r"bps?\b|basis\s+points?\b|puntos\s+básicos\b|points?\s+de\s+base\b|basispunkte\w*"
    r"|basispunten\b|pontos\s+base\b|punti\s+base\b|punkt\w*\s+bazow\w+"
)
_AFTER = re.compile(
    rf"\s*(?:\(\s*[\d.,/ ]+\s*\)\s*)?"
    rf"(?:(?P<part>of\s+(?:one|1(?:[.,]0+)?)\s*(?:\(1\)\s*)?(?:{_PERCENT}))"
    rf"|(?P<percent>{_PERCENT})|(?P<points>{_POINTS}))",
    re.IGNORECASE,
)
_RATIO = re.compile(
    r"\s*(?:(?P<times>x\b|times\b|×|veces\b|fois\b)"
    r"|(?::|\s+to\s+|to\b)\s*(?P<base>1(?:[.,]0+)?|one)\b(?![.,]?\d))",
    re.IGNORECASE,
)
_OF_WHOLE = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:of\b|$)", re.IGNORECASE)
_BASES = (
    ("of_margin", r"of\s+(?:the\s+)?(?:then\s+)?(?:applicable\s+)?(?:margin|spread)"),
    ("of_margin", r"(?:del|de\s+la|of\s+de|der|des|della?|do|da)\s+(?:marge\w*|margin[ei]|marży)"),
    ("of_excess_cash_flow", r"of\s+(?:the\s+)?(?:\w+\s+){0,2}(?:excess\s+cash|cash\s+flow)"),
    ("of_limit", r"(?:of|on)\s+(?:the\s+)?(?:\w+\s+){0,3}(?:commitments?|facility\s+amount|limit)"),
    (
        "per_annum",
        r"per\s+annum|p\.\s?a\.|per\s+year|a\s+year|annual(?:ly)?|anual|par\s+an|jährlich",
    ),
    ("flat", r"\bflat\b|one-off|once\s+only"),
)
_MIN = (
    r"not\s+(?:be\s+)?(?:less|lower)\s+than|no\s+less\s+than|not\s+(?:be\s+)?below|at\s+least"
    r"|minimum|\bmin\b|mindestens|mínimo|>=|≥"
)
_MAX = (
    r"not\s+(?:to\s+)?exceed|not\s+(?:be\s+)?(?:greater|more|higher)\s+than|at\s+most|maximum"
    r"|no\s+(?:greater|more|higher)\s+than|\bmax\b|höchstens|máximo|<=|≤"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of percent points or of times, at ``text[start:end]``."""

    value: float
    start: int
    end: int
    is_marked: bool  # a unit stands beside it


def find_percents(text: str) -> tuple[Figure, ...]:
    """Numbers as percent points; unmarked figures count as such, unmarked words only for zero."""
    return tuple(_unnested(_percents(text)))


def _percents(text: str) -> Iterator[Figure]:
    for number in find_numbers(text):
        unit = _AFTER.match(text, number.end)
        if unit and unit["points"]:
            yield Figure(number.grouped / 100, number.start, unit.end(), is_marked=True)
        elif unit:
            yield Figure(number.plain, number.start, unit.end(), is_marked=True)
        elif not number.is_words or number.plain == 0:
            yield Figure(number.plain, number.start, number.end, is_marked=False)


def _unnested(figures: Iterator[Figure]) -> Iterator[Figure]:
    end = -1
    for figure in figures:
        if figure.start >= end:
            yield figure
            end = figure.end


def find_shares(text: str) -> tuple[float, ...]:
    """Fractions of a whole as percent points: "two-thirds of the Loans" is 66.67, "1/2 of" 50.

    Fractions of a percent ("one half of one percent") are none, nor are a fiscal quarter and a
    third anniversary.
    """
    return tuple(100 * number.plain for number in find_numbers(text) if _is_share(text, number))


def _is_share(text: str, number: Number) -> bool:
    written = text[number.start : number.end].casefold()
    is_fraction = 0 < number.plain < 1 and "." not in written and "," not in written
    is_counted = not number.is_words or written == "half" or not written.isalpha()
    is_of_whole = _OF_WHOLE.match(text, number.end) and not _AFTER.match(text, number.end)
    return is_fraction and is_counted and bool(is_of_whole)


def find_ratios(text: str) -> tuple[Figure, ...]:
    """Numbers as times: "1.25:1", "1.25 to 1.00", "1.25x", and 120 % as 1.2."""
    return tuple(_unnested(_ratios(text)))


def _ratios(text: str) -> Iterator[Figure]:
    for number in find_numbers(text):
        ratio, percent = _RATIO.match(text, number.end), _AFTER.match(text, number.end)
        if ratio:
            yield Figure(number.plain, number.start, ratio.end(), is_marked=True)
        elif percent and percent["percent"]:
            yield Figure(number.plain / 100, number.start, percent.end(), is_marked=True)
        elif not number.is_words:
            yield Figure(number.plain, number.start, number.end, is_marked=False)


def normalise_percent(written: str, quote: str = "") -> Normalised:
    """Percent points: 2.25 for "2.25 %", "225 bps" and "two and one-quarter percent".

    Of several levels the highest is taken and all are kept as steps. A share of the margin keeps
    its number and says so in ``basis``. A fraction is rounded to hundredths: 66.67 for two-thirds.

    Raises:
        NotAValue: there is no number.
    """
    figures, shares = find_percents(written), find_shares(written)
    if shares and not any(figure.is_marked for figure in figures):
        return Normalised(round(shares[0], 2), Qualifiers(comparator=comparator(written)))
    return _headline(figures, written, quote, is_percent=True)


def normalise_ratio(written: str, quote: str = "") -> Normalised:
    """Times: 1.25 for "1.25 to 1.00", 1.2 for "120 %". Raises NotAValue without a number."""
    return _headline(find_ratios(written), written, quote, is_percent=False)


def _headline(
    figures: tuple[Figure, ...], written: str, quote: str, *, is_percent: bool
) -> Normalised:
    marked = [figure for figure in figures if figure.is_marked]
    if not figures:
        raise NotAValue(f"no number in {written!r}")
    levels = _distinct(marked or list(figures[:1]))
    value = max(levels)
    steps = tuple({"value": level} for level in levels) if len(levels) > 1 else ()
    return Normalised(
        value,
        Qualifiers(
            basis=_basis(written, quote, value) if is_percent else None,
            comparator=comparator(written),
            steps=steps,
            rule="highest level" if steps else None,
        ),
    )


def _distinct(figures: list[Figure]) -> list[float]:
    levels: list[float] = []
    for figure in figures:
        if not any(nearly(figure.value, level) for level in levels):
            levels.append(figure.value)
    return levels


def comparator(text: str) -> str | None:
    """``min`` or ``max`` where the words set a bound."""
    for name, pattern in (("min", _MIN), ("max", _MAX)):
        if re.search(pattern, text, re.IGNORECASE):
            return name
    return None


def _basis(written: str, quote: str, value: float) -> str | None:
    return find_basis(written) or next(
        (
            find_basis(quote[figure.end : figure.end + 60])
            for figure in find_percents(quote)
            if figure.is_marked and nearly(figure.value, value)
        ),
        None,
    )


def find_basis(text: str) -> str | None:
    """What a percentage is taken of, as the words right behind it say."""
    for name, pattern in _BASES:
        if re.search(pattern, text, re.IGNORECASE):
            return name
    return None


def number_in(value: float, numbers: tuple[Number, ...]) -> bool:
    """Whether one of the numbers can be read as the value."""
    return any(nearly(value, reading) for number in numbers for reading in number.readings)
