"""Sets of interest periods."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numbers import find_numbers
from .result import Normalised, NotAValue

_UNIT = re.compile(
    r"\)?[\s-]*(?:\(\d+\)\s*)?(?P<unit>months?|mths?|meses|mes|mois|monat\w*|maand\w*|m[eê]s(?:es)?|mese|mesi"
    r"|miesi\w+|weeks?|semanas?|semaines?|woche\w*|years?|years|años?|ans?|jahr\w*|days?|[MWYD])\b",
    re.IGNORECASE,
)
_LETTERS = {"w": "W", "s": "W", "y": "Y", "a": "Y", "j": "Y", "d": "D", "m": "M"}
_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}
_OVERNIGHT = re.compile(r"\bovernight\b|\bdaily\b|\bO/N\b", re.IGNORECASE)
_WIDEST_GAP = 60  # characters between two numbers of one unit: "two or (if agreed) six months"


def find_tenors(text: str) -> tuple[str, ...]:
    """The periods of a text ("one, two or six months": 1M, 2M, 6M), shortest first, each once."""
    found = set(_tenors(text)) | ({"1D"} if _OVERNIGHT.search(text) else set())
    return tuple(sorted(found, key=_length))


def _tenors(text: str) -> Iterator[str]:
    pending: list[int] = []
    last = 0
    for number in find_numbers(text):
        if number.start - last > _WIDEST_GAP:
            pending = []
        last, count = number.end, int(number.plain)
        if count == number.plain and 1 <= count <= 60:
            pending.append(count)
        if unit := _UNIT.match(text, number.end):
            letter = _LETTERS[unit["unit"][0].lower()]
            yield from (_tenor(waiting, letter) for waiting in pending)
            pending = []


def _tenor(count: int, letter: str) -> str:
    return f"{12 * count}M" if letter == "Y" else f"{count}{letter}"


def _length(tenor: str) -> int:
    return int(tenor[:-1]) * _DAYS[tenor[-1]]


def normalise_tenors(written: str, quote: str = "") -> Normalised:
    """The set of periods, as ``["1M", "3M"]``; years become months. Raises NotAValue if empty."""
    found = find_tenors(written)
    if not found:
        raise NotAValue(f"no period in {written!r}")
    return Normalised(list(found))
