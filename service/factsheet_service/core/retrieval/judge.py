"""What is worth reading of a document, and what is worth asking of what is read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, pstdev

from factsheet_schemas import Group, Schema
from factsheet_schemas.options import Retriever

from factsheet_service.core.document import Document, Window

from .hope import Signs, hope, signs_of
from .matches import Scores, matches
from .passages import Passage, cut_passages
from .ranking import WindowIndex, group_query
from .ranks import Ranks, blended, ranks_of
from .vocabulary import Vocabulary

SHARE = 0.42  # of a document's tokens that are read: then all of it together takes half at most
WHOLE_TOKENS = 8000  # of a document that is read whatever its passages are like: about a window
SURE_WORTH = 1.0  # from here on a passage is read beyond the share: some documents are all terms
OPENING_TOKENS = 1000  # that are read of every document: its title, date and parties
MARK_TOKENS = 15  # what a gap costs: a shorter passage between two others is read as well
SIZE_DISCOUNT = 0.6  # how much a long passage must be more hopeful than a short one
HOPEFUL_RANK = 8  # passages per field, or query of a group, for which the group is asked
WEIGHT_OF_VECTORS = 0.5  # beside words, in the hybrid retriever

Similarities = Mapping[str, Scores]  # by document id: per field the likeness of its passages


@dataclass(frozen=True, slots=True)
class Judged:
    """A document's passages, how they rank, and the numbers of those that are to be read."""

    passages: tuple[Passage, ...]
    ranks: Ranks
    kept: frozenset[int]

    @property
    def lines(self) -> frozenset[int]:
        """The document's lines that are to be read, numbered from 0."""
        chosen = (self.passages[number] for number in self.kept)
        return frozenset(line for one in chosen for line in range(one.first, one.last + 1))

    def within(self, window: Window) -> Iterator[int]:
        """The passages of which a window shows any line."""
        starts = {line.start for line in window.lines}
        first, last = min(starts), max(starts)
        for number, passage in enumerate(self.passages):
            if passage.end <= first or passage.start > last:
                continue
            if any(passage.start <= start < passage.end for start in starts):
                yield number


class Judge:
    """Judges documents by the words of the schema, or by vectors, or both; each one once.

    A document's judgement depends on itself, the groups and the retriever alone. Without the
    vectors of a document, its words decide.
    """

    def __init__(
        self,
        schema: Schema,
        groups: Sequence[Group],
        retriever: Retriever = Retriever.BM25,
        similarities: Similarities | None = None,
    ) -> None:
        self._entities = schema.entities
        self._groups = {group.key: group for group in groups}
        self._vocabulary = Vocabulary(groups)
        self._retriever = retriever
        self._similarities = similarities or {}
        self._judged: dict[str, Judged] = {}
        self._standings: dict[tuple[str, str], dict[int, float]] = {}

    def judged(self, document: Document) -> Judged:
        """The document's passages, judged."""
        if document.id not in self._judged:
            self._judged[document.id] = self._judge(document)
        return self._judged[document.id]

    def hopeful_groups(self, window: Window) -> frozenset[str]:
        """The groups for which one of the window's passages is among the best of its document."""
        judged = self.judged(window.document)
        return frozenset(
            group
            for number in judged.within(window)
            for group, rank in judged.ranks.by_group[number].items()
            if rank < HOPEFUL_RANK
        )

    def ranked(self, windows: Sequence[Window], index: WindowIndex, group: str) -> list[int]:
        """The windows that a group may find something in, best first."""
        words = index.ranked(group_query(self._groups[group]))
        if self._retriever is Retriever.BM25:
            return words
        worth = [self._likeness(window, group) for window in windows]
        vectors = sorted((n for n, w in enumerate(worth) if w), key=lambda n: (-worth[n], n))
        return vectors if self._retriever is Retriever.EMBEDDING else fused(words, vectors)

    def _likeness(self, window: Window, group: str) -> float:
        """How far the window's best passage for each field stands above the document's others."""
        within = list(self.judged(window.document).within(window))
        found = (self._standing(window.document, f.key) for f in self._groups[group].fields)
        return sum(max((own[n] for n in within), default=0.0) for own in found if own)

    def _standing(self, document: Document, field: str) -> dict[int, float]:
        """The likeness of a document's passages to a field, in standard deviations."""
        place = (document.id, field)
        if place not in self._standings:
            worth = self._similarities.get(document.id, {}).get(field, {})
            self._standings[place] = standardised(worth)
        return self._standings[place]

    def signs(self, document: Document) -> tuple[tuple[Passage, ...], list[Signs]]:
        """The document's passages with the signs that they are judged by."""
        passages = cut_passages(document)
        ranks = self._ranks(document, passages)
        return passages, signs_of(passages, ranks, self._entities)

    def _judge(self, document: Document) -> Judged:
        passages = cut_passages(document)
        ranks = self._ranks(document, passages)
        hopes = [hope(signs) for signs in signs_of(passages, ranks, self._entities)]
        kept = chosen([one.num_tokens for one in passages], hopes)
        return Judged(passages, ranks, kept | _heads_of_tables(passages, kept))

    def _ranks(self, document: Document, passages: Sequence[Passage]) -> Ranks:
        group_of, num_passages = self._vocabulary.group_of, len(passages)
        words = ranks_of(matches(passages, self._vocabulary), group_of, num_passages)
        scores = self._similarities.get(document.id)
        if self._retriever is Retriever.BM25 or scores is None:
            return words
        vectors = ranks_of(standing_out(scores), group_of, num_passages)
        weight = 1.0 if self._retriever is Retriever.EMBEDDING else WEIGHT_OF_VECTORS
        return blended(words, vectors, weight)


def standing_out(scores: Scores) -> Scores:
    """The scores that are more than a standard deviation above their list's mean: every passage is
    like every field to some degree, and most are like none more than the others are."""
    return {
        key: {number: worth[number] for number, z in standardised(worth).items() if z >= 1}
        for key, worth in scores.items()
    }


def standardised(worth: Mapping[int, float]) -> dict[int, float]:
    """Scores in standard deviations from their mean; 1 each where they are all the same."""
    if not worth:
        return {}
    centre, spread = mean(worth.values()), pstdev(worth.values())
    return {n: (value - centre) / spread if spread else 1.0 for n, value in worth.items()}


def fused(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Two orders in one by reciprocal ranks (Cormack et al. 2009, k = 60), both of equal weight."""
    worth: dict[int, float] = {}
    for order in (one, other):
        for rank, number in enumerate(order):
            worth[number] = worth.get(number, 0.0) + 1 / (60 + rank)
    return sorted(worth, key=lambda n: (-worth[n], n))


def chosen(tokens: Sequence[int], hopes: Sequence[float]) -> frozenset[int]:
    """The passages to read: the opening, then the most hopeful ones, up to the share or as far as
    they are surely worth it; and what is not worth a gap between two of them."""
    limit = max(SHARE * sum(tokens), min(sum(tokens), WHOLE_TOKENS))
    kept = set(_opening(tokens))
    spent = sum(tokens[number] for number in kept)
    worth = [_worth(*pair) for pair in zip(hopes, tokens, strict=True)]
    for number in sorted(range(len(tokens)), key=lambda n: (-worth[n], n)):
        if spent >= limit and worth[number] < SURE_WORTH:
            break
        if number not in kept:
            kept.add(number)
            spent += tokens[number]
    return frozenset((*kept, *_between(kept, tokens)))


def _heads_of_tables(passages: Sequence[Passage], kept: frozenset[int]) -> set[int]:
    """The first rows of the tables of which any row is kept, and the words right above them: they
    say what the columns are, and in which unit."""
    heads: set[int] = set()
    for number in kept:
        if number in heads or not passages[number].is_inside_table:
            continue
        first = number
        while first and passages[first].is_inside_table:
            first -= 1
        heads.add(first)
    return heads


def _worth(hope_of_it: float, num_tokens: int) -> float:
    return hope_of_it - SIZE_DISCOUNT * math.log(max(20, num_tokens))


def _opening(tokens: Sequence[int]) -> Iterator[int]:
    spent = 0
    for number, cost in enumerate(tokens):
        spent += cost
        if spent > OPENING_TOKENS:
            return
        yield number


def _between(kept: set[int], tokens: Sequence[int]) -> Iterator[int]:
    for number, cost in enumerate(tokens):
        is_between = number - 1 in kept and number + 1 in kept
        if number not in kept and is_between and cost <= MARK_TOKENS:
            yield number
