"""Which facility of a record is which of the gold: one to one, by name, then type and limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_schemas import FacilityRecord, FieldType, Schema, Status
from factsheet_schemas.record import JsonValue
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

    Names whose letters or digits differ ("Facility A", "Facility B") are never paired.
    """
    taken: dict[int, int] = {}
    for _, row, facility in sorted(_candidates(rows, facilities, schema), key=_by_rank):
        if row not in taken and facility not in taken.values():
            taken[row] = facility
    return Assignment(
        pairs=tuple((rows[row], facilities[facility]) for row, facility in sorted(taken.items())),
        missed=tuple(row for at, row in enumerate(rows) if at not in taken),
        extra=tuple(f for at, f in enumerate(facilities) if at not in taken.values()),
    )


def _by_rank(candidate: tuple[tuple[bool, float], int, int]) -> tuple[bool, float, int]:
    """The same name first, then what is most alike, then the order of the gold."""
    (is_same_name, alike), row, facility = candidate
    return not is_same_name, -alike, row + facility


def _candidates(
    rows: Sequence[GoldRow], facilities: Sequence[FacilityRecord], schema: Schema
) -> Iterator[tuple[tuple[bool, float], int, int]]:
    """Pairs that are alike enough: whether by the same name, and how much."""
    for at_row, row in enumerate(rows):
        for at_facility, facility in enumerate(facilities):
            name, rest = likeness(row, facility, schema)
            if name + max(rest, 0.0) >= MIN_SIMILARITY:
                yield (name == 1, name + rest), at_row, at_facility


def likeness(row: GoldRow, facility: FacilityRecord, schema: Schema) -> tuple[float, float]:
    """How alike the names are, 0 to 1, and how far kind and limit agree, -0.75 to 0.75.

    Kind and limit can make up for a name ("Primary Facility") and rank rows of like names; they
    never part what has the same name, since a wrong limit is a wrong cell and not another row.
    """
    names = _names_of(facility, schema)
    name = max((_alike(one, other, schema) for one in row.names for other in names), default=0.0)
    if name < 1 and row.names and not _may_be(row.names[0], facility.name, schema):
        return -1.0, 0.0
    rest = sum(weight * _agreement(key, row, facility, schema) for key, weight in _keys(schema))
    return name, rest


def _names_of(facility: FacilityRecord, schema: Schema) -> tuple[str, ...]:
    answered = facility.fields.get(schema.entity.name_field)
    value = answered.value if answered else None
    return tuple(filter(None, (facility.name, *facility.aliases, value)))


def _alike(first: str, second: str, schema: Schema) -> float:
    one, other = fold(first), fold(second)
    if one == other:
        return 1.0
    return 0.95 * fuzz.token_sort_ratio(one, other) / 100 if _may_be(first, second, schema) else 0


def _may_be(first: str, second: str, schema: Schema) -> bool:
    return may_join(name_key(first, schema.entity), name_key(second, schema.entity))


def _keys(schema: Schema) -> Iterator[tuple[str, float]]:
    """The entity's kind and size: its first enum and its first amount."""
    for kind, weight in WEIGHTS.items():
        for spec in schema.fields():
            if spec.type is kind and spec.scope == schema.entity.key:
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
