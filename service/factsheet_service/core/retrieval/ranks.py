"""Where passages stand in the order of each field's and group's scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .matches import Scores

HEAD = 3  # how much the first ranks are alike: the first counts 1/3, the second 1/4
SCALE = 500.0  # of the sum over the ranks of one passage, by the number of lists


@dataclass(frozen=True, slots=True)
class Ranks:
    """Per passage of one document, in its order."""

    total: Sequence[float]  # reciprocal ranks over all lists; 0: it matches nothing
    best_match: Sequence[float]  # the highest score in any list
    by_group: Sequence[Mapping[str, int]]  # the best rank for a group, from 0, where it has one


def ranks_of(scores: Scores, group_of: Mapping[str, str], num_passages: int) -> Ranks:
    """The ranks by some scores; ``group_of`` has the group of each field, a group is its own."""
    total = [0.0] * num_passages
    best_match = [0.0] * num_passages
    by_group: list[dict[str, int]] = [{} for _ in range(num_passages)]
    for key, worth in scores.items():
        group = group_of.get(key, key)
        for rank, number in enumerate(sorted(worth, key=lambda n: (-worth[n], n))):
            total[number] += SCALE / (HEAD + rank) / len(scores)
            best_match[number] = max(best_match[number], worth[number])
            by_group[number][group] = min(by_group[number].get(group, rank), rank)
    return Ranks(total, best_match, by_group)


def blended(words: Ranks, vectors: Ranks, weight: float) -> Ranks:
    """Both together, the vectors with this weight.

    They say in which order passages stand; how far above each other is taken from the words, so
    that what is weighed against it keeps its meaning.
    """
    shares = zip(_shares(words.total), _shares(vectors.total), strict=True)
    mixed = [(1 - weight) * one + weight * other for one, other in shares]
    order = sorted(range(len(mixed)), key=lambda n: (-mixed[n], n))
    total = [0.0] * len(mixed)
    for number, level in zip(order, sorted(words.total, reverse=True), strict=True):
        total[number] = level
    pairs = zip(words.by_group, vectors.by_group, strict=True)
    by_group = vectors.by_group if weight == 1 else [_better(*pair) for pair in pairs]
    return Ranks(total, words.best_match, by_group)


def _shares(total: Sequence[float]) -> list[float]:
    whole = sum(total) or 1.0
    return [one / whole for one in total]


def _better(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """The better rank for each group."""
    groups = dict.fromkeys((*one, *other))
    return {g: min(ranks[g] for ranks in (one, other) if g in ranks) for g in groups}
