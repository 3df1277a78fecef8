"""Which facility of a record is which of the gold: one to one, by name, then type and limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_schemas import FacilityRecord, FieldType, Schema, Status
from factsheet_schemas.record import JsonValue
from factsheet_schemas.schema import Entity
from rapidfuzz import fuzz

from factsheet_service.core.normalise import fold, same
from factsheet_service.core.reconcile.names import may_join, name_key

from .gold import GoldRow

MIN_SIMILARITY = 0.6
WEIGHTS = {FieldType.ENUM: 0.25, FieldType.AMOUNT: 0.5}


@dataclass(frozen=True, slots=True)
class Assignment:
    """Pairs, and what is left on either side."""

    pairs: tuple[tuple[GoldRow, FacilityRecord], ...]
    missed: tuple[GoldRow, ...]
    extra: tuple[FacilityRecord, ...]


def assign(
    rows: Sequence[GoldRow], facilities: Sequence[FacilityRecord], schema: Schema
) -> Assignment:
    """Pair rows with facilities, the most alike first, down to ``MIN_SIMILARITY``.

    Names whose letters or digits differ ("Facility A", "Facility B") are never paired. Rows of a
    kind within others are paired within a pair of those.
    """
    pairs: list[tuple[GoldRow, FacilityRecord]] = []
    for entity in schema.entities:
        own = [row for row in rows if (row.entity or schema.entity.key) == entity.key]
        known = [one for one in facilities if one.entity == entity.key]
        for inside in _insides(own, known, entity, pairs):
            pairs += _paired(*inside, entity, schema)
    paired = {id(one) for pair in pairs for one in pair}  # rows may equal each other
    return Assignment(
        pairs=tuple(pairs),
        missed=tuple(row for row in rows if id(row) not in paired),
        extra=tuple(one for one in facilities if id(one) not in paired),
    )


Sides = tuple[Sequence[GoldRow], Sequence[FacilityRecord]]


def _insides(
    rows: Sequence[GoldRow],
    facilities: Sequence[FacilityRecord],
    entity: Entity,
    pairs: Sequence[tuple[GoldRow, FacilityRecord]],
) -> list[Sides]:
    """What may be paired with what: all, or what lies within a pair of the parent's rows."""
    if entity.parent is None:
        return [(rows, facilities)]
    return [
        (
            [row for row in rows if row.within in above.names],
            [one for one in facilities if one.parent == found.id],
        )
        for above, found in pairs
        if found.entity == entity.parent
    ]


def _paired(
    rows: Sequence[GoldRow], facilities: Sequence[FacilityRecord], entity: Entity, schema: Schema
) -> list[tuple[GoldRow, FacilityRecord]]:
    taken: dict[int, int] = {}
    found = _candidates(rows, facilities, entity, schema)
    for _, row, facility in sorted(found, key=_by_rank):
        if row not in taken and facility not in taken.values():
            taken[row] = facility
    return [(rows[row], facilities[facility]) for row, facility in sorted(taken.items())]


def _by_rank(candidate: tuple[tuple[bool, float], int, int]) -> tuple[bool, float, int]:
    """The same name first, then what is most alike, then the order of the gold."""
    (is_same_name, alike), row, facility = candidate
    return not is_same_name, -alike, row + facility


def _candidates(
    rows: Sequence[GoldRow], facilities: Sequence[FacilityRecord], entity: Entity, schema: Schema
) -> Iterator[tuple[tuple[bool, float], int, int]]:
    """Pairs that are alike enough: whether by the same name, and how much."""
    for at_row, row in enumerate(rows):
        for at_facility, facility in enumerate(facilities):
            name, rest = likeness(row, facility, entity, schema)
            if name + max(rest, 0.0) >= MIN_SIMILARITY:
                yield (name == 1, name + rest), at_row, at_facility


def likeness(
    row: GoldRow, facility: FacilityRecord, entity: Entity, schema: Schema
) -> tuple[float, float]:
    """How alike the names are, 0 to 1, and how far kind and limit agree, -0.75 to 0.75.

    Kind and limit can make up for a name ("Primary Facility") and rank rows of like names; they
    never part what has the same name, since a wrong limit is a wrong cell and not another row.
    """
    names = _names_of(facility, entity)
    name = max((_alike(one, other, entity) for one in row.names for other in names), default=0.0)
    if name < 1 and row.names and not _may_be(row.names[0], facility.name, entity):
        return -1.0, 0.0
    rest = sum(
        weight * _agreement(key, row, facility, schema) for key, weight in _keys(schema, entity)
    )
    return name, rest


def _names_of(facility: FacilityRecord, entity: Entity) -> tuple[str, ...]:
    answered = facility.fields.get(entity.name_field)
    value = answered.value if answered else None
    return tuple(filter(None, (facility.name, *facility.aliases, value)))


def _alike(first: str, second: str, entity: Entity) -> float:
    one, other = fold(first), fold(second)
    if one == other:
        return 1.0
    return 0.95 * fuzz.token_sort_ratio(one, other) / 100 if _may_be(first, second, entity) else 0


def _may_be(first: str, second: str, entity: Entity) -> bool:
    return may_join(name_key(first, entity), name_key(second, entity))


def _keys(schema: Schema, entity: Entity) -> Iterator[tuple[str, float]]:
    """The entity's kind and size: its first enum and its first amount."""
    for kind, weight in WEIGHTS.items():
        for spec in schema.fields():
            if spec.type is kind and spec.scope == entity.key:
                yield spec.key, weight
                break


def _agreement(key: str, row: GoldRow, facility: FacilityRecord, schema: Schema) -> int:
    """1 if the values are the same, -1 if they differ, 0 if one is missing."""
    gold, value = row.values.get(key), _present(facility, key)
    if gold is None or not gold.values or value is None:
        return 0
    return 1 if any(same(schema.by_key[key], one, value) for one in gold.values) else -1


def _present(facility: FacilityRecord, key: str) -> JsonValue:
    field = facility.fields.get(key)
    return field.value if field and field.status is Status.PRESENT else None
