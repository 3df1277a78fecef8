"""Which of a field's candidates are answers, and for which entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .material import Candidate

RUNNER_UP = 0.5  # a candidate that lost keeps this share of its score


def settle(found: Sequence[Candidate], num_entities: int) -> list[Candidate]:
    """The candidates with their entities narrowed to those for which they win.

    A candidate wins for an entity by its score, then by naming the entity, then by standing first.
    Those that say the same as the winner stay beside it; all others keep a lowered score, for
    questions that want more.
    """
    entities = range(num_entities) if num_entities else range(1)
    winners = {entity: _winner(found, entity) for entity in entities}
    return [_narrowed(candidate, winners) for candidate in found]


def _winner(found: Sequence[Candidate], entity: int) -> Candidate | None:
    fitting = [c for c in found if not c.entities or entity in c.entities]
    return max(fitting, key=_rank, default=None)


def _rank(candidate: Candidate) -> tuple[float, float, int]:
    """Surer first, then the one that speaks of fewer entities, then the one that stands first."""
    few = 1 / len(candidate.entities) if candidate.entities else 0.0
    return candidate.score, few, -candidate.spans[0][0]


def _narrowed(candidate: Candidate, winners: dict[int, Candidate | None]) -> Candidate:
    wins = tuple(
        entity
        for entity, winner in winners.items()
        if winner is not None
        and winner.value == candidate.value
        and (not candidate.entities or entity in candidate.entities)
    )
    if not wins:
        return replace(candidate, score=candidate.score * RUNNER_UP)
    return replace(candidate, entities=() if len(wins) == len(winners) else wins)
