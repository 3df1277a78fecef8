"""Dates as precise as stated, and dates counted from an event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale
from dateutil.relativedelta import relativedelta
from factsheet_schemas.record import JsonValue, Qualifiers

from .currencies import LANGUAGES
from .folding import fold
from .numbers import UNITS, find_numbers
from .result import Normalised, NotAValue

_YEAR = r"(?P<year>(?:19|20)\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|°|\.|-go)?"
_BETWEEN = r"(?:\s+(?:day\s+)?(?:of|de|del|di|van|do|da)\s+|[\s,.-]+|\s+)"
_FORMS = (
    rf"(?<!\d){_YEAR}[-/.](?P<month>0?[1-9]|1[0-2])[-/.](?P<day>[0-3]?\d)(?!\d)",
    rf"(?<!\d){_YEAR}-(?P<month>0[1-9]|1[0-2])(?![\d-])",
    rf"(?<![\d.])(?P<day>[0-3]?\d)(?P<mark>[-/.])(?P<month>[0-3]?\d)(?P=mark){_YEAR}(?!\d)",
    rf"(?<![\d/.])(?P<month>0?[1-9]|1[0-2])[-/.]{_YEAR}(?!\d)",
    rf"(?<!\w){_DAY}{_BETWEEN}(?P<name>[^\W\d_]{{3,12}})\.?{_BETWEEN}{_YEAR}(?!\d)",
    rf"(?<!\w)(?P<name>[^\W\d_]{{3,12}})\.?\s*{_DAY}\s*,?\s+{_YEAR}(?!\d)",
    rf"(?<!\w)(?P<name>[^\W\d_]{{3,12}})\.?{_BETWEEN}{_YEAR}(?!\d)",
)
_PATTERNS = tuple(re.compile(form, re.IGNORECASE) for form in _FORMS)
_LONE_YEAR = re.compile(rf"(?<![\d.,/-]){_YEAR}(?![\d/-]|[.,]\d)")

_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINALS = {word: number for number, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
_COUNT = (
    rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(UNITS, key=len, reverse=True))}|twenty|thirty|sixty)"
)
_EVENT = r"(?:the\s+|its\s+)?(?P<event>[^,.;:()]{3,80})"
_AGO = r"(?:after|from|following|of|since|later\s+than|desde|después\s+de|nach|après|po)"
_ANNIVERSARY = re.compile(
    rf"(?P<ordinal>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
    rf"(?:\s*\([^)]*\))?[\s-]+(?:year\s+)?anniversary\s+(?:of|after)\s+{_EVENT}",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    rf"{_COUNT}(?:\s*\(\w+\))?[\s-]+(?P<unit>years?|months?|days?|weeks?|años?|meses|mes|ans?|mois"
    rf"|jahren?|monaten?)\s+(?:\w+\s+)?{_AGO}\s+{_EVENT}",
    re.IGNORECASE,
)
_UNIT_LETTERS = (("Y", ("y", "a", "j")), ("W", ("w",)), ("D", ("d",)), ("M", ("m",)))


_NO_MONTHS = ("set", "out", "ago", "")  # English words that abbreviate months elsewhere


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
    return {name: month for name, month in found.items() if name not in _NO_MONTHS} | {"sept": 9}


@lru_cache(maxsize=512)
def find_dates(text: str) -> tuple[Found, ...]:
    """All dates of a text with at least month and year, in order."""
    found: list[Found] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            stated = _read(match)
            if stated and not any(stated.start < f.end and f.start < stated.end for f in found):
                found.append(stated)
    return tuple(sorted(found, key=lambda one: one.start))


def _read(match: re.Match[str]) -> Found | None:
    parts = match.groupdict()
    month = month_names().get(fold(parts["name"])) if "name" in parts else int(parts["month"])
    day = int(parts["day"]) if parts.get("day") else None
    if parts.get("mark") and day is not None and month is not None:
        order = _in_order(day, month, parts["mark"])
        if order is None:
            return None
        day, month = order
    if month is None or not _is_date(int(parts["year"]), month, day):
        return None
    return Found(int(parts["year"]), month, day, match.start(), match.end())


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
        anchor, offset, start = relative
        qualifiers = Qualifiers(anchor=anchor, offset=offset)
        later = [found for found in dates if found.start >= start]
        if not dates:
            return Normalised(None, qualifiers)
        if later:
            return Normalised(shift(later[0].wire, offset), qualifiers)
    if dates:
        return Normalised(dates[0].wire)
    year = _LONE_YEAR.search(written)
    if year is None or re.search(r"\d", written.replace(year["year"], "", 1)):
        raise NotAValue(f"no date in {written!r}")
    return Normalised({"date": year["year"], "precision": "year"})


def find_relative(text: str) -> tuple[str, str, int] | None:
    """Event, ISO 8601 offset and position of a date counted from an event."""
    match = _ANNIVERSARY.search(text)
    if match:
        return _event(match), f"P{_ordinal(match['ordinal'])}Y", match.start()
    match = _PERIOD.search(text)
    if match is None:
        return None
    letter = next(
        letter for letter, firsts in _UNIT_LETTERS if match["unit"].casefold().startswith(firsts)
    )
    count = int(find_numbers(match["count"])[0].plain)
    if letter == "W":
        count, letter = 7 * count, "D"
    return _event(match), f"P{count}{letter}", match.start()


def _event(match: re.Match[str]) -> str:
    event = re.split(r"\s\d|\s(?:or|and|provided|unless|if)\s", match["event"])[0]
    return event.strip(" \"“”'")


def _ordinal(word: str) -> int:
    digits = re.match(r"\d+", word)
    return int(digits[0]) if digits else _ORDINALS[word.casefold()]


def shift(value: dict[str, JsonValue], offset: str) -> dict[str, JsonValue]:
    """A date in wire form moved by an ISO 8601 period of one unit (``P7Y``, ``P18M``, ``P364D``).

    Days move only a date that has a day; others keep the precision they have.

    Raises:
        NotAValue: the period is of another form or too fine for the date.
    """
    match = re.fullmatch(r"P(\d+)([YMD])", offset)
    if match is None:
        raise NotAValue(f"{offset!r} is no period of one unit")
    needs = {"Y": ("year", "month", "day"), "M": ("month", "day"), "D": ("day",)}
    if value["precision"] not in needs[match[2]]:
        raise NotAValue(f"{value['date']} is too coarse to be moved by {offset}")
    moved = _as_date(value) + _delta(int(match[1]), match[2])
    return {"date": moved.isoformat()[: len(value["date"])], "precision": value["precision"]}


def _delta(count: int, letter: str) -> relativedelta:
    match letter:
        case "Y":
            return relativedelta(years=count)
        case "M":
            return relativedelta(months=count)
        case _:
            return relativedelta(days=count)


def _as_date(value: dict[str, JsonValue]) -> date:
    year, month, day = (*(int(part) for part in str(value["date"]).split("-")), 1, 1)[:3]
    return date(year, month, day)


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
