"""What changed between two runs, as a table and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from factsheet_schemas import FieldSpec, FieldType, FieldValue, RecordDiff, Schema
from factsheet_schemas.diff import CellChange, Change
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .cells import inert, one_line, place, shortened, shown
from .tables import plain_table

NONE = "–"
LONGEST_VALUE, LONGEST_QUOTE = 60, 70
STYLES = {Change.ADDED: "green", Change.REMOVED: "red"}
CSV_HEADER = (
    *("Kind", "Change", "Facility", "Field", "Old value", "Old status", "New value", "New status"),
    *("Reason", "Document", "Page", "Quote"),
)


def diff_tables(diff: RecordDiff, schema: Schema) -> RenderableType:
    """The documents and rows that came and went, then every cell with old, new and why."""
    parts: list[RenderableType] = [Text(_title(diff), style="bold")]
    parts += [Text.assemble((f"{kind} ", "bold"), line) for kind, line in _others(diff)]
    if diff.cells:
        parts.append(_table(diff, schema))
    if diff.is_empty:
        parts.append(Text("nothing changed"))
    return Group(*parts)


def _title(diff: RecordDiff) -> str:
    names = dict.fromkeys((diff.old.company, diff.new.company))
    return f"{', then '.join(names)}: from {diff.old.id} to {diff.new.id}"


def _others(diff: RecordDiff) -> Iterator[tuple[str, str]]:
    for one in diff.documents:
        yield "document", f"{one.change.value}: {one.name}"
    for row in diff.rows:
        name = f"{row.old} → {row.new}" if row.old and row.new else row.old or row.new or ""
        yield "row", f"{row.change.value}: {name}"


def _table(diff: RecordDiff, schema: Schema) -> Table:
    table = plain_table()
    for name, ratio in (("Field", 3), ("Old", 3), ("New", 3), ("Why, and where", 5)):
        table.add_column(name, ratio=ratio)
    for cell in diff.cells:
        spec = schema.by_key.get(cell.field)
        label = spec.label if spec else cell.field
        table.add_row(
            Text.assemble(label, (f"\n{cell.row}" if cell.row else "", "dim")),
            Text(_said(spec, cell.old)),
            Text(_said(spec, cell.new), style=STYLES.get(cell.change, "bold")),
            _why(cell),
        )
    return table


def _said(spec: FieldSpec | None, cell: FieldValue) -> str:
    """The value with its status, where that is not PRESENT."""
    value = shortened(_shown(spec, cell), LONGEST_VALUE) or NONE
    return value if cell.status.value == "PRESENT" else f"{value} ({cell.status.value})"


def _shown(spec: FieldSpec | None, cell: FieldValue) -> str:
    """The value as analysts write it, a list's levels behind it."""
    if cell.value is None:
        return ""
    value = shown(spec, cell) if spec else str(cell.value)
    has_steps = cell.qualifiers.steps and spec and spec.type is not FieldType.SCHEDULE
    return f"{value} and {len(cell.qualifiers.steps)} steps" if has_steps else value


def _why(cell: CellChange) -> Text:
    evidence = (cell.new.evidence or cell.old.evidence)[:1]
    lines = [(f"{cell.reason}\n", "")] if cell.reason else []
    for one in evidence:
        lines += [(place(one, 40), "cyan"), (f"\n“{shortened(one.quote, LONGEST_QUOTE)}”", "dim")]
    return Text.assemble(*lines)


def diff_csv(diff: RecordDiff, schema: Schema) -> bytes:
    """One row per change; UTF-8 with the mark by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(CSV_HEADER)
    writer.writerows([inert(one_line(cell)) for cell in row] for row in _csv_rows(diff, schema))
    return text.getvalue().encode("utf-8-sig")


def _csv_rows(diff: RecordDiff, schema: Schema) -> Iterator[tuple[str, ...]]:
    for one in diff.documents:
        yield ("document", one.change.value, "", "", "", "", "", "", "", one.name, "", "")
    for row in diff.rows:
        name = row.new or row.old or ""
        old, new = row.old or "", row.new or ""
        yield ("row", row.change.value, name, "", old, "", new, "", "", "", "", "")
    for cell in diff.cells:
        yield _csv_cell(cell, schema.by_key.get(cell.field))


def _csv_cell(cell: CellChange, spec: FieldSpec | None) -> tuple[str, ...]:
    evidence = next(iter((*cell.new.evidence, *cell.old.evidence)), None)
    where = ("", "", "")
    if evidence:
        page = evidence.place or (str(evidence.page) if evidence.page else "")
        where = (evidence.document_name, page, evidence.quote)
    return (
        *("cell", cell.change.value, cell.row or "", spec.label if spec else cell.field),
        *(_shown(spec, cell.old), cell.old.status.value),
        *(_shown(spec, cell.new), cell.new.status.value, cell.reason or ""),
        *where,
    )
