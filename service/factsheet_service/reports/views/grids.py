"""The grid that a value is one level of: the rows of the table that its evidence is a part of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factsheet_schemas import Evidence, FieldType

from factsheet_service.core.document import Document
from factsheet_service.core.normalise.dates import find_dates
from factsheet_service.core.normalise.figures import find_percents, find_ratios
from factsheet_service.core.normalise.numbers import nearly
from factsheet_service.core.reconcile.evidence import evidence
from factsheet_service.reports.cells import one_line

MOST_ROWS = 40
_FIGURE = r"\d[\d.,]*\s*(?:%|per\s+cent\.?|percent|bps|x|:\s*1)?"
_LAST = re.compile(rf"{_FIGURE}\s*$", re.IGNORECASE)
_ONLY = re.compile(rf"\s*{_FIGURE}(?:\s+per\s+annum|\s+p\.a\.)?\s*", re.IGNORECASE)
_RANGE = re.compile(
    r"[<>≤≥]|\b(?:less|greater|more|below|above|exceed\w*|at\s+least|up\s+to|until|before|after"
    r"|from|to|category|level|tier)\b",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    r"\b(?:to|until|till|through|before)(?:\s+and\s+including|\s+but\s+excluding)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Level:
    """One row of a grid: when it holds, from which date if it says, and the level."""

    when: str
    starts: str | None
    value: float
    row: Evidence


@dataclass(frozen=True, slots=True)
class _Row:
    when: str
    figures: tuple[float, ...]  # at its end, in order
    evidence: Evidence

    def level(self, column: int) -> Level:
        dates = [d for d in find_dates(self.when) if not _UP_TO.search(self.when, 0, d.start)]
        starts = str(dates[0].wire["date"]) if dates else None
        return Level(self.when, starts, self.figures[-column], self.evidence)


def grid(document: Document, cited: Evidence, value: float, kind: FieldType) -> list[Level]:
    """The levels of the column in which a cited row has the value; empty where there is none.

    What stands before a row's figures says when they hold.
    """
    lines = (evidence(document, span) for span in _lines(document.text, cited))
    rows = [row for line in lines if (row := _row(line, kind))]
    column = _column((row for row in rows if _overlaps(row.evidence, cited)), value)
    return [row.level(column) for row in rows if len(row.figures) >= column] if column else []


def _column(rows: Iterable[_Row], value: float) -> int:
    """Which figure from the right is the value in one of the rows; 0 where none is."""
    for row in rows:
        for column, figure in enumerate(reversed(row.figures), start=1):
            if nearly(figure, value):
                return column
    return 0


def _overlaps(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


def _lines(text: str, cited: Evidence) -> list[tuple[int, int]]:
    """The neighbouring lines of text, with those cited, that end in a figure."""
    start = _first_line(text, cited.start)
    found: list[tuple[int, int]] = []
    while start < len(text) and len(found) < MOST_ROWS:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if _ends_in_figure(text[start:end]):
            found.append((start, end))
        elif start >= cited.end:
            break
        start = end + 1
    return found


def _first_line(text: str, offset: int) -> int:
    """Where the first of the lines above begins that all end in a figure."""
    start = text.rfind("\n", 0, offset) + 1
    while start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        if not _ends_in_figure(text[above : start - 1]):
            break
        start = above
    return start


def _ends_in_figure(line: str) -> bool:
    """Whether a line has words or a date, and a figure at its end."""
    last = _LAST.search(line)
    return last is not None and bool(re.search(r"[^\W\d_]{2}|\d{4}", line[: last.start()]))


def _row(line: Evidence, kind: FieldType) -> _Row | None:
    """A line as a row, if it says by a date or a range when its figures hold."""
    when, written = _parted(line.quote)
    read = find_percents if kind is FieldType.PERCENT else find_ratios
    figures = [found[-1].value for one in written if (found := read(one))]
    says_when = bool(find_dates(when) or _RANGE.search(when))
    is_whole = len(figures) == len(written) > 0
    return _Row(when, tuple(figures), line) if says_when and is_whole else None


def _parted(line: str) -> tuple[str, Sequence[str]]:
    """What a line says first, and the figures behind it: its last cells, or its last words."""
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    num_figures = 0
    while num_figures < len(cells) - 1 and _ONLY.fullmatch(cells[-1 - num_figures]):
        num_figures += 1
    if num_figures:
        return one_line(" | ".join(cells[:-num_figures])), cells[-num_figures:]
    last = _LAST.search(line)
    if last is None:
        return one_line(line), ()
    return one_line(line[: last.start()]).strip(" :-–"), (last.group(),)
