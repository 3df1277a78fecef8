"""Shares that amounts in several lines come to, with the formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product

from .amounts import Amount, find_amounts
from .dates import find_dates

LEAST_SHARED = 1000  # of an amount that another is a share of, but for a table's total
MOST_SHARED = 40  # amounts that are compared with each other
MOST_ROWS = 12  # and lines whose amounts are added up
MOST_SUMMED = 4  # amounts of different lines that make a whole
HUNDREDTH = 0.01  # percent points that a computed share is rounded to
_TOTAL = re.compile(r"\b(?:total|aggregate|sum|gesamt|suma|somme|totale|razem)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_NOTHING = re.compile(r"(?:^|[|\s])(?:nil|none|[-–—])(?=\s*(?:[|\s]|$))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    """A line's amounts, in whole units; cells that say "Nil" are none, but count."""

    text: str
    amounts: tuple[Amount, ...]
    num_cells: int
    is_total: bool

    @property
    def total(self) -> float:
        return sum(amount.amount for amount in self.amounts)

    def written(self) -> str:
        """The amounts as the line writes them, added up."""
        parts = [self.text[one.start : one.end] for one in self.amounts]
        return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"


def quotient_of(percent: float, lines: Sequence[str]) -> str | None:
    """How a percentage follows from the amounts of some lines, as a formula; None where it doesn't.

    One amount of another; a line's amounts of those of another one, or of as many lines ("Bank A
    40 | 35" of "85" and "65"). Small numbers are no money, except beside a table's total, and
    amounts in different currencies have no quotient.
    """
    rows = [row for row in map(_row, lines) if row.amounts]
    for part, whole in _pairs(rows):
        low, high = sum(one.total for one in part), sum(one.total for one in whole)
        if 0 < low < high and abs(100 * low / high - percent) < HUNDREDTH / 2:
            return f"{_sum(part)} / {_sum(whole)} x 100"
    return None


def _row(line: str) -> _Row:
    dates = find_dates(line)
    found = [
        one
        for one in find_amounts(line)
        if not any(date.start < one.end and one.start < date.end for date in dates)
        and not _YEAR.fullmatch(line[one.start : one.end])
    ]
    priced = [one for one in found if one.currency]
    amounts = tuple(priced or found)
    num_cells = len(amounts) + len(_NOTHING.findall(line))
    return _Row(line, amounts, num_cells, _TOTAL.search(line) is not None)


def _pairs(rows: Sequence[_Row]) -> Iterator[tuple[tuple[_Row, ...], tuple[_Row, ...]]]:
    """Parts and wholes that may have a quotient, the plainest first."""
    single = [_alone(row, one) for row in rows for one in row.amounts if _is_large(one)]
    yield from (((a,), (b,)) for a, b in permutations(single[:MOST_SHARED], 2) if _alike(a, b))
    totals = [row for row in rows if row.is_total]
    for part, whole in product(rows[:MOST_ROWS], totals):
        if part is not whole and part.num_cells == whole.num_cells and _alike(part, whole):
            yield (part,), (whole,)
    for part in (row for row in rows[:MOST_ROWS] if 1 < row.num_cells <= MOST_SUMMED):
        ones = [r for r in rows[:MOST_ROWS] if len(r.amounts) == 1 and _is_large(r.amounts[0])]
        yield from (
            ((part,), several)
            for several in combinations(ones, part.num_cells)
            if all(_alike(part, one) for one in several)
        )


def _alone(row: _Row, amount: Amount) -> _Row:
    return _Row(row.text, (amount,), 1, row.is_total)


def _is_large(amount: Amount) -> bool:
    return amount.amount >= LEAST_SHARED


def _alike(one: _Row, other: _Row) -> bool:
    """Whether two lines' amounts may be in the same currency; a table's say none."""
    mine, theirs = ({a.currency for a in row.amounts} for row in (one, other))
    return len(mine) == len(theirs) == 1 and len((mine | theirs) - {None}) < 2


def _sum(rows: Sequence[_Row]) -> str:
    parts = [row.written() for row in rows]
    return parts[0] if len(parts) == 1 else f"({' + '.join(parts)})"
