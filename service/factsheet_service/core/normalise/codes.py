"""Classification codes."""

from __future__ import annotations

import re

from .folding import fold, is_no_answer
from .result import Normalised, NotAValue

_CODE = re.compile(
    r"(?<![\w.])(?P<letters>[A-Z]{0,3})[\s.]?(?P<digits>\d{1,4}(?:\.\d{1,3})*)(?!\w)"
)


def normalise_code(written: str, quote: str = "") -> Normalised:
    """The code without its description: "D35.11" for "D 35.11 Production of electricity".

    Raises:
        NotAValue: there is no code.
    """
    match = None if is_no_answer(written) else _CODE.search(written)
    if match is None:
        raise NotAValue(f"no code in {written!r}")
    return Normalised(f"{match['letters']}{match['digits']}")


def same_code(first: str, second: str) -> bool:
    """Equal codes; a section letter that only one of them writes does not part them."""
    one, other = fold(first).replace(" ", ""), fold(second).replace(" ", "")
    if one[:1].isdigit() != other[:1].isdigit():
        one, other = (
            one.lstrip("abcdefghijklmnopqrstuvwxyz"),
            other.lstrip("abcdefghijklmnopqrstuvwxyz"),
        )
    return one == other
