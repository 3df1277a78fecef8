"""Values that no line states: plausible ones of a field's type, with some line cited for them.

It runs inside vLLM, so it needs the standard library alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.dice import Dice

_FIELD = re.compile(
    r"^- (\w+): .+?; ([a-z_]+)(?: in [^;\n]+)?(?:; ([^;\n]+ \| [^;\n]+))?(?:;|$)", re.M
)
_PLAUSIBLE: Mapping[str, Sequence[str]] = {
    "percent": ("1.15%", "2.85%", "3.35%", "45%", "0.65%"),
    "ratio": ("1.15x", "3.45x", "1.45x"),
    "amount": ("EUR 13,700,000", "USD 46,500,000", "GBP 9,250,000"),
    "number": ("37", "148"),
    "integer": ("7", "19"),
    "date": ("17 March 2031", "November 23, 2028"),
    "year": ("2024", "2031"),
    "month": ("February", "November"),
    "yes_no": ("Yes", "No"),
    "currency": ("CHF", "SEK"),
    "currency_list": ("CHF; SEK", "NOK"),
    "country": ("Norway", "Portugal"),
    "tenor_set": ("2M", "9M"),
    "schedule": ("03/2027 25%; 03/2028 75%",),
}
_NAMES = ("Halvorsund Capital Partners LP", "Meridiana Infrastruttura S.p.A.")
_FIGURES: Mapping[str, str] = {
    "percent": r"\d+(?:\.\d+)?\s?(?:%|per cent\.?)",
    "ratio": r"\d+\.\d+\s?(?:x\b|:\s?1\b|to 1\b)",
    "amount": r"(?:\b[A-Z]{3}\s?|[€$£]\s?)\d{1,3}(?:,\d{3})+",
    "number": r"\b\d+\b",
    "integer": r"\b\d+\b",
    "date": r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b|\b[A-Z][a-z]+ \d{1,2}, \d{4}\b",
    "year": r"\b(?:19|20)\d\d\b",
    "text": r"\b[A-Z][\w&]+(?: [A-Z][\w&]+){1,4}\b",
    "text_list": r"\b[A-Z][\w&]+(?: [A-Z][\w&]+){1,4}\b",
}

Lines = Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field may hold, as the system prompt says."""

    type: str
    options: tuple[str, ...] = ()


def kinds_of(system: str) -> dict[str, Kind]:
    """The kinds of all fields of a system prompt, by key."""
    return {
        key: Kind(type_, tuple(options.split(" | ")) if options else ())
        for key, type_, options in _FIELD.findall(system)
    }


def invented(kind: Kind, lines: Lines, dice: Dice) -> tuple[str, int]:
    """A value that no line states, and the line cited for it.

    In equal parts: any line; one with another value of the kind; one whose own value, which belongs
    to something else, is taken.
    """
    manner = dice.pick(("anywhere", "beside", "borrowed"), "manner")
    form = _FIGURES.get(kind.type)
    alike = [(number, text) for number, text in lines if form and re.search(form, text)]
    number, text = dice.pick(alike if alike and manner != "anywhere" else lines, "line")
    if manner == "borrowed" and form and alike:
        return dice.pick(re.findall(form, text), "figure"), number
    return dice.pick(kind.options or _PLAUSIBLE.get(kind.type, _NAMES), "value"), number
