"""Sets of interest periods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .counted import UNIT, is_english, letter_of
from .ordinals import ORDINAL, read_count, read_ordinal
from .result import Normalised, NotAValue
from .words import RUN

_COUNT = re.compile(
    rf"(?<![\w.,])(?P<count>\d{{1,3}}|{ORDINAL}|{RUN}|[^\W\d_]{{2,16}})", re.IGNORECASE
)
_UNIT = re.compile(
    rf"\s*\)?[\s-]*(?:\(\s*\d+\s*\)\s*)?(?:calendar\s+)?(?P<unit>{UNIT})\b|(?P<letter>[MWYD])\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(ORDINAL, re.IGNORECASE)
_LONGEST = {"D": 366, "W": 52, "M": 360, "Y": 30}
_DAYS = {"D": 1, "W": 7, "M": 30, "Y": 365}
_OVERNIGHT = re.compile(r"\bovernight\b|\bdaily\b|\bO/N\b", re.IGNORECASE)
_WIDEST_GAP = 60  # characters between two numbers of one unit: "two or (if agreed) six months"


def find_tenors(text: str) -> tuple[str, ...]:
    """The periods of a text ("one, two or six months": 1M, 2M, 6M), shortest first, each once."""
    found = set(_tenors(text)) | ({"1D"} if _OVERNIGHT.search(text) else set())
    return tuple(sorted(found, key=_length))


def _tenors(text: str) -> Iterator[str]:
    pending: list[str] = []
    last = 0
    for match in _COUNT.finditer(text):
        if _count(match["count"]) is None:
            continue
        pending = [*pending, match["count"]] if match.start() - last <= _WIDEST_GAP else [match[0]]
        last = match.end()
        if unit := _UNIT.match(text, last):
            yield from _counted(pending, unit)
            pending = []


def _count(word: str, *, is_english: bool = False) -> int | None:
    """A count; "the third or sixth month" ends three or six months later."""
    is_ordinal = _ORDINAL.fullmatch(word) is not None
    return read_ordinal(word) if is_ordinal else read_count(word, is_english=is_english)


def _counted(words: Iterable[str], unit: re.Match[str]) -> Iterator[str]:
    """The periods of some counts; "once" counts before Spanish months, not before English ones."""
    english = is_english(unit["unit"] or "")
    letter = letter_of(unit["unit"]) if unit["unit"] else unit["letter"].upper()
    for count in (_count(word, is_english=english) for word in words):
        if count is not None and 1 <= count <= _LONGEST[letter]:
            yield _tenor(count, letter)


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
