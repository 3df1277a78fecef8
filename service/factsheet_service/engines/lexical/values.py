"""Values of a field's type in a stretch of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import pycountry
from factsheet_schemas import FieldSpec, FieldType

from factsheet_service.core.normalise.dates import find_dates

from .calendar import dates, tenors
from .measures import counts, measures, ranges, several, tallies
from .quantities import CODES, NAMES, SIGNS, Found, amounts, percents, ratios

CAPITALS = (
    r"(?:[A-Z0-9À-Þ][\w&'./-]*)"
    r"(?:,? (?:(?:of|and|&|de|do|da|dos|das|du|des|di|la|le|von|van|der|for|the|et|e|y) ){0,2}"
    r"[A-Z0-9À-Þ&][\w&'./-]*){0,11}"
)
NAME = re.compile(CAPITALS)
BARE_RATIO = re.compile(r"\d{1,2}\.\d{1,3}")
CURRENCY = {name.lower(): code for name, code in NAMES.items()}
YES_NO = re.compile(r"\b(?:yes|no)\b(?! later| less| more| event)", re.IGNORECASE)


def values(spec: FieldSpec, text: str, start: int, end: int) -> Iterable[Found]:
    """All values of the field's type in ``text[start:end]``, in order."""
    recognise = RECOGNISERS.get(spec.type)
    return recognise(spec, text, start, end) if recognise else ()


def _ratios(text: str, start: int, end: int) -> Iterable[Found]:
    if bare := BARE_RATIO.fullmatch(text, start, end):
        return [Found(start, end, f"{bare.group()}x", float(bare.group()))]
    return [*ratios(text, start, end)] or percents(text, start, end)


def _yes_no(text: str, start: int, end: int) -> Iterator[Found]:
    for match in YES_NO.finditer(text, start, end):
        yield Found(*match.span(), match.group().capitalize())


def _names(text: str, start: int, end: int) -> Iterator[Found]:
    for match in NAME.finditer(text, start, end):
        yield Found(*match.span(), match.group())


def _dates(spec: FieldSpec, text: str, start: int, end: int) -> Iterator[Found]:
    for found in [*dates(text, start, end)] or _dates_elsewhere(text, start, end):
        if spec.type is FieldType.DATE:
            yield found
        elif spec.type is FieldType.YEAR:
            yield Found(found.start, found.end, found.value[:4], float(found.value[:4]))
        else:
            yield Found(found.start, found.end, found.value[5:7])


def _dates_elsewhere(text: str, start: int, end: int) -> list[Found]:
    """Days in the other languages of the documents ("30 de junio de 2039")."""
    return [
        Found(start + one.start, start + one.end, str(one.wire["date"]))
        for one in find_dates(text[start:end])
        if one.day is not None
    ]


def _currencies(text: str, start: int, end: int) -> Iterator[Found]:
    signs = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
    names = "|".join(re.escape(name) for name in sorted(NAMES, key=len, reverse=True))
    for match in re.finditer(rf"\b{CODES}\b|{signs}|(?i:\b(?:{names})\b)(?!-)", text[start:end]):
        code = SIGNS.get(match.group()) or CURRENCY.get(match.group().lower()) or match.group()
        yield Found(start + match.start(), start + match.end(), code)


def _options(spec: FieldSpec, text: str, start: int, end: int) -> Iterator[Found]:
    found = []
    for option in spec.options:
        for words in (option.value, *option.synonyms):
            for match in _whole(words).finditer(text, start, end):
                found.append(Found(*match.span(), option.value))
    yield from sorted(found, key=lambda item: (item.start, -item.end))


@lru_cache(maxsize=4096)
def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}s?(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    codes = {}
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "common_name", None)):
            if name:
                codes[name.lower()] = country.alpha_2
    return codes | {"united states of america": "US", "england": "GB", "scotland": "GB"}


@lru_cache(maxsize=1)
def _country_names() -> re.Pattern[str]:
    names = sorted(_country_codes(), key=len, reverse=True)
    shown = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?<!New )\b(?=[A-Z])(?i:{shown})\b")


def _countries(text: str, start: int, end: int) -> Iterator[Found]:
    for match in _country_names().finditer(text, start, end):
        yield Found(*match.span(), _country_codes()[match.group().lower()])


Recogniser = Callable[[FieldSpec, str, int, int], Iterable[Found]]


def _plain(recognise: Callable[[str, int, int], Iterable[Found]]) -> Recogniser:
    """A recogniser that needs nothing of the field but its type."""
    return lambda _spec, text, start, end: recognise(text, start, end)


RECOGNISERS: dict[FieldType, Recogniser] = {
    FieldType.PERCENT: _plain(percents),
    FieldType.AMOUNT: _plain(amounts),
    FieldType.RATIO: _plain(_ratios),
    FieldType.DATE: _dates,
    FieldType.YEAR: _dates,
    FieldType.MONTH: _dates,
    FieldType.TENOR_SET: _plain(tenors),
    FieldType.CURRENCY: _plain(_currencies),
    FieldType.CURRENCY_LIST: _plain(_currencies),
    FieldType.ENUM: _options,
    FieldType.ENUM_LIST: _options,
    FieldType.COUNTRY: _plain(_countries),
    FieldType.NUMBER: measures,
    FieldType.NUMBER_LIST: several,
    FieldType.RANGE: ranges,
    FieldType.TALLY: tallies,
    FieldType.INTEGER: counts,
    FieldType.YES_NO: _plain(_yes_no),
    FieldType.TEXT: _plain(_names),
    FieldType.TEXT_LIST: _plain(_names),
    FieldType.CODE: _plain(_names),
}
