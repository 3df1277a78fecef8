"""Texts changed by seed."""

from __future__ import annotations

from random import Random

_PIECES = (
    '"',
    "'",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\\",
    "\\u00",
    "null",
    "NaN",
    "1e999",
    "\n",
    "\x00",
)
_PIECES += ("“", "ﬁ", "\u200b", "\U000e0041", "\ud800", "é", "e\u0301", "...", "[…]", " ", "-")
_MOST_CHANGES = 10
_LONGEST = 60


def mutated_text(text: str, seed: int) -> str:
    """The text after some changes."""
    chance = Random(seed)
    for _ in range(chance.randint(1, _MOST_CHANGES)):
        text = _changed(text, chance)
    return text


def _changed(text: str, chance: Random) -> str:
    start = chance.randint(0, len(text))
    end = start + chance.randint(0, _LONGEST)
    head, middle, tail = text[:start], text[start:end], text[end:]
    match chance.randrange(6):
        case 0:
            return head + chance.choice(_PIECES) + middle + tail
        case 1:
            return head + tail
        case 2:
            return head + middle * chance.choice((2, 3, 40)) + tail
        case 3:
            return tail + middle + head
        case 4:
            return head + "".join(chance.sample(middle, len(middle))) + tail
        case _:
            return head + chr(chance.randrange(0x110000)) + middle[1:] + tail
