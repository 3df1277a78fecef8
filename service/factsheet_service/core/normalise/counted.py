"""Dates counted from an event: "the fifth anniversary of the Closing Date"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from factsheet_schemas.record import JsonValue

from .folding import fold
from .ordinals import ORDINAL, read_count, read_ordinal
from .result import NotAValue
from .words import RUN

_EVENT = r"[\"“]?(?P<event>[^,.;:()\"”]{3,80})"
_ARTICLE = re.compile(
    r"^(?:the|its|such|el|las?|les?|der|des|dem|die|das|den|de|het|il|lo|os?|as?|da|do|l['’]|d['’])"
    r"(?:\s+|(?<=['’]))",
    re.IGNORECASE,
)
_UNIT_WORDS = {
    "Y": r"years?|años?|ann?[éeio]+s?|ans?|anos?|jahre?n?s?|jaar|jaren|lata?|roku?",
    "M": r"months?|mths?|mes(?:es)?|mois|monate?n?s?|maand(?:en)?|m[eê]s(?:es)?|mesi?|miesi\w+",
    "W": r"weeks?|semanas?|semaines?|wochen?|weken|settiman[ae]|tygodni\w*",
    "D": r"days?|d[íi]as?|jours?|tage?n?|dagen|giorn[oi]|dni",
}
_ENGLISH = re.compile(r"(?:year|month|mth|week|day)s?", re.IGNORECASE)
UNIT = "|".join(_UNIT_WORDS.values())
_AFTER = (
    r"after|from|following|of|since|later\s+than|plus\s+tard\s+que"
    r"|(?:contados\s+|a\s+contar\s+)?desde|después\s+de|tras|a\s+(?:partir|contar)\s+d[eao]l?"
    r"|après|suivant|à\s+(?:compter|partir)\s+d[eu]|nach|ab|seit|na|vanaf|volgend\s+op|após"
    r"|depois\s+d[eao]|contados\s+d[eao]|dopo|dalla?|dal|a\s+decorrere\s+dal(?:la)?|po|od"
)
_COUNT = rf"(?:\d{{1,3}}|{RUN}|[^\W\d_]{{2,16}})"
_FIGURE = r"(?:\s*\(\s*(?:\d{1,3}|[^\W\d]+)\s*\))?"
_PERIOD = re.compile(
    rf"(?<!\w)(?P<count>{_COUNT}{_FIGURE})[\s-]+(?P<unit>{UNIT})"
    rf"(?:\s+(?:and|y|et|und|en|e|i)\s+(?P<more>{_COUNT}{_FIGURE})[\s-]+(?P<less>{UNIT}))?"
    rf"\s+(?:\w+\s+){{0,2}}?(?:{_AFTER})\s+{_EVENT}",
    re.IGNORECASE,
)
_ADDED = re.compile(
    rf"(?P<event>(?:[A-Z][\w-]*\s+){{1,5}})(?:plus|\+)\s+(?P<count>{_COUNT}{_FIGURE})[\s-]+(?P<unit>{UNIT})\b"
)
_ANNIVERSARY = re.compile(
    rf"(?<!\w)(?P<ordinal>\d{{1,2}}(?:st|nd|rd|th|[º°ª.]|[eè]me|e|o|a)?|{ORDINAL}|[^\W\d_]{{4,14}})"
    r"(?:\s*\([^)]*\))?[\s-]+(?:year\s+)?"
    r"(?:anniversar(?:y|io|ies)|aniversari[oa]|aniversário|anniversaire|jahrestag\w*|verjaardag"
    r"|rocznic\w*)\s+(?:(?:of|after|del?|du|des|der|van|della?|dell(?=['’])|do|da|od)\b['’]?\s*)?"
    rf"{_EVENT}",
    re.IGNORECASE,
)
_ENDS_EVENT = re.compile(r"\s\d|\s(?:or|and|provided|unless|if|falls?|is)(?:\s|$)", re.IGNORECASE)
_NEEDS = {"Y": ("year", "month", "day"), "M": ("month", "day"), "D": ("day",)}


@dataclass(frozen=True, slots=True)
class Relative:
    """An event and an ISO 8601 offset from it, as words at ``start`` say."""

    event: str
    offset: str
    start: int
    event_start: int


def find_relative(text: str) -> Relative | None:
    """The first date of a text that is counted from an event."""
    found = [*map(_anniversary, _ANNIVERSARY.finditer(text))]
    found += map(_period, [*_PERIOD.finditer(text), *_ADDED.finditer(text)])
    return next((one for one in found if one is not None), None)


def _anniversary(match: re.Match[str]) -> Relative | None:
    number = read_ordinal(match["ordinal"])
    return _relative(match, f"P{number}Y") if number else None


def _period(match: re.Match[str]) -> Relative | None:
    first = _part(match["count"], match["unit"])
    parts = match.groupdict()
    second = _part(parts["more"], parts["less"]) if parts.get("more") else ""
    return None if first is None or second is None else _relative(match, f"P{first}{second}")


def _part(count: str, unit: str) -> str | None:
    """``7Y`` for "seven (7) years"; weeks are days."""
    figure = re.search(r"\d+", count)
    words = figure[0] if figure else count.partition("(")[0].strip()
    number = read_count(words, is_english=is_english(unit))
    letter = letter_of(unit)
    if number is None:
        return None
    return f"{7 * number}D" if letter == "W" else f"{number}{letter}"


def is_english(unit: str) -> bool:
    """Whether a unit's word is English."""
    return _ENGLISH.fullmatch(unit) is not None


def letter_of(unit: str) -> str:
    """Y, M, W or D of a unit's word in any of the languages."""
    return next(
        letter for letter, words in _UNIT_WORDS.items() if re.fullmatch(words, unit, re.IGNORECASE)
    )


def _relative(match: re.Match[str], offset: str) -> Relative | None:
    event = _ENDS_EVENT.split(match["event"])[0].strip(" \"“”'\n")
    event = _ARTICLE.sub("", event)
    return Relative(event, offset, match.start(), match.start("event")) if fold(event) else None


def shift(value: dict[str, JsonValue], offset: str) -> dict[str, JsonValue]:
    """A date in wire form moved by an ISO 8601 period (``P7Y``, ``P5Y6M``, ``P364D``).

    Days move only a date that has a day; others keep the precision they have.

    Raises:
        NotAValue: the period is of another form or too fine for the date.
    """
    match = re.fullmatch(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?", offset)
    if match is None:
        raise NotAValue(f"{offset!r} is no period of years, months and days")
    units = {unit: int(count) for unit, count in zip("YMD", match.groups(), strict=True) if count}
    if any(value["precision"] not in _NEEDS[unit] for unit in units):
        raise NotAValue(f"{value['date']} is too coarse to be moved by {offset}")
    try:
        moved = _as_date(value) + relativedelta(
            years=units.get("Y", 0), months=units.get("M", 0), days=units.get("D", 0)
        )
    except (ValueError, OverflowError) as error:
        raise NotAValue(f"{value['date']} cannot be moved by {offset}") from error
    return {"date": moved.isoformat()[: len(value["date"])], "precision": value["precision"]}


def _as_date(value: dict[str, JsonValue]) -> date:
    year, month, day = (*(int(part) for part in str(value["date"]).split("-")), 1, 1)[:3]
    return date(year, month, day)
