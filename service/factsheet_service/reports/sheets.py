"""Records as CSV and as an XLSX workbook with their evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from factsheet_schemas import FacilityRecord, FieldSpec, FieldValue, Record, Schema
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .cells import inert, one_line, shown, value_in
from .rows import header, rows

Row = Sequence[str | int | float | None]
LONGEST_CELL = 32_767  # characters, Excel's own limit
EVIDENCE_HEADER = (
    "Facility", "Field", "Value", "Status", "Confidence", "Document", "Page", "Quote",
)  # fmt: skip
DOCUMENTS_HEADER = ("Document", "Status", "Reason", "Role", "Date", "Pages", "SHA-256")
WARNINGS_HEADER = ("Kind", "Facility", "Field", "Message")


def csv_bytes(records: Sequence[Record], schema: Schema) -> bytes:
    """One header, then a row per facility; UTF-8 with the mark by which Excel knows it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([inert(label) for label in header(schema)])
    for record in records:
        writer.writerows([inert(one_line(cell)) for cell in row] for row in rows(record, schema))
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(record: Record, schema: Schema) -> bytes:
    """A workbook of four sheets: Facilities, Evidence, Documents, Warnings."""
    book = Workbook(write_only=True)
    _fill(book.create_sheet("Facilities"), header(schema), rows(record, schema))
    _fill(book.create_sheet("Evidence"), EVIDENCE_HEADER, evidence_rows(record, schema))
    _fill(book.create_sheet("Documents"), DOCUMENTS_HEADER, document_rows(record))
    _fill(book.create_sheet("Warnings"), WARNINGS_HEADER, warning_rows(record, schema))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: WriteOnlyWorksheet, labels: Sequence[str], body: Sequence[Row]) -> None:
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, label, is_bold=True) for label in labels])
    for row in body:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: WriteOnlyWorksheet, value: str | float | None, *, is_bold: bool = False) -> Cell:
    """A cell; text is typed as text, so that none of it is ever run as a formula."""
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=_storable(value))
        cell.data_type = "s"
    else:
        cell = WriteOnlyCell(sheet, value=value)
    if is_bold:
        cell.font = Font(bold=True)
    return cell


def _storable(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub(" ", text)[:LONGEST_CELL]


def evidence_rows(record: Record, schema: Schema) -> list[Row]:
    """One row per piece of evidence, or one per value without any: the deal's, then each row's."""
    deal = [row for spec in schema.fields() for row in _evidence_of(record, None, spec)]
    own = [
        row
        for facility in record.facilities
        for spec in schema.fields()
        if spec.key in facility.fields
        for row in _evidence_of(record, facility, spec)
    ]
    return [*deal, *own]


def _evidence_of(record: Record, facility: FacilityRecord | None, spec: FieldSpec) -> Iterator[Row]:
    if facility is None and spec.key not in record.deal:
        return
    value = value_in(record, facility, spec)
    name = facility.name if facility else ""
    start = (name, spec.label, shown(spec, value), value.status.value, value.confidence)
    for one in value.evidence:
        yield (*start, one.document_name, one.place or one.page, one.quote)
    if not value.evidence:
        yield (*start, None, None, _why(value))


def _why(value: FieldValue) -> str | None:
    return f"({value.reason})" if value.reason else None


def document_rows(record: Record) -> list[Row]:
    """One row per file, read or not."""
    return [
        (d.name, d.status.value, d.reason, d.role, d.date, d.pages, d.sha256)
        for d in record.documents
    ]


def warning_rows(record: Record, schema: Schema) -> list[Row]:
    """Conflicts and warnings."""
    conflicts: list[Row] = [
        ("conflict", one.facility, _label(one.field, schema), one.message)
        for one in record.conflicts
    ]
    return [*conflicts, *(("warning", None, None, message) for message in record.warnings)]


def _label(key: str, schema: Schema) -> str:
    return schema.by_key[key].label if key in schema.by_key else key
