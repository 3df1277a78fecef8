"""A spreadsheet of expected values, saved as CSV under the schema's labels, as gold."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from factsheet_schemas import DEAL, FieldSpec, FieldType, Schema
from factsheet_schemas.record import JsonValue

from factsheet_service.core.errors import UsageError
from factsheet_service.core.normalise import NotAValue, normalise

from .gold import UNSCORED, Gold, GoldRow, GoldValue, Kind

ABSENT = frozenset({"NOT_FOUND", "N/A", "NOT_APPLICABLE", "POSSIBLY_PRESENT"})
Cells = Mapping[str, str]  # by label


def read_sheet(path: Path, schema: Schema, company: str) -> Gold:
    """One company's rows of a CSV, a row per facility.

    Rows of other companies, where a metadata column names them, are left out. NOT_FOUND and N/A
    are absence; an empty cell, or one that cannot be read as its field's type, is not labelled.
    Clauses are compared by their words. Deal-wide values are those of the first row that has them.

    Raises:
        UsageError: the file has none of the schema's columns, or no row of the company.
    """
    rows = _rows_of(company, _rows(path, schema), schema)
    if not rows:
        raise UsageError(f"{path}: no row of company {company!r}")
    read = [{spec.key: _cell(spec, row) for spec in schema.fields()} for row in rows]
    names = [row.get(schema.by_key[schema.entity.name_field].label, "").strip() for row in rows]
    deal = schema.of_scope(DEAL)
    return Gold(
        name=path.stem,
        documents=(),
        deal=_valued({spec.key: _first(spec.key, read) for spec in deal}),
        rows=tuple(
            GoldRow(
                names=(name or schema.entity.unnamed or schema.entity.label,),
                values=_valued({s.key: one[s.key] for s in schema.of_scope(schema.entity.key)}),
            )
            for name, one in zip(names, read, strict=True)
        ),
        absent=frozenset(),
        unscored=frozenset(),
    )


def _rows(path: Path, schema: Schema) -> list[Cells]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows: list[Cells] = [
                {k: v or "" for k, v in row.items() if k} for row in csv.DictReader(file)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read as CSV: {error}") from error
    labels = {spec.label for spec in schema.fields()}
    if not rows or not labels & rows[0].keys():
        raise UsageError(f"{path}: none of the columns of schema {schema.name}")
    return rows


def _rows_of(company: str, rows: Sequence[Cells], schema: Schema) -> list[Cells]:
    columns = [column.label for column in schema.columns if column.source == "company"]
    named = [label for label in columns if any(row.get(label) for row in rows)]
    if not named or len({row.get(named[0]) for row in rows}) == 1:
        return list(rows)
    return [row for row in rows if row.get(named[0]) == company]


def _cell(spec: FieldSpec, row: Cells) -> GoldValue | None:
    written = row.get(spec.label, "").strip()
    if written in ABSENT:
        return None
    try:
        value = normalise(spec, written).value
    except NotAValue:
        return UNSCORED
    if value is None:
        return UNSCORED
    if spec.type is FieldType.CLAUSE:
        return GoldValue(values=(value,), kind=Kind.CLAUSE, quotes=(written,))
    return GoldValue(values=(value, *_in_thousands(spec, value)))


def _in_thousands(spec: FieldSpec, value: JsonValue) -> tuple[JsonValue, ...]:
    """Sheets write thousands under a label with '000, and often whole units all the same."""
    if spec.type is not FieldType.AMOUNT or "'000" not in spec.label:
        return ()
    return ({**value, "amount": value["amount"] * 1000},)


def _first(key: str, rows: Sequence[Mapping[str, GoldValue | None]]) -> GoldValue | None:
    """The first row's value that is one; absence if any row says so; else not labelled."""
    values = [row[key] for row in rows]
    stated = next((value for value in values if value and value.values), None)
    return stated or (None if None in values else UNSCORED)


def _valued(cells: Mapping[str, GoldValue | None]) -> dict[str, GoldValue]:
    """Without what is absent, which a gold does not list."""
    return {key: value for key, value in cells.items() if value is not None}
