"""Tallies: how many there are of each option ("12 women and 8 men", "35F/25M")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from factsheet_schemas import FieldSpec

from .numbers import Number, find_numbers
from .result import Normalised, NotAValue

# "12 of whom were female", "8 right-handed men"
_FILLER = r"(?:[\s-]+(?!and\b|or\b)[^\W\d_][\w-]*){0,4}?[\s-]*"
_REACH = 80  # characters between a count and its option
_LABELLED = r"\s*(?:[:=|]|\bn\s*=)\s*(?:n\s*=\s*)?"


def normalise_tally(spec: FieldSpec, written: str) -> Normalised:
    """Counts by option, for the options that have one: {"female": 35, "male": 25}.

    Raises:
        NotAValue: no count stands beside an option; half a pair ("35") says nothing of either.
    """
    counts = dict(_counts(spec, written))
    if not counts:
        raise NotAValue(f"no count of {' or '.join(o.value for o in spec.options)} in {written!r}")
    return Normalised({o.value: counts[o.value] for o in spec.options if o.value in counts})


def _counts(spec: FieldSpec, text: str) -> Iterator[tuple[str, int]]:
    for number in find_numbers(text):
        count = int(number.grouped)
        if count == number.grouped >= 0 and (option := _option_of(spec, text, number)):
            yield option, count


def _option_of(spec: FieldSpec, text: str, number: Number) -> str | None:
    """The option whose word stands right behind a number, or before it as its label."""
    behind = text[number.end : number.end + _REACH]
    before = text[max(0, number.start - _REACH) : number.start]
    for option in spec.options:
        words = "|".join(re.escape(word) for word in (option.value, *option.synonyms))
        if re.match(rf"{_FILLER}(?:{words})(?:s|es)?\b", behind, re.IGNORECASE):
            return option.value
        if re.search(rf"\b(?:{words})(?:s|es)?{_LABELLED}$", before, re.IGNORECASE):
            return option.value
    return None


def has_tally(spec: FieldSpec, value: dict[str, int], quote: str) -> bool:
    """Whether a quote gives each option's count."""
    counts = list(_counts(spec, quote))
    return bool(value) and all(pair in counts for pair in value.items())
