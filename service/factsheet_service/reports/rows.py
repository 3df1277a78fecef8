"""The fact sheet as rows of text: the columns that analysts' sheets already have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from factsheet_schemas import (
    DocumentRecord,
    DocumentStatus,
    FacilityRecord,
    FieldValue,
    Level,
    Record,
    Schema,
    Status,
)
from factsheet_schemas.schema import Column

from .cells import sheet_text, value_in

LEADING = ("company", "source_files")  # metadata that identifies a row stands before its fields
WEIGHTS: Mapping[Level, float] = MappingProxyType(
    {Level.HIGH: 1.0, Level.MEDIUM: 0.6, Level.LOW: 0.3}
)


def header(schema: Schema) -> list[str]:
    """The labels of all columns."""
    before, after = _columns(schema)
    return [
        *(column.label for column in before),
        *(spec.label for spec in schema.in_sheet),
        *(column.label for column in after),
    ]


def rows(record: Record, schema: Schema) -> list[list[str]]:
    """One row per facility, or per row of the kind that the schema's sheets are of, else per row
    that no other lies within; what it inherits is repeated.

    A subject without rows has one, with the deal's values.
    """
    parents = {row.parent for row in record.facilities}
    shown = [
        row
        for row in record.facilities
        if (row.entity == schema.sheet_of if schema.sheet_of else row.id not in parents)
    ]
    if not shown:
        return [_row(record, None, schema)]
    return [_row(record, row, schema) for row in shown]


def _row(record: Record, facility: FacilityRecord | None, schema: Schema) -> list[str]:
    values = {spec.key: value_in(record, facility, spec) for spec in schema.in_sheet}
    before, after = _columns(schema)
    return [
        *(_metadata(column, record, facility, values) for column in before),
        *(sheet_text(spec, values[spec.key]) for spec in schema.in_sheet),
        *(_metadata(column, record, facility, values) for column in after),
    ]


def _columns(schema: Schema) -> tuple[list[Column], list[Column]]:
    before = [column for column in schema.columns if column.source in LEADING]
    return before, [column for column in schema.columns if column not in before]


def _metadata(
    column: Column,
    record: Record,
    facility: FacilityRecord | None,
    values: Mapping[str, FieldValue],
) -> str:
    match column.source:
        case "company":
            return record.company
        case "source_files":
            return "; ".join(sorted(document.name for document in record.documents))
        case "comments":
            return "; ".join(comments(record, facility))
        case "confidence":
            return f"{confidence_score(values):.2f}"


def comments(record: Record, facility: FacilityRecord | None) -> list[str]:
    """What somebody should know who reads this row: conflicts, warnings, files not read."""
    lineage = record.lineage(facility) if facility else ()
    own = [record.called(row) for row in lineage]
    about = (None, *own, *(row.id for row in lineage))
    others = tuple(f"{name}: " for name in map(record.called, record.facilities) if name not in own)
    return [
        *(one.message for one in record.conflicts if one.facility in about),
        *(warning for warning in record.warnings if not warning.startswith(others)),
        *(f"{d.name} not read: {d.reason or d.status}" for d in record.documents if not_read(d)),
    ]


def not_read(document: DocumentRecord) -> bool:
    """Whether the document's text took no part in the run because it could not be read."""
    return document.status is not DocumentStatus.OK


def confidence_score(values: Mapping[str, FieldValue]) -> float:
    """The mean weight of the present values' confidence, as the original scored a facility."""
    weights = [
        WEIGHTS[value.level]
        for value in values.values()
        if value.status is Status.PRESENT and value.level
    ]
    return sum(weights) / len(weights) if weights else 0.0
