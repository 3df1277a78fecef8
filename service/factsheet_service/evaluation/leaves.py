"""Answers in a user's own JSON Schema, compared leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factsheet_service.core.normalise import fold_name
from factsheet_service.core.normalise.numbers import nearly

from .counts import Counts, pooled
from .gold import NOT_FOUND
from .literals import SAME_CLAUSE, LeafKind, Text, kind_of, overlap

Json = Any
ITEMS = "[]"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: a scalar, or an element of a list, which are compared as sets.

    ``kind`` is the gold's; None where the gold has nothing there.
    """

    path: str
    counts: Counts
    expected: Json = None
    answered: Json = None
    kind: LeafKind | None = None
    overlap: float | None = None  # of a clause


@dataclass(frozen=True, slots=True)
class LeafScore:
    """All leaves of one document."""

    name: str
    leaves: tuple[Leaf, ...]
    is_valid: bool | None = None  # against the JSON Schema; None where that is not known
    num_evidence: int = 0
    num_placed: int = 0  # evidence that stands where it says: words, offsets and page

    @property
    def counts(self) -> Counts:
        """Over all leaves."""
        return pooled([Counts(), *(leaf.counts for leaf in self.leaves)])

    def of_kind(self, kind: LeafKind) -> Counts:
        """Over the leaves of one kind."""
        of_kind = (leaf.counts for leaf in self.leaves if leaf.kind is kind)
        return pooled([Counts(), *of_kind])


def by_path(scores: Iterable[LeafScore]) -> dict[str, Counts]:
    """Pooled counts of every leaf."""
    found: dict[str, list[Counts]] = {}
    for leaf in (leaf for score in scores for leaf in score.leaves):
        found.setdefault(leaf.path, []).append(leaf.counts)
    return {path: pooled(counts) for path, counts in found.items()}


def score_json_leaves(
    gold: Mapping[str, Json],
    prediction: Mapping[str, Json],
    schema: Mapping[str, Json],
    text: str | None = None,
) -> tuple[Leaf, ...]:
    """Compare a prediction with gold of the same JSON Schema.

    ``NOT_FOUND`` is null. Numbers compare by value, truth values exactly, long text by the overlap
    of its tokens, other text after folding; lists as sets, each element counting; objects in lists
    are paired by what they share. A leaf that the gold leaves out is not labelled, one that the
    schema does not have is not asked. ``text`` is the document's, which tells literal leaves.
    """
    return tuple(_Scoring(Text(text) if text else None).leaves("", gold, prediction, schema))


@dataclass(frozen=True, slots=True)
class _Scoring:
    text: Text | None

    def leaves(
        self, path: str, gold: Json, answer: Json, schema: Mapping[str, Json]
    ) -> Iterator[Leaf]:
        if isinstance(gold, Mapping):
            yield from self._object(path, gold, answer, schema)
        elif any(isinstance(one, Mapping) for one in _as_list(gold)):
            yield from self._objects(f"{path}{ITEMS}", _as_list(gold), _as_list(answer), schema)
        elif isinstance(gold, list) or isinstance(answer, list):
            yield from self._set(f"{path}{ITEMS}", _as_list(gold), _as_list(answer))
        else:
            yield self._scalar(path, _plain(gold), _plain(answer))

    def _object(
        self, path: str, gold: Mapping[str, Json], answer: Json, schema: Mapping[str, Json]
    ) -> Iterator[Leaf]:
        properties = schema.get("properties", {})
        for key in [key for key in gold if not properties or key in properties]:
            given = answer.get(key) if isinstance(answer, Mapping) else None
            inside = f"{path}.{key}" if path else key
            yield from self.leaves(inside, gold[key], given, properties.get(key, {}))

    def _objects(
        self, path: str, gold: list[Json], answer: list[Json], schema: Mapping[str, Json]
    ) -> Iterator[Leaf]:
        items = schema.get("items", {})
        for one, other in _paired(gold, [o for o in answer if isinstance(o, Mapping)]):
            if one is None:  # invented: whatever it says is wrong
                yield from (
                    Leaf(f"{path}.{key}", Counts(fp=1), answered=value)
                    for key, value in other.items()
                    if _plain(value) not in (None, [], {})
                )
            else:
                yield from self.leaves(path, one, other, items)

    def _set(self, path: str, expected: list[Json], answered: list[Json]) -> Iterator[Leaf]:
        for one in expected:
            found = next((other for other in answered if same_leaf(one, other)), None)
            yield self._scalar(path, one, found)
        for other in answered:
            if not any(same_leaf(one, other) for one in expected):
                yield Leaf(path, Counts(fp=1), answered=other)
        if not expected and not answered:
            yield Leaf(path, Counts(absent=1))

    def _scalar(self, path: str, expected: Json, answered: Json) -> Leaf:
        if expected is None:
            is_silent = answered is None
            return Leaf(path, Counts(fp=not is_silent, absent=is_silent), None, answered)
        kind = kind_of(expected, self.text)
        if answered is None:
            return Leaf(path, Counts(fn=1), expected, None, kind)
        shared = overlap(expected, str(answered)) if kind is LeafKind.CLAUSE else None
        is_right = same_leaf(expected, answered) if shared is None else shared >= SAME_CLAUSE
        counts = Counts(tp=1) if is_right else Counts(fp=1, fn=1)
        return Leaf(path, counts, expected, answered, kind, shared)


def _plain(value: Json) -> Json:
    return None if isinstance(value, str) and value.strip() in (NOT_FOUND, "") else value


def _as_list(value: Json) -> list[Json]:
    plain = value if isinstance(value, list) else [value]
    return [one for one in map(_plain, plain) if one is not None]


def _paired(gold: Sequence[Json], answer: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Objects of two lists that share most, each once; then those that are left, with None."""
    pairs = [
        (_shared(one, other), -m, -n)
        for m, one in enumerate(gold)
        for n, other in enumerate(answer)
    ]
    left, right = dict(enumerate(gold)), dict(enumerate(answer))
    for shared, m, n in sorted(pairs, reverse=True):
        if shared and -m in left and -n in right:
            yield left.pop(-m), right.pop(-n)
    yield from ((one, None) for one in left.values())
    yield from ((None, other) for other in right.values())


def _shared(one: Json, other: Json) -> int:
    """How many leaves two objects have in common."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return 0
    found = _Scoring(None).leaves("", one, other, {})
    return sum(leaf.counts.tp for leaf in found)


def same_leaf(expected: Json, answered: Json) -> bool:
    """Whether two scalars say the same; a truth value is no number."""
    if isinstance(expected, bool) or isinstance(answered, bool):
        return expected is answered
    if isinstance(expected, int | float):
        return isinstance(answered, int | float) and nearly(float(expected), float(answered))
    return fold_name(str(expected)) == fold_name(str(answered))
