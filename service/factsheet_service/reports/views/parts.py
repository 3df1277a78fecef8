"""The cells of a record with the row that each stands in."""

from __future__ import annotations

from collections.abc import Iterator

from factsheet_schemas import FieldSpec, FieldValue, Record, Schema

Cell = tuple[str | None, FieldSpec, FieldValue]  # the row's name or None, the field, its value


def cells_of(record: Record, schema: Schema) -> Iterator[Cell]:
    """The deal's cells, then each row's own, in the schema's order."""
    for spec in schema.fields():
        if spec.key in record.deal:
            yield None, spec, record.deal[spec.key]
    for row in record.facilities:
        for spec in schema.fields():
            if spec.key in row.fields:
                yield record.called(row), spec, row.fields[spec.key]
