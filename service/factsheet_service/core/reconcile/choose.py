"""Choosing one value per cell. What lost stays as an alternative, with the reason.

The order of what counts: the document's word (its precedence), then a value over none, then
words that name the row over words that speak of all, then how sure and how often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from factsheet_schemas import FieldSpec

from factsheet_service.core.normalise import agrees, same
from factsheet_service.core.roles import REPLACED, DocumentRole, Rank, parted, precedence

from .candidates import Candidate

SURE = 0.5  # the least score of a value that is PRESENT
AGREEMENT_BONUS = 0.04  # per further window that says the same
MAX_BONUSES = 3
CLOSE = 0.12  # two readings whose scores lie closer contradict each other


@dataclass(frozen=True, slots=True)
class Reading:
    """Candidates of one cell that say the same, from one level of precedence."""

    candidates: tuple[Candidate, ...]  # the best first
    rank: Rank
    is_named: bool  # the source names the row
    score: float

    @property
    def best(self) -> Candidate:
        """The candidate whose evidence is shown first."""
        return self.candidates[0]

    @property
    def supporting(self) -> tuple[Candidate, ...]:
        """The candidates whose words bear the value out; all where no words do."""
        return tuple(c for c in self.candidates if c.is_grounded) or self.candidates

    @property
    def is_sure(self) -> bool:
        """Whether it may be PRESENT."""
        return self.best.value is not None and self.best.is_grounded and self.score >= SURE

    @property
    def is_waiting(self) -> bool:
        """Whether it says how to compute a value, which an event's date may yet complete."""
        return self.best.qualifiers.anchor is not None

    @property
    def is_replaced(self) -> bool:
        """Whether only documents say so that another replaces as a whole."""
        return self.rank[0] == REPLACED

    @property
    def order(self) -> tuple[bool, bool, Rank, bool, bool, float]:
        """Sorts readings: the one that counts most is the greatest."""
        is_waiting = self.is_waiting and not self.is_sure
        in_force = not self.is_replaced
        return (in_force, self.is_sure, self.rank, is_waiting, self.is_named, self.score)


@dataclass(frozen=True, slots=True)
class Choice:
    """The reading that counts, and those that lost."""

    chosen: Reading
    lost: tuple[Reading, ...]

    @property
    def contradicted(self) -> Reading | None:
        """A rival that is nearly as sure."""
        close = (one for one in self.rivals if self.chosen.score - one.score < CLOSE)
        return next(close, None)

    @property
    def rivals(self) -> tuple[Reading, ...]:
        """Readings of equal standing that surely say otherwise."""
        mine = self.chosen.rank, self.chosen.is_named
        return tuple(one for one in self.lost if one.is_sure and (one.rank, one.is_named) == mine)

    @property
    def overruled(self) -> Reading | None:
        """A reading of a document that takes precedence, which says something but no value."""
        for other in self.lost:
            speaks = other.best.value is None and other.score >= SURE and not self._follows(other)
            if speaks and other.rank[0] > 0 and other.rank > self.chosen.rank:
                return other
        return None

    @property
    def unfollowed(self) -> Reading | None:
        """A reading that points elsewhere, in words more to the point than the chosen ones."""
        for other in self.lost:
            points = any(one.pointer for one in other.candidates)
            if points and (other.rank, other.is_named) > (self.chosen.rank, self.chosen.is_named):
                return other
        return None

    def _follows(self, other: Reading) -> bool:
        return any(one in self.pointing for one in other.candidates)

    @property
    def pointing(self) -> tuple[Candidate, ...]:
        """The candidates whose pointer was followed to the chosen one, or that point on from the
        row's own words where the chosen ones speak of all rows."""
        followed = set(self.chosen.best.followed)
        return tuple(
            one
            for reading in self.lost
            for one in reading.candidates
            if followed & set(one.pointing()) or (one.pointer and self._is_general_to(reading))
        )

    def _is_general_to(self, other: Reading) -> bool:
        is_general = other.is_named and not self.chosen.is_named
        return is_general and other.rank == self.chosen.rank and self.chosen.best.value is not None


def choose(
    candidates: Sequence[tuple[Candidate, bool]], roles: Mapping[str, DocumentRole]
) -> Choice | None:
    """The choice among a cell's candidates, each with whether its source names the row."""
    readings = readings_of(candidates, roles)
    return Choice(readings[0], tuple(readings[1:])) if readings else None


def readings_of(
    candidates: Sequence[tuple[Candidate, bool]], roles: Mapping[str, DocumentRole]
) -> list[Reading]:
    """What a cell's candidates say, the reading that counts most first."""
    readings = sorted(_readings(candidates, roles), key=lambda r: r.order, reverse=True)
    if readings and not readings[0].rank[0]:  # a term sheet revives nothing that was left out
        readings.sort(key=lambda r: r.is_replaced, reverse=True)
    return readings


def _readings(
    candidates: Sequence[tuple[Candidate, bool]], roles: Mapping[str, DocumentRole]
) -> list[Reading]:
    groups: list[tuple[Rank, bool, list[Candidate]]] = []
    for one, is_named in candidates:
        rank = _rank(one, roles)
        for group_rank, group_named, members in groups:
            if (group_rank, group_named) == (rank, is_named) and _says_the_same(one, members[0]):
                members.append(one)
                break
        else:
            groups.append((rank, is_named, [one]))
    return [_reading(rank, is_named, members) for rank, is_named, members in groups]


def _rank(one: Candidate, roles: Mapping[str, DocumentRole]) -> Rank:
    role = roles.get(one.document.id, DocumentRole(None))
    is_struck = _is_struck(one, role)
    return precedence(role, one.spec.key, one.document, one.start, is_struck=is_struck)


def _is_struck(one: Candidate, role: DocumentRole) -> bool:
    """Whether its words have the value only where they say what is taken out."""
    kept, struck = parted(role, one.quote())
    if not struck or one.value is None:
        return False
    return agrees(one.spec, one.value, struck) and not agrees(one.spec, one.value, kept)


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    if one.value is None or other.value is None:
        return one.value is other.value and _awaited(one) == _awaited(other)
    return bool(same(one.spec, one.value, other.value))


def _awaited(one: Candidate) -> tuple[str | None, ...]:
    """The event and offset that an empty value is counted from."""
    return one.qualifiers.anchor, one.qualifiers.offset


def _reading(rank: Rank, is_named: bool, members: list[Candidate]) -> Reading:
    ordered = sorted(members, key=lambda c: (c.is_grounded, c.score, -c.start), reverse=True)
    reading = Reading(tuple(ordered), rank, is_named, ordered[0].score)
    bonuses = min(num_places(reading.supporting) - 1, MAX_BONUSES)
    return replace(reading, score=min(reading.score + AGREEMENT_BONUS * bonuses, 1.0))


def num_places(candidates: Sequence[Candidate]) -> int:
    """Windows, without those that show the same lines again, as deep extraction's may."""
    places = {(one.document.id, one.start) for one in candidates}
    return min(len({one.window for one in candidates}), len(places))


def why_lost(
    reading: Reading, chosen: Reading, spec: FieldSpec, roles: Mapping[str, DocumentRole]
) -> str:
    """One line for the alternative's reason; it names the document that takes precedence."""
    if reading.is_replaced:
        return _why_replaced(reading, chosen, roles)
    if chosen.is_replaced:
        return "only in a document that does not bind"
    if not reading.is_sure:
        return reading.best.reason or "weaker evidence"
    if reading.rank < chosen.rank:
        return _why_outranked(reading, chosen)
    if chosen.is_named and not reading.is_named:
        return "the chosen words name the row, these do not"
    return f"another value of {spec.label} has stronger evidence"


def _why_replaced(reading: Reading, chosen: Reading, roles: Mapping[str, DocumentRole]) -> str:
    newer = roles.get(roles[reading.best.document.id].replaced_by or "")
    name = newer.name if newer else "a later document"
    return f"not restated in {name}" if chosen.is_replaced else f"restated in {name}"


def _why_outranked(reading: Reading, chosen: Reading) -> str:
    if reading.best.document.id == chosen.best.document.id:
        return f"{chosen.best.document.name} changes it"
    return f"{chosen.best.document.name} takes precedence"
