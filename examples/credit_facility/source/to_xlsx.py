"""Sets headings and tables as a workbook: each `##` heading opens a sheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from markup import Block
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet


def write(blocks: list[Block], date: datetime, path: Path) -> None:
    """Write the workbook, its date of creation fixed."""
    book = Workbook()
    book.remove(book.active)
    for block in blocks:
        if block.kind == "clause":
            book.create_sheet(block.text)
        else:
            _add(book.worksheets[-1], block)
    book.properties.creator = ""
    book.properties.created = date
    book.save(str(path))


def _add(sheet: Worksheet, block: Block) -> None:
    if block.kind != "table":
        sheet.append([block.text])
        return
    for number, cells in enumerate(block.rows):
        sheet.append([_cell(words) for words in cells])
        if number == 0:
            _mark_header(sheet)


def _mark_header(sheet: Worksheet) -> None:
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 26


def _cell(words: str) -> str | float:
    """Numbers become numbers, with thousands separators taken out; the rest stays text."""
    try:
        return float(words.replace(",", ""))
    except ValueError:
        return words
