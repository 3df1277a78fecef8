"""Dates, periods and tenors as agreements write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from dateutil.parser import ParserError, parse
from dateutil.relativedelta import relativedelta

from .quantities import COUNT, Found, number_in_words

FIRST = datetime(2000, 1, 1)  # the first of a month stands in where no day is stated
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = rf"(?:{'|'.join(MONTHS)}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
ABROAD = {
    month: number
    for number, months in enumerate(
        [
            "enero janvier januar januari janeiro gennaio stycznia",
            "febrero février februar februari fevereiro febbraio lutego",
            "marzo mars märz maart março marca",
            "abril avril aprile kwietnia",
            "mayo mai mei maio maggio maja",
            "junio juin juni junho giugno czerwca",
            "julio juillet juli julho luglio lipca",
            "agosto août augustus sierpnia",
            "septiembre septembre setembro settembre września",
            "octubre octobre oktober outubro ottobre października",
            "noviembre novembre novembro listopada",
            "diciembre décembre dezember dezembro dicembre grudnia",
        ]
    )
    for month in months.split()
}
_ABROAD = "|".join(sorted(ABROAD, key=len, reverse=True))
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
DATE = re.compile(
    rf"(?:\b{_MONTH} {_DAY} ?,? ?{_YEAR}\b"
    rf"|\b(?:the )?{_DAY} (?:day of )?{_MONTH},? {_YEAR}\b"
    rf"|\b{_YEAR}-\d\d-\d\d\b"
    rf"|\b\d{{1,2}}/\d{{1,2}}/{_YEAR}\b"
    rf"|\b\d{{1,2}}\.? (?:de |di |d')?(?:{_ABROAD}),?(?: de| del)? {_YEAR}\b"
    rf"|\b{_MONTH},? {_YEAR}\b)",
    re.IGNORECASE,
)
_OF_ABROAD = re.compile(rf"(?:de |di |d')?\b({_ABROAD}),?(?: de| del)? (?={_YEAR})", re.IGNORECASE)
_UNIT = r"(?P<unit>years?|months?|days?|weeks?|anniversary|month|quarters?)"
ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        start=1,
    )
}
_ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
PERIOD = re.compile(
    rf"(?:(?P<count>\b\d{{1,3}}|\b{COUNT})(?: \(\d{{1,3}}\))?[- ](?:calendar )?{_UNIT}"
    rf"|(?P<ordinal>\b{_ORDINAL})(?: \(\d{{1,2}}(?:st|nd|rd|th)?\))? anniversary)",
    re.IGNORECASE,
)
TENOR = re.compile(
    rf"\b(?P<list>(?:(?:\d{{1,2}}|{COUNT})(?: \(\d{{1,2}}\))?"
    rf"(?: (?:months?'?|weeks?'?|year'?s?))?(?:,? (?:or|and|to)(?:,? (?:if|with|subject to) "
    rf"[^,;.]{{3,80}},)? |, ?|/))*"
    rf"(?:\d{{1,2}}|{COUNT})(?: \(\d{{1,2}}\))?)(?: \((?:or|and),? [^()]{{3,100}}\))?"
    r"[- ](?P<unit>months?|weeks?)\b",
    re.IGNORECASE,
)
_TENOR_ITEM = re.compile(rf"(\d{{1,2}}|{COUNT})(?: \(\d+\))?(?: (weeks?|months?))?", re.IGNORECASE)


def dates(text: str, start: int, end: int) -> Iterator[Found]:
    """Dates, as ISO 8601: a day, or a month where no day is stated."""
    for match in DATE.finditer(text, start, end):
        value = iso(match.group())
        if value:
            yield Found(*match.span(), value)


def iso(written: str) -> str | None:
    """One written date as ISO 8601; None where it is none."""
    written = _OF_ABROAD.sub(lambda m: f"{MONTHS[ABROAD[m[1].lower()]]} ", written)
    cleaned = re.sub(r"\bthe |\bday of |(?<=\d)(?:st|nd|rd|th)\b|[.,]", " ", written, flags=re.I)
    try:
        found = parse(cleaned, default=FIRST)
    except (ParserError, OverflowError, ValueError):
        return None
    has_day = len(re.findall(r"\d+", cleaned)) > 1
    return found.strftime("%Y-%m-%d" if has_day else "%Y-%m")


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: ``three years``, ``364 days``, ``fifth anniversary``."""

    start: int
    end: int
    count: int
    unit: str  # days, weeks, months, years

    @property
    def iso(self) -> str:
        """The period as an ISO 8601 duration."""
        return f"P{self.count}{self.unit[0].upper()}"

    def after(self, written: str) -> str:
        """The ISO date that lies this long after an ISO date, as precise as that."""
        is_month = len(written) == 7
        start = date.fromisoformat(f"{written}-01" if is_month else written)
        later = start + relativedelta(**{self.unit: self.count})  # type: ignore[arg-type]
        return later.strftime("%Y-%m" if is_month else "%Y-%m-%d")


def periods(text: str, start: int, end: int) -> Iterator[Period]:
    """Lengths of time, in figures, in words or as an anniversary."""
    for match in PERIOD.finditer(text, start, end):
        if match["ordinal"]:
            yield Period(*match.span(), _ordinal(match["ordinal"]), "years")
            continue
        count, unit = _count(match["count"]), match["unit"].lower().rstrip("s")
        if count and unit == "quarter":
            yield Period(*match.span(), 3 * count, "months")
        elif count and unit != "anniversary":
            yield Period(*match.span(), count, f"{unit}s")


def _ordinal(word: str) -> int:
    return ORDINALS.get(word.lower()) or int(re.sub(r"\D", "", word))


def _count(words: str) -> int | None:
    if words.isdigit():
        return int(words)
    number = number_in_words(words)
    return int(number) if number is not None else None


NTH_MONTH = re.compile(
    r"\b(?P<list>(?:(?:first|second|third|sixth|ninth|twelfth)(?:,? (?:or|and) |, ))+"
    r"(?:first|second|third|sixth|ninth|twelfth)) (?:calendar )?month\b",
    re.IGNORECASE,
)


def tenors(text: str, start: int, end: int) -> Iterator[Found]:
    """Sets of tenors: ``one, two, three or six months`` becomes ``1M, 2M, 3M, 6M``."""
    for match in TENOR.finditer(text, start, end):
        items = list(_TENOR_ITEM.finditer(match["list"]))
        unit, shown = match["unit"][0].upper(), []
        for item in reversed(items):
            unit = item[2][0].upper() if item[2] else unit
            shown.append(f"{_count(item[1])}{unit}")
        yield Found(*match.span(), ", ".join(reversed(shown)), float(len(shown)))
    for match in NTH_MONTH.finditer(text, start, end):
        named = [
            ORDINALS[word] for word in re.findall(r"\w+", match["list"].lower()) if word in ORDINALS
        ]
        yield Found(*match.span(), ", ".join(f"{n}M" for n in named), float(len(named)))
