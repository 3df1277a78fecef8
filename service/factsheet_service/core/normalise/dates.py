"""Dates as precise as stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from factsheet_schemas.record import JsonValue, Qualifiers

from .counted import Relative, find_relative, shift
from .countries import LANGUAGES
from .folding import fold
from .ordinals import ORDINAL, read_ordinal
from .result import Normalised, NotAValue
from .spelled import spelled_dates
from .words import TENS, UNITS, worded_numbers

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_YEAR_IN_WORDS = (
    rf"(?P<year_words>(?:two\s+thousand|(?:nineteen|twenty)(?:\s+hundred)?)"
    rf"(?:[\s-]+(?:and\s+)?(?:{'|'.join([*TENS, *UNITS])}))*)\b"
)
_ANY_YEAR = rf"(?:A\.?D\.?\s+|in\s+the\s+year\s+)?(?:{_YEAR}(?!\d)|{_YEAR_IN_WORDS})"
_DAY = rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.|-go)?|(?P<day_words>{ORDINAL})(?=[\s,]))"
_BETWEEN = r"(?:\s+(?:day\s+)?(?:of|de|del|di|van|do|da)\s+|[\s,.-]+|\s+)"
_NAME = r"(?P<name>[^\W\d_]{3,12})"
_FORMS = (
    rf"(?<!\d){_YEAR}[-/.](?P<month>0?[1-9]|1[0-2])[-/.](?P<day>[0-3]?\d)(?!\d)",
    rf"(?<!\d){_YEAR}-(?P<month>0[1-9]|1[0-2])(?![\d-])",
    rf"(?<![\d.])(?P<day>[0-3]?\d)(?P<mark>[-/.])(?P<month>[0-3]?\d)(?P=mark){_YEAR}(?!\d)",
    rf"(?<![\d/.])(?P<month>0?[1-9]|1[0-2])[-/.]{_YEAR}(?!\d)",
    rf"(?<!\w){_DAY}{_BETWEEN}{_NAME}\.?{_BETWEEN}{_ANY_YEAR}",
    rf"(?<!\w){_NAME}\.?\s*{_DAY}\s*,?\s+{_ANY_YEAR}",
    rf"(?<!\w){_NAME}\.?{_BETWEEN}{_YEAR}(?!\d)",
    r"(?<![\w-])(?P<day>\d{1,2})(?P<dash>[-/])(?P<name>[^\W\d_]{3,9})(?P=dash)(?P<short>\d{2})(?!\d)",
)
_PATTERNS = tuple(re.compile(form, re.IGNORECASE) for form in _FORMS)
_LONE_YEAR = re.compile(rf"(?<![\d.,/])(?<!\d[-–]){_YEAR}(?![\d/–-]|[.,]\d)")
_ANOTHER = re.compile(r"\b(?:or|and|if|but|provided|unless)\b|[;.]\s", re.IGNORECASE)
_PERIOD_OF_YEAR = re.compile(r"\b(?:Q[1-4]|H[12])(?=\W)", re.IGNORECASE)
_FIRST_OF_CENTURY = 70  # "30" is 2030, "98" is 1998

# English words that abbreviate months elsewhere: only with a day and a year about them.
_WITH_DAY = {"ago": 8, "set": 9, "out": 10}
_MORE_MONTHS = {"sept": 9, "janner": 1, "feber": 2}


@dataclass(frozen=True, slots=True)
class Found:
    """A date at ``text[start:end]``; ``day`` and ``month`` are None where not stated."""

    year: int
    month: int | None
    day: int | None
    start: int
    end: int

    @property
    def wire(self) -> dict[str, JsonValue]:
        """The value in wire form."""
        if self.month is None:
            return {"date": f"{self.year}", "precision": "year"}
        if self.day is None:
            return {"date": f"{self.year}-{self.month:02}", "precision": "month"}
        return {"date": f"{self.year}-{self.month:02}-{self.day:02}", "precision": "day"}


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Folded month names and abbreviations of the documents' languages."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                names = Locale(language).months[context][width]
                found |= {fold(str(name)).rstrip("."): month for month, name in names.items()}
    return {
        name: month for name, month in found.items() if name and name not in _WITH_DAY
    } | _MORE_MONTHS


@lru_cache(maxsize=512)
def find_dates(text: str) -> tuple[Found, ...]:
    """All dates of a text with at least month and year, in order."""
    found: list[Found] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            stated = _read(match)
            if stated and not any(_overlap(stated, f) for f in found):
                found.append(stated)
    for spelled in spelled_dates(text, month_names()):
        one = Found(*spelled)
        if _is_date(one.year, one.month or 0, one.day) and not any(_overlap(one, f) for f in found):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _read(match: re.Match[str]) -> Found | None:
    parts = match.groupdict()
    day, year = _day(parts), _year(parts)
    is_whole = day is not None and " of " not in match[0]  # "5 out of 2000" is none
    month = _named_month(parts["name"], is_whole) if "name" in parts else int(parts["month"])
    if parts.get("mark") and day is not None and month is not None:
        order = _in_order(day, month, parts["mark"])
        if order is None:
            return None
        day, month = order
    if month is None or year is None or not _is_date(year, month, day):
        return None
    return Found(year, month, day, match.start(), match.end())


def _named_month(name: str, is_whole: bool) -> int | None:
    folded = fold(name)
    return month_names().get(folded) or (_WITH_DAY.get(folded) if is_whole else None)


def _day(parts: dict[str, str]) -> int | None:
    words = parts.get("day_words")
    return read_ordinal(words) if words else int(parts["day"]) if parts.get("day") else None


def _year(parts: dict[str, str]) -> int | None:
    """The year, in figures or in words: "two thousand and seventeen", "nineteen ninety-eight"."""
    if words := parts.get("year_words"):
        figures = [int(number.value) for number in worded_numbers(words)]
        year = 100 * figures[0] + figures[1] if len(figures) == 2 else figures[0]
        return year if 1900 <= year < 2100 else None
    if short := parts.get("short"):
        return int(short) + (1900 if int(short) >= _FIRST_OF_CENTURY else 2000)
    return int(parts["year"])


def _in_order(first: int, second: int, mark: str) -> tuple[int, int] | None:
    """Day and month of "a/b/year"; None where either order makes sense and they differ."""
    if mark == "." or first > 12 or first == second:
        return first, second
    return (second, first) if second > 12 else None


def _is_date(year: int, month: int, day: int | None) -> bool:
    try:
        date(year, month, day or 1)
    except ValueError:
        return False
    return True


def normalise_date(written: str, quote: str = "") -> Normalised:
    """The date stated, or counted from one stated ("7 years from signing 03/2024": 2031-03).

    A date counted from an event without a date has no value; anchor and offset are kept.

    Raises:
        NotAValue: there is no date, or day and month cannot be told apart ("03/04/2025").
    """
    relative, dates = find_relative(written), find_dates(written)
    if relative:
        qualifiers = Qualifiers(anchor=relative.event, offset=relative.offset)
        dated = [found for found in dates if _dates_event(relative, found, written)]
        if dated:
            return Normalised(shift(dated[0].wire, relative.offset), qualifiers)
        if not any(found.end <= relative.start for found in dates):
            return Normalised(None, Qualifiers() if dates else qualifiers)  # or "if later, ..."
    if dates:
        return Normalised(dates[0].wire)
    year = _LONE_YEAR.search(written)
    rest = _PERIOD_OF_YEAR.sub("", written.replace(year["year"], "", 1)) if year else ""
    if year is None or re.search(r"\d", rest):
        raise NotAValue(f"no date in {written!r}")
    return Normalised({"date": year["year"], "precision": "year"})


def _dates_event(relative: Relative, found: Found, text: str) -> bool:
    """Whether a date is that of the event itself: "7 years from signing 03/2024"."""
    between = text[relative.event_start : found.start]
    return found.start >= relative.event_start and not _ANOTHER.search(between)


def months_of(value: dict[str, JsonValue]) -> str:
    """The date cut to its month, or its year where that is all there is."""
    return str(value["date"])[:7]


def find_years(text: str) -> Iterator[int]:
    """The years of a text, those inside dates too."""
    yield from (found.year for found in find_dates(text))
    yield from (int(match["year"]) for match in _LONE_YEAR.finditer(text))


def normalise_year(written: str, quote: str = "") -> Normalised:
    """A year of four digits. Raises NotAValue without one ("19" is none)."""
    for year in find_years(written):
        return Normalised(year)
    raise NotAValue(f"no year in {written!r}")


def normalise_month(written: str, quote: str = "") -> Normalised:
    """1 to 12, from a number, a month's name or a date. Raises NotAValue otherwise."""
    dates = [found.month for found in find_dates(written) if found.month]
    named = [month_names()[word] for word in fold(written).split() if word in month_names()]
    lone = re.fullmatch(r"\s*(0?[1-9]|1[0-2])(?:\.0)?\s*", written)
    for month in (*dates, *named, *([int(lone[1])] if lone else [])):
        return Normalised(month)
    raise NotAValue(f"no month in {written!r}")
