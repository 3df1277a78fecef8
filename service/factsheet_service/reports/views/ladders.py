"""The levels of each ratio, from the lock-up of distributions to default."""

from __future__ import annotations

from collections.abc import Iterator

from factsheet_schemas import FacilityRecord, Record, Schema, Status
from factsheet_schemas.schema import LadderSpec

from factsheet_service.reports.cells import shown, value_in

from .data import Ladder, Rung

KNOWN = (Status.PRESENT, Status.POSSIBLY_PRESENT)


def ladders(record: Record, schema: Schema) -> tuple[Ladder, ...]:
    """A ladder per ratio that has a level: the deal's, and those of rows that differ from it."""
    rows: tuple[FacilityRecord | None, ...] = (None, *record.facilities)
    found = (_ladder(spec, row, record, schema) for spec in schema.ladders for row in rows)
    return tuple(ladder for ladder in found if ladder is not None)


def _ladder(
    spec: LadderSpec, row: FacilityRecord | None, record: Record, schema: Schema
) -> Ladder | None:
    keys = [rung.field for rung in spec.rungs]
    if row is not None and not any(key in row.fields for key in keys):
        return None
    rungs = tuple(_rungs(spec, row, record, schema))
    if not any(rung.status in KNOWN for rung in rungs):
        return None
    return Ladder(metric=spec.metric, row=record.called(row) if row else None, rungs=rungs)


def _rungs(
    spec: LadderSpec, row: FacilityRecord | None, record: Record, schema: Schema
) -> Iterator[Rung]:
    for rung in spec.rungs:
        cell = value_in(record, row, schema.by_key[rung.field])
        yield Rung(
            consequence=rung.consequence,
            field=rung.field,
            status=cell.status,
            shown=shown(schema.by_key[rung.field], cell),
            comparator=cell.qualifiers.comparator or spec.comparator,
            evidence=cell.evidence,
        )
