"""What an answer cites, as stretches of its document: lines, the unit above a table, a quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factsheet_schemas import FieldSpec

from factsheet_service.core.alignment import aligner_of
from factsheet_service.core.document import Line, Window
from factsheet_service.core.normalise import states_unit
from factsheet_service.core.questions import Row

MOST_ABOVE = 4  # lines before a table that may say its unit

Span = tuple[int, int]


def cited(window: Window, row: Row) -> tuple[Span, ...]:
    """The stretches that a row rests on, in document offsets; empty where it cites nothing."""
    return row.spans or spans_of(window, row.lines) or quoted(window, row.quote)


def cited_with_unit(window: Window, spec: FieldSpec, row: Row) -> tuple[Span, ...]:
    """The same, and with figures of a table the line that says what they are in."""
    lines = {number for number in row.lines if 1 <= number <= len(window.lines)}
    above = () if row.spans or not lines else tuple(_unit_lines(window, spec, lines))
    return (*cited(window, row), *spans_of(window, above))


def spans_of(window: Window, lines: Sequence[int]) -> tuple[Span, ...]:
    """The offsets of cited lines; neighbouring lines become one span, unless text between them was
    left out."""
    cut = {number for number, _ in window.gaps}
    spans: list[Span] = []
    previous = 0
    for number in sorted({n for n in lines if 1 <= n <= len(window.lines)}):
        line = window.lines[number - 1]
        if spans and number == previous + 1 and number not in cut:
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
        previous = number
    return tuple(spans)


def quoted(window: Window, quote: str) -> tuple[Span, ...]:
    """Where a quote that an engine wrote itself stands in its window; empty where it doesn't."""
    if not quote:
        return ()
    found = aligner_of(window.document.text[window.start : window.end]).find_all(quote)
    places = ((window.start + start, window.start + end) for start, end in found)
    return tuple(place for place in places if window.shows(*place))


def _unit_lines(window: Window, spec: FieldSpec, lines: set[int]) -> Iterator[int]:
    """The nearest line above a cited table row that says its unit, if the cited ones don't."""
    rows = [number for number in lines if window.lines[number - 1].is_table]
    stated = " ".join(window.lines[number - 1].text for number in rows)
    if not rows or states_unit(spec.type, stated, figures=True):
        return
    for line in _above(window, min(rows)):
        if line.number not in lines and states_unit(spec.type, line.text):
            yield line.number
            return


def _above(window: Window, row: int) -> Iterator[Line]:
    """The lines above a table's row, nearest first: rows of the table, then those before it."""
    num_before = 0
    for line in reversed(window.lines[: row - 1]):
        num_before += not line.is_table
        if num_before > MOST_ABOVE or (num_before and line.is_table):
            return
        yield line
