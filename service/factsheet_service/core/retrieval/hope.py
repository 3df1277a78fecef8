"""How hopeful a passage is: whether it may state anything that the fact sheet asks for.

A weighted sum of signs that no document's wording or language decides alone. The weights are those
of a logistic regression over passages with and without gold evidence; ``bench/evidence.py``
fits them, and measures them on sets of documents that they were not fitted on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from factsheet_schemas.schema import Entity

from .links import Terms, referred_worth
from .matches import num_shaped
from .passages import Passage
from .ranks import Ranks

OPENING_TOKENS = 4000  # over which the sign of a document's opening fades
TYPICAL_WORDS = 50  # of a passage
REACH = 2  # passages before and after that a passage's surroundings have
WORTH_OF_A_FIGURE = 0.4
WORTH_OF_A_ROW_TERM = 0.5
_FIGURES = ("amount", "percent", "ratio")


class Signs(NamedTuple):
    """What speaks for a passage, or against it. Counts are logarithms."""

    rank: float  # how far up it stands among the passages for each field and group
    best_match: float  # with any field or group
    amounts: float
    percents: float
    ratios: float
    dates: float
    is_definition: float
    opening: float  # 1 at the document's beginning, towards 0 behind it
    rows: float  # share of its lines that are table rows
    size: float
    row_terms: float  # this document's own terms for rows of the fact sheet
    users: float  # worth of the passages that use a term which it defines
    uses: float  # how many those are
    referred: float  # worth of a passage that refers to the place where it stands
    before: float  # worth of the best passage right before, and right behind it
    behind: float


WEIGHTS = Signs(
    rank=1.47,
    best_match=0.08,
    amounts=0.94,
    percents=0.69,
    ratios=0.64,
    dates=1.95,
    is_definition=-1.61,
    opening=0.58,
    rows=0.68,
    size=-0.9,
    row_terms=0.51,
    users=0.53,
    uses=0.41,
    referred=0.24,
    before=0.28,
    behind=0.4,
)


def hope(signs: Signs, weights: Signs = WEIGHTS) -> float:
    """The higher, the more likely the passage states something; only the order means anything."""
    return sum(weight * sign for weight, sign in zip(weights, signs, strict=True))


def signs_of(passages: Sequence[Passage], ranks: Ranks, entities: Sequence[Entity]) -> list[Signs]:
    """The signs of all passages of one document."""
    shaped = [num_shaped(passage.text) for passage in passages]
    terms = Terms(passages, entities)
    worth = [
        _worth(ranks.total[number], shaped[number], terms, number)
        for number in range(len(passages))
    ]
    referred = referred_worth(passages, worth)
    before = 0
    signs = []
    for number, passage in enumerate(passages):
        signs.append(
            Signs(
                rank=math.log1p(ranks.total[number]),
                best_match=ranks.best_match[number],
                amounts=math.log1p(shaped[number]["amount"]),
                percents=math.log1p(shaped[number]["percent"]),
                ratios=math.log1p(shaped[number]["ratio"]),
                dates=math.log1p(shaped[number]["date"]),
                is_definition=float(bool(passage.term)),
                opening=math.exp(-before / OPENING_TOKENS),
                rows=passage.num_rows / passage.num_lines,
                size=math.log(max(len(passage.words), 4) / TYPICAL_WORDS),
                row_terms=math.log1p(len(terms.used[number] & terms.row_terms)),
                users=terms.worth_of_users(number, worth),
                uses=math.log1p(terms.num_uses(number)),
                referred=referred[number],
                before=max(worth[max(0, number - REACH) : number], default=0.0),
                behind=max(worth[number + 1 : number + 1 + REACH], default=0.0),
            )
        )
        before += passage.num_tokens
    return signs


def _worth(rank: float, shaped: dict[str, int], terms: Terms, number: int) -> float:
    """A first guess at a passage's hope, which its neighbours are judged by."""
    has_figure = any(shaped[figure] for figure in _FIGURES)
    names_row = bool(terms.introduced[number] & terms.row_terms)
    return math.log1p(rank) + WORTH_OF_A_FIGURE * has_figure + WORTH_OF_A_ROW_TERM * names_row
