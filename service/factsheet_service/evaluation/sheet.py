"""A spreadsheet of expected values, under the schema's labels or their variants, as gold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from factsheet_schemas import DEAL, FieldSpec, FieldType, Schema
from factsheet_schemas.record import JsonValue

from factsheet_service.core.errors import UsageError
from factsheet_service.core.normalise import NotAValue, fold_name, normalise

from .gold import UNSCORED, Gold, GoldRow, GoldValue, Kind
from .grid import rows_under_labels
from .labels import OtherLabels, columns_of

SUFFIXES = (".csv", ".xlsx", ".xlsm")
ABSENT = frozenset({"NOT_FOUND", "N/A", "NOT_APPLICABLE", "POSSIBLY_PRESENT"})
WHOLE_UNITS = 10_000_000  # of an amount under '000: from here on it may be in whole units
Cells = Mapping[str, str]  # by field key or a metadata column's source


@dataclass(frozen=True, slots=True)
class SheetGold:
    """One company's rows as gold, and what is to be said of how the sheet was read."""

    gold: Gold
    warnings: tuple[str, ...] = ()


def read_sheet(
    path: Path, schema: Schema, company: str, others: OtherLabels | None = None
) -> SheetGold:
    """One company's rows of a CSV or XLSX, a row per facility.

    Rows of other companies, where a metadata column names them, are left out. NOT_FOUND and N/A
    are absence; an empty cell, or one that cannot be read as its field's type, is not labelled.
    Clauses are compared by their words. Deal-wide values are those of the first row that has them.
    ``others`` are the labels that stand for fields besides the schema's own.

    Raises:
        UsageError: the file cannot be read, has none of the columns, or no row of the company.
    """
    known = others or {}
    rows = rows_under_labels(path, lambda row: columns_of(row, schema, known).num_fields)
    columns = columns_of(rows[0] if rows else (), schema, known)
    cells = [{key: row.get(label, "") for label, key in columns.known.items()} for row in rows]
    own, warnings = _rows_of(company, cells)
    if not own:
        raise UsageError(f"{path}: no row of company {company!r}")
    if columns.unknown:
        warnings += (f"columns that are no fields: {', '.join(map(repr, columns.unknown))}",)
    return SheetGold(_gold(path.stem, own, schema), warnings)


def _rows_of(company: str, rows: Sequence[Cells]) -> tuple[list[Cells], tuple[str, ...]]:
    """The company's rows; all where the sheet is of one company, with a word if that has another
    name. A row that names none is of the company above it."""
    named, last = [], ""
    for row in rows:
        last = row.get("company", "") or last
        named.append((fold_name(last), row))
    names = {name for name, _ in named}
    mine = [row for name, row in named if name == fold_name(company)]
    if mine or len(names) > 1:
        return mine, ()
    is_other = bool(names - {""})
    return list(rows), (f"the sheet's company is {last!r}, not {company!r}",) if is_other else ()


def _gold(name: str, rows: Sequence[Cells], schema: Schema) -> Gold:
    read = [_read(row, schema) for row in rows]
    unnamed = schema.entity.unnamed or schema.entity.label
    return Gold(
        name=name,
        documents=(),
        deal=_valued({spec.key: _first(spec.key, read) for spec in schema.of_scope(DEAL)}),
        rows=tuple(
            GoldRow(
                names=(row.get(schema.entity.name_field) or unnamed,),
                values=_valued({s.key: one[s.key] for s in schema.of_scope(schema.entity.key)}),
            )
            for row, one in zip(rows, read, strict=True)
        ),
        absent=frozenset(),
        unscored=frozenset(),
    )


def _read(row: Cells, schema: Schema) -> dict[str, GoldValue | None]:
    """A row's cells; amounts that name no currency are in the row's own."""
    kinds = (FieldType.CURRENCY, FieldType.CURRENCY_LIST)
    column = next((spec for spec in schema.fields() if spec.type in kinds), None)
    named = _cell(column, row, ()) if column else None
    own = named.values[0] if named and named.values else ()
    currencies = (own,) if isinstance(own, str) else tuple(own)
    return {spec.key: _cell(spec, row, currencies) for spec in schema.fields()}


def _cell(spec: FieldSpec, row: Cells, currencies: Sequence[str]) -> GoldValue | None:
    written = row.get(spec.key, "").strip()
    if written.upper() in ABSENT:
        return None
    try:
        value = normalise(spec, written).value
    except NotAValue:
        return UNSCORED
    if value is None:
        return UNSCORED
    if spec.type is FieldType.CLAUSE:
        return GoldValue(values=(value,), kind=Kind.CLAUSE, quotes=(written,))
    if spec.type is not FieldType.AMOUNT:
        return GoldValue(values=(value,))
    amounts = [value, *({**value, "currency": one} for one in currencies if not value["currency"])]
    return GoldValue(values=tuple(one for each in amounts for one in _in_units(spec, each)))


def _in_units(spec: FieldSpec, value: JsonValue) -> tuple[JsonValue, ...]:
    """An amount under a label with '000 is in thousands; a large one may be in whole units too."""
    if "'000" not in spec.label:
        return (value,)
    thousands = {**value, "amount": value["amount"] * 1000}
    return (value, thousands) if abs(value["amount"]) >= WHOLE_UNITS else (thousands,)


def _first(key: str, rows: Sequence[Mapping[str, GoldValue | None]]) -> GoldValue | None:
    """The first row's value that is one; absence if any row says so; else not labelled."""
    values = [row[key] for row in rows]
    stated = next((value for value in values if value and value.values), None)
    return stated or (None if None in values else UNSCORED)


def _valued(cells: Mapping[str, GoldValue | None]) -> dict[str, GoldValue]:
    """Without what is absent, which a gold does not list."""
    return {key: value for key, value in cells.items() if value is not None}
