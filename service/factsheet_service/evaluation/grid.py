"""The cells of a CSV file or an XLSX workbook as text, under the labels of their columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from factsheet_service.core.errors import UsageError

DEEPEST_HEADER = 12  # rows above the labels, at most
Row = Mapping[str, str]  # by label
Grid = Sequence[Sequence[str]]


def rows_under_labels(path: Path, num_known: Callable[[Sequence[str]], int]) -> list[Row]:
    """The rows of the sheet with most known labels, each cell under its label; empty rows left out.

    ``num_known`` says of a row how many labels it has; the row with most is the header.

    Raises:
        UsageError: the file cannot be read, or no row has a label that is known.
    """
    best: tuple[int, Grid] = (0, ())
    for grid in _grids(path):
        for at, row in enumerate(grid[:DEEPEST_HEADER]):
            if (num := num_known(row)) > best[0]:
                best = (num, grid[at:])
    if not best[0]:
        raise UsageError(f"{path}: none of the columns that the schema has")
    header, *body = best[1]
    return [dict(zip(header, row, strict=False)) for row in body if any(row)]


def _grids(path: Path) -> list[Grid]:
    try:
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            return list(_sheets(path))
        return [_csv(path)]
    except (OSError, csv.Error, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as a sheet: {error}") from error


def _csv(path: Path) -> Grid:
    """Comma, semicolon or tab, as spreadsheets write in different countries."""
    text = _decoded(path.read_bytes())
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    return [
        [cell.strip() for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    ]


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def _sheets(path: Path) -> Iterator[Grid]:
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            yield [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    finally:
        book.close()


def _text(cell: Cell | MergedCell | ReadOnlyCell | EmptyCell) -> str:
    """A cell as one reads it: percentages with their sign, dates as ISO, no trailing zeros."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        is_share = "%" in (cell.number_format or "")
        return f"{100 * value:.10g}%" if is_share else f"{value:.15g}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()
