"""Tables with a row's name above each column: whose column a value stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from factsheet_schemas import FieldSpec
from factsheet_schemas.record import JsonValue

from factsheet_service.core.document import Line, Window
from factsheet_service.core.lines import fold
from factsheet_service.core.normalise import agrees

_CELL_END = re.compile(r"\s*\|\s*|\t+|\s{3,}")
LEAST_COLUMNS = 2  # that a header names rows above


def is_in_anothers_column(
    spec: FieldSpec, value: JsonValue, names: Sequence[str], window: Window, lines: Sequence[int]
) -> bool:
    """Whether a cited table row has the value in the column of another row than those named, and
    another value in theirs.

    A header that does not name the rows, or a row with other cells than the header, says nothing.
    """
    if not names:
        return False
    rows = [window.lines[n - 1] for n in lines if 1 <= n <= len(window.lines)]
    found = [is_own for line in rows for is_own in _own(spec, value, names, window, line)]
    return bool(found) and not any(found)


def _own(
    spec: FieldSpec, value: JsonValue, names: Sequence[str], window: Window, line: Line
) -> Iterator[bool]:
    """For each cited row that has the value: whether it stands in a column of the names."""
    header = _header(names, window, line) if line.is_table else None
    cells = _cells(window, line)
    if header is None or len(header) != len(cells) or not _has(spec, value, cells):
        return
    own = [cell for title, cell in zip(header, cells, strict=True) if _titled(names, title)]
    yield not own or _has(spec, value, own)


def _has(spec: FieldSpec, value: JsonValue, cells: Sequence[str]) -> bool:
    return any(agrees(spec, value, cell) for cell in cells)


def _header(names: Sequence[str], window: Window, line: Line) -> list[str] | None:
    """The cells of the nearest table row above that has the names over some of its columns."""
    for above in reversed(window.lines[: line.number - 1]):
        if not above.is_table:
            break
        cells = _cells(window, above)
        if _is_header(names, cells):
            return cells
    cut = _CELL_END.split(window.table_header.strip()) if window.table_header else []
    return cut if _is_header(names, cut) else None


def _is_header(names: Sequence[str], cells: Sequence[str]) -> bool:
    titled = [cell for cell in cells if _titled(names, cell)]
    others = [cell for cell in cells[1:] if cell.strip() and cell not in titled]
    return bool(titled) and cells[0] not in titled and len(titled) + len(others) >= LEAST_COLUMNS


def _titled(names: Sequence[str], title: str) -> bool:
    """Whether a column's title has one of the names in whole words."""
    words = f" {fold(title).casefold()} "
    return any(
        re.search(rf"(?<!\w){re.escape(fold(name).casefold())}(?!\w)", words) is not None
        for name in names
        if name.strip()
    )


def _cells(window: Window, line: Line) -> list[str]:
    """A table row's cells, as the document parts them."""
    text = window.document.text[line.start : line.end].strip()
    return _CELL_END.split(text)
