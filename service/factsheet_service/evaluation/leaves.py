"""Answers in a user's own JSON Schema, compared leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from factsheet_service.core.normalise import fold_name
from factsheet_service.core.normalise.numbers import nearly

from .counts import Counts, pooled
from .gold import NOT_FOUND

LONGEST_LITERAL = 120  # characters; beyond it two right answers are hardly ever worded alike


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: a scalar, or a list of scalars compared as a set. Free text is not counted."""

    path: str
    counts: Counts
    expected: Any
    answered: Any
    is_free_text: bool = False


@dataclass(frozen=True, slots=True)
class LeafScore:
    """All leaves of one document."""

    name: str
    leaves: tuple[Leaf, ...]

    @property
    def counts(self) -> Counts:
        """Over all leaves that count."""
        return pooled(leaf.counts for leaf in self.leaves)


def by_path(scores: Iterable[LeafScore]) -> dict[str, Counts]:
    """Pooled counts of every leaf that counts in some document."""
    found: dict[str, list[Counts]] = {}
    for leaf in (leaf for score in scores for leaf in score.leaves if not leaf.is_free_text):
        found.setdefault(leaf.path, []).append(leaf.counts)
    return {path: pooled(counts) for path, counts in found.items()}


def score_json_leaves(
    gold: Mapping[str, Any], prediction: Mapping[str, Any], schema: Mapping[str, Any]
) -> tuple[Leaf, ...]:
    """Compare a prediction with gold of the same JSON Schema.

    ``NOT_FOUND`` is null. Numbers compare by value, truth values exactly, text after folding,
    lists as sets, each element counting. A leaf that the gold leaves out is not labelled, one that
    the schema does not have is not asked; text of the gold longer than ``LONGEST_LITERAL`` is free
    text and counts neither way.
    """
    return tuple(_leaves("", gold, prediction, schema))


def _leaves(path: str, gold: Any, answer: Any, schema: Mapping[str, Any]) -> Iterator[Leaf]:  # noqa: ANN401
    if isinstance(gold, Mapping):
        properties = schema.get("properties", {})
        for key in [key for key in gold if not properties or key in properties]:
            given = answer.get(key) if isinstance(answer, Mapping) else None
            inside = f"{path}.{key}" if path else key
            yield from _leaves(inside, gold[key], given, properties.get(key, {}))
        return
    expected, answered = _plain(gold), _plain(answer)
    is_free = isinstance(expected, str) and len(expected) > LONGEST_LITERAL
    counts = Counts() if is_free else _compare(expected, answered)
    yield Leaf(path, counts, expected, answered, is_free)


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and value.strip() in (NOT_FOUND, ""):
        return None
    return value


def _compare(expected: Any, answered: Any) -> Counts:  # noqa: ANN401
    if isinstance(expected, list) or isinstance(answered, list):
        return _compare_sets(_as_list(expected), _as_list(answered))
    if expected is None or answered is None:
        is_absent = expected is None and answered is None
        return Counts(fp=answered is not None, fn=expected is not None, absent=is_absent)
    return Counts(tp=1) if same_leaf(expected, answered) else Counts(fp=1, fn=1)


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401
    plain = value if isinstance(value, list) else [value]
    return [one for one in map(_plain, plain) if one is not None]


def _compare_sets(expected: list[Any], answered: list[Any]) -> Counts:
    right = [one for one in expected if any(same_leaf(one, other) for other in answered)]
    invented = [one for one in answered if not any(same_leaf(one, other) for other in expected)]
    return Counts(
        tp=len(right),
        fp=len(invented),
        fn=len(expected) - len(right),
        absent=int(not expected and not answered),
    )


def same_leaf(expected: Any, answered: Any) -> bool:  # noqa: ANN401
    """Whether two scalars say the same; a truth value is no number."""
    if isinstance(expected, bool) or isinstance(answered, bool):
        return expected is answered
    if isinstance(expected, int | float):
        return isinstance(answered, int | float) and nearly(float(expected), float(answered))
    return fold_name(str(expected)) == fold_name(str(answered))
