"""XLSX: a page per sheet, a line per row, each cell with the value shown and the value stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from factsheet_service.documents.child import File
from factsheet_service.documents.frames import CellAt, Frame, Note, PageText
from factsheet_service.documents.limits import ReadLimits

from .cell_format import shown
from .cutting import cut_to
from .html import CELL_JOINT


def read(file: File, limits: ReadLimits) -> Iterator[Frame]:
    """Every sheet; formulas by their stored results."""
    sheets = _sheets(file, data_only=True)
    if len(sheets) > limits.max_pages:
        yield cut_to(limits.max_pages, len(sheets), "sheets")
    for number, sheet in enumerate(sheets[: limits.max_pages], 1):
        yield _sheet_page(number, sheet, limits.max_chars)
    yield from _without_result(file)


def _sheets(file: File, *, data_only: bool) -> list[Any]:
    """The sheets with their formulas, or (``data_only``) the formulas' stored results."""
    content = BytesIO(file.content)
    sheets = openpyxl.load_workbook(content, read_only=True, data_only=data_only).worksheets
    for sheet in sheets:
        # The stated size may be the largest possible, whose empty cells would take for ever.
        sheet.reset_dimensions()
    return sheets


def _sheet_page(number: int, sheet: Worksheet, max_chars: int) -> PageText:
    lines: list[str] = []
    cells: list[CellAt] = []
    offset = 0
    for row in sheet.iter_rows():
        line, at = _row(sheet.title, row, offset)
        if line:
            lines.append(line)
            cells += at
            offset += len(line) + 1
        if offset > max_chars:
            break
    return PageText("\n".join(lines), number, sheet.title, tuple(cells))


def _row(sheet: str, row: Sequence[Any], offset: int) -> tuple[str, list[CellAt]]:
    texts: list[str] = []
    cells: list[CellAt] = []
    for cell in row:
        text = (
            shown(cell.value, getattr(cell, "number_format", None))
            if cell.value is not None
            else ""
        )
        if text:
            place = f"{sheet}!{get_column_letter(cell.column)}{cell.row}"
            cells.append(CellAt(place, offset, offset + len(text), str(cell.value)))
            offset += len(text) + len(CELL_JOINT)
            texts.append(text)
    return CELL_JOINT.join(texts), cells


def _without_result(file: File) -> Iterator[Frame]:
    """A note on formulas whose result the file does not hold (no program ever computed them)."""
    sheets = zip(_sheets(file, data_only=False), _sheets(file, data_only=True), strict=True)
    missing = sum(
        formula.data_type == "f" and result.value is None
        for formulas, results in sheets
        for rows in zip(formulas.iter_rows(), results.iter_rows(), strict=True)
        for formula, result in zip(*rows, strict=True)
    )
    if missing:
        yield Note(f"{missing} formula{'s have' if missing > 1 else ' has'} no stored result")
