"""Which leaves of a user's own gold a document states as such, and how long text is compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from factsheet_service.core.normalise.amounts import find_amounts
from factsheet_service.core.normalise.dates import find_dates
from factsheet_service.core.normalise.folding import fold
from factsheet_service.core.normalise.numbers import find_numbers, nearly

LONGEST_LITERAL = 120  # characters; beyond it two right answers are hardly ever worded alike
SAME_CLAUSE = 0.5  # of the tokens of both, by F1


class LeafKind(StrEnum):
    """How a gold leaf stands in the document."""

    LITERAL = "literal"  # as such: its words, its number, its date
    CLAUSE = "clause"  # long text, compared by its tokens
    JUDGED = "judged"  # true or false
    OTHER = "other"  # neither: derived, or worded otherwise than the text


@dataclass(frozen=True)
class Text:
    """A document's text as leaves are looked for in it."""

    text: str

    def states(self, value: Any) -> bool:  # noqa: ANN401
        """Whether a scalar stands in the text: words after folding, numbers and dates by value."""
        if isinstance(value, int | float):
            return any(nearly(float(value), one) for one in self._numbers)
        return (days_of(value) & self._days) != set() or (squeezed(value) in self._squeezed)

    @cached_property
    def _squeezed(self) -> str:
        return squeezed(self.text)

    @cached_property
    def _numbers(self) -> frozenset[float]:
        plain = (one for number in find_numbers(self.text) for one in number.readings)
        return frozenset([*plain, *(one.amount for one in find_amounts(self.text))])

    @cached_property
    def _days(self) -> set[str]:
        return {str(found.wire["date"]) for found in find_dates(self.text)}


def days_of(value: str) -> set[str]:
    """The day that a value is, where it is nothing but a date."""
    found = find_dates(value)
    is_all = len(found) == 1 and not value[: found[0].start].strip() + value[found[0].end :].strip()
    return {str(found[0].wire["date"])} if is_all else set()


def squeezed(text: str) -> str:
    """The text's letters and digits, folded."""
    return "".join(fold(text).split())


def kind_of(value: Any, text: Text | None) -> LeafKind:  # noqa: ANN401
    """How a gold leaf stands in a document; without one, short leaves are taken to be literal."""
    if isinstance(value, bool):
        return LeafKind.JUDGED
    if isinstance(value, str) and len(value) > LONGEST_LITERAL:
        return LeafKind.CLAUSE
    return LeafKind.LITERAL if text is None or text.states(value) else LeafKind.OTHER


def overlap(first: str, second: str) -> float:
    """F1 of two texts' tokens, 0 to 1."""
    mine, theirs = Counter(fold(first).split()), Counter(fold(second).split())
    both = (mine & theirs).total()
    return 2 * both / (mine.total() + theirs.total()) if both else 0.0
