"""Whether two values in wire form say the same, without their schema."""

from __future__ import annotations

import math

from .record import JsonValue


def same_value(first: JsonValue, second: JsonValue) -> bool:
    """Whether two values in wire form say the same: text without regard to case and space, lists
    of text as sets, numbers within rounding."""
    match first, second:
        case str(), str():
            return folded(first) == folded(second)
        case ((int() | float()), (int() | float())):
            return math.isclose(first, second, rel_tol=1e-9)
        case list(), list():
            return _same_list(first, second)
        case dict(), dict():
            pairs = ((first[key], second.get(key)) for key in first)
            return first.keys() == second.keys() and all(same_value(*pair) for pair in pairs)
    return bool(first == second)


def _same_list(first: list[JsonValue], second: list[JsonValue]) -> bool:
    if all(isinstance(one, str) for one in (*first, *second)):
        return {folded(one) for one in first} == {folded(one) for one in second}
    return len(first) == len(second) and all(map(same_value, first, second))


def folded(text: str) -> str:
    """Lower case, white space as single spaces."""
    return " ".join(text.split()).casefold()
