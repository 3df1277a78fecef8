"""Figures with a unit: percent, basis points, times; what they are a part of, and bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from .numbers import Number, find_numbers, nearly

_PERCENT = (
    r"%|％|percentage\s+points?|per\s?cent(?:um|o)?\b|p\.?c\.?t\.?\b|por\s+ciento\b|pour\s+cent\b"
    r"|prozent\b|procent\b|por\s+cento\b"
)
_POINTS = (
    r"bps?\b|b\.p\.(?:s\.)?|basis\s+points?\b|puntos\s+básicos\b|points?\s+de\s+base\b|basispunkte\w*"
    r"|basispunten\b|pontos\s+base\b|punti\s+base\b|punkt\w*\s+bazow\w+"
)
_MILLE = r"‰|per\s?mille?\b|promille?\b|por\s+mil\b"
_MARGIN = r"(?:the\s+)?(?:then\s+)?(?:applicable\s+)?(?:margin|spread)"
_AFTER = re.compile(
    rf"\s*(?:\(\s*[\d.,/ ]+\s*\)\s*)?"
    rf"(?:(?P<part>of\s+(?:one|1(?:[.,]0+)?)\s*(?:\(1\)\s*)?(?:{_PERCENT}))"
    rf"|\)?\s?(?P<percent>{_PERCENT})|(?P<points>{_POINTS})|(?P<mille>{_MILLE})"
    rf"|(?P<multiple>(?:x|×|times)\s+{_MARGIN}))",
    re.IGNORECASE,
)
_ADDED = re.compile(r"(?:\b[A-Z]{1,9}|\bplus)\s?\+\s?$|\b[A-Z]{3,9}\s+plus\s$")
LEAST_POINTS = 10  # of "L + 175" that are basis points
_RANGE = re.compile(r"\s?(?:[-–—]|to|bis|hasta|à|and)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|entre|zwischen|tussen|tra)\s+$", re.IGNORECASE)
_RATIO = re.compile(
    r"\s*(?:(?P<times>x\b|times\b|×|veces\b|fois\b)"
    r"|(?::|\s+to\s+|to\b)\s*(?P<base>1(?:[.,]0+)?|one)\b(?![.,]?\d))",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s?:\s?(\d{1,2})(?![\d.,])")  # debt to equity, as shares of 100
_OF_WHOLE = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:of\b|$)", re.IGNORECASE)
_BASES = (
    ("of_margin", rf"(?:of|x|×|times)\s+{_MARGIN}"),
    ("of_margin", r"(?:del|de\s+la|van\s+de|der|des|della?|do|da)\s+(?:marge\w*|margin[ei])"),
    ("of_margin", r"[%t]\s+(?:\w+\s+)?marży"),
    ("of_excess_cash_flow", r"of\s+(?:the\s+)?(?:\w+\s+){0,2}(?:excess\s+cash|cash\s+flow)"),
    ("of_limit", r"(?:of|on)\s+(?:the\s+)?(?:\w+\s+){0,3}(?:commitments?|facility\s+amount|limit)"),
    (
        "per_annum",
        r"per\s+annum|p\.\s?a\.|per\s+year|a\s+year|annual(?:ly)?|anual|par\s+an|jährlich",
    ),
    ("flat", r"\bflat\b|one-off|once\s+only"),
)
BASIS_POINTS = re.compile(
    r"\bin\s+(?:bps\b|basis\s+points\b)|\(\s*(?:bps?|basis\s+points)\b[^()\d]{0,16}\)",
    re.IGNORECASE,
)
_MIN = (
    r"not\s+(?:be\s+)?(?:less|lower)\s+than|no\s+less\s+than|not\s+(?:be\s+)?below|at\s+least"
    r"|minimum|\bmin\b|mindestens|mínimo|al\s+menos|au\s+moins|almeno|pelo\s+menos|ten\s+minste"
    r"|minimaal|co\s+najmniej|>=|≥"
)
_MAX = (
    r"not\s+(?:to\s+)?exceed|not\s+(?:be\s+)?(?:greater|more|higher)\s+than|at\s+most|maximum"
    r"|no\s+(?:greater|more|higher)\s+than|\bmax\b|höchstens|máximo|nicht\s+mehr\s+als"
    r"|au\s+plus|al\s+massimo|maximaal|hoogstens|nie\s+więcej\s+niż|<=|≤"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of percent points or of times, at ``text[start:end]``."""

    value: float
    start: int
    end: int
    is_marked: bool  # a unit stands beside it


def find_percents(text: str) -> tuple[Figure, ...]:
    """Numbers as percent points; unmarked figures count as such, unmarked words only for zero.

    The ends of a range share its unit ("10-15 bps"); "L + 175" is in basis points, and "0.4 x
    Margin" is 40 % of it.
    """
    return tuple(_unnested(_percents(text)))


def _percents(text: str) -> Iterator[Figure]:
    numbers = find_numbers(text)
    for number, following in zip_longest(numbers, numbers[1:]):
        unit = _AFTER.match(text, number.end)
        if unit:
            yield Figure(_points(number, unit), number.start, unit.end(), is_marked=True)
        elif following and (unit := _shared_unit(text, number, following)):
            yield Figure(_points(number, unit), number.start, number.end, is_marked=True)
        elif _is_added(text, number):
            yield Figure(number.grouped / 100, number.start, number.end, is_marked=True)
        elif not number.is_words or number.plain == 0:
            yield Figure(number.plain, number.start, number.end, is_marked=False)


def _points(number: Number, unit: re.Match[str]) -> float:
    """Percent points of a number with its unit."""
    if unit["points"]:
        return number.grouped / 100
    if unit["mille"]:
        return number.plain / 10
    return 100 * number.plain if unit["multiple"] else number.plain


def _shared_unit(text: str, number: Number, following: Number) -> re.Match[str] | None:
    """The unit behind the upper end of a range whose lower end is the number."""
    is_upper = is_range(text, number, following)
    return _AFTER.match(text, following.end) if is_upper else None


def is_range(text: str, number: Number, following: Number) -> bool:
    """Whether two neighbouring numbers are the ends of a range: "2 to 3", "between 2 and 3"."""
    between = text[number.end : following.start]
    if _RANGE.fullmatch(between) is None:
        return False
    is_and = between.strip().casefold() == "and"
    start = max(0, number.start - 16)
    return not is_and or _BETWEEN.search(text, start, number.start) is not None


def _is_added(text: str, number: Number) -> bool:
    """Whether a bare whole number is added to a base rate: "L + 175"."""
    is_whole = text[number.start : number.end].isdecimal() and number.plain >= LEAST_POINTS
    return is_whole and _ADDED.search(text, max(0, number.start - 16), number.start) is not None


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
    """Numbers as times: "1.25:1", "1.25 to 1.00", "1.25x", 120 % as 1.2, and 60:40 as 1.5."""
    return tuple(_unnested(_ratios(text)))


def _ratios(text: str) -> Iterator[Figure]:
    numbers = find_numbers(text)
    for number, following in zip_longest(numbers, numbers[1:]):
        ratio, percent = _RATIO.match(text, number.end), _AFTER.match(text, number.end)
        if ratio:
            yield Figure(number.plain, number.start, ratio.end(), is_marked=True)
        elif percent and percent["percent"]:
            yield Figure(number.plain / 100, number.start, percent.end(), is_marked=True)
        elif (parts := _PARTS.match(text, number.end)) and number.plain + int(parts[1]) == 100:
            yield Figure(number.plain / int(parts[1]), number.start, parts.end(), is_marked=True)
        elif following and is_range(text, number, following):
            is_marked = _RATIO.match(text, following.end) is not None
            yield Figure(number.plain, number.start, number.end, is_marked)
        elif not number.is_words:
            yield Figure(number.plain, number.start, number.end, is_marked=False)


def comparator(text: str) -> str | None:
    """``min`` or ``max`` where the words set a bound."""
    for name, pattern in (("min", _MIN), ("max", _MAX)):
        if re.search(pattern, text, re.IGNORECASE):
            return name
    return None


def find_basis(text: str) -> str | None:
    """What a percentage is taken of, as the words right behind it say."""
    for name, pattern in _BASES:
        if re.search(pattern, text, re.IGNORECASE):
            return name
    return None


def number_in(value: float, numbers: tuple[Number, ...]) -> bool:
    """Whether one of the numbers can be read as the value."""
    return any(nearly(value, reading) for number in numbers for reading in number.readings)
