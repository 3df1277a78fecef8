"""How likely the model held each value that it wrote.

A row's key and names are nearly settled by the question and its grammar; where its value begins,
the model chooses. The probability of the token that holds the value's first character is kept.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_ELEMENTS = json.JSONDecoder()
_BETWEEN = " \t\r\n,"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an answer: its bytes, which may be a part of a character, and log probability."""

    text: bytes
    logprob: float


def value_probabilities(text: str, tokens: Sequence[Token]) -> tuple[float | None, ...]:
    """Of each row of an answer that obeys the form: 0..1, None where the tokens do not tell."""
    begins = list(_value_offsets(text))
    whole = b"".join(token.text for token in tokens)
    start = whole.find(text.encode())
    if start < 0:
        return (None,) * len(begins)
    places = [start + len(text[:at].encode()) for at in begins]
    return tuple(_probability(place, tokens) for place in places)


def _probability(place: int, tokens: Sequence[Token]) -> float | None:
    end = 0
    for token in tokens:
        end += len(token.text)
        if place < end:
            return math.exp(min(token.logprob, 0.0))
    return None


def _value_offsets(text: str) -> Iterator[int]:
    """Where each row's third element begins, behind its quotation mark."""
    at = _skipped(text, text.index("[") + 1)
    while text[at] == "[":
        inside = at + 1
        for _ in range(2):
            _, inside = _ELEMENTS.raw_decode(text, _skipped(text, inside))
        yield _skipped(text, inside) + 1
        _, at = _ELEMENTS.raw_decode(text, at)
        at = _skipped(text, at)


def _skipped(text: str, at: int) -> int:
    while text[at] in _BETWEEN:
        at += 1
    return at
