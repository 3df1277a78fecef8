"""Grids: rows of figures under column heads, as in a definition of a margin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factsheet_schemas import FieldSpec
from factsheet_schemas.lexicon import GridFinder

from .flat import Span
from .material import Candidate, Material, compiled
from .quantities import Found

LINE_HEAD = 30  # how far before a row its own head may stand
HEADER = 260  # how far above the first row its heads may stand
SHARED = re.compile(r"^[^|]{0,14}/[^|]{0,4}$")
GAP = re.compile(r"[\s|]{0,6}(?:per annum)?[\s|]{0,4}")


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row: what stands before its figures, and the figures."""

    label: str
    cells: tuple[Found, ...]


def find_grids(spec: FieldSpec, finder: GridFinder, material: Material) -> Iterator[Candidate]:
    """The column's level in force at closing where stated, else its highest (or as chosen)."""
    for region in _regions(finder, material):
        rows = _rows(spec, finder, material, region)
        if not rows:
            continue
        line = _line(finder, rows)
        if line is not None:
            pick = min if finder.choose == "min" else max
            cell = pick(line.cells, key=lambda found: found.number or 0.0)
            yield from material.candidate(
                spec, finder, cell.value, ((line.cells[0].start, line.cells[-1].end),)
            )
            continue
        column = None if _is_lying(finder, rows) else _column(finder, material, region, rows)
        if column is None:
            continue
        row, rule = _row(finder, material, region, rows, column)
        cell = row.cells[column]
        qualifiers = {"rule": rule, "steps": _steps(rows, column)}
        yield from material.candidate(
            spec,
            finder,
            cell.value,
            ((row.cells[0].start, row.cells[-1].end),),
            (region[0], cell.end),
            qualifiers=qualifiers,
        )


def _is_lying(finder: GridFinder, rows: list[GridRow]) -> bool:
    """Whether the heads stand before the rows rather than above the columns."""
    tails = [row.label[-LINE_HEAD:] for row in rows]
    heads = {p for p in finder.columns for tail in tails if compiled(p).search(tail)}
    return len(heads) > 1


def _line(finder: GridFinder, rows: list[GridRow]) -> GridRow | None:
    """The wanted row of a grid that lies on its side."""
    if not _is_lying(finder, rows):
        return None
    own = compiled(finder.column)
    return next((row for row in rows if own.search(row.label[-LINE_HEAD:])), None)


def _regions(finder: GridFinder, material: Material) -> Iterator[Span]:
    for pattern in finder.terms:
        for definition in material.definitions.matching(compiled(f"(?:{pattern})")):
            if not definition.is_inline:
                end = min(definition.body[1], definition.body[0] + finder.reach)
                yield definition.start, end
    for pattern in finder.titles:
        for match in material.matches(pattern, finder):
            yield match.start(), min(len(material.flat.text), match.end() + finder.reach)


def _rows(spec: FieldSpec, finder: GridFinder, material: Material, region: Span) -> list[GridRow]:
    """Runs of figures; the widest width that stands at least twice makes the grid."""
    runs: list[list[Found]] = []
    for found in material.values(spec, finder, region):
        gap = material.flat.text[runs[-1][-1].end : found.start] if runs else None
        if gap is not None and GAP.fullmatch(gap):
            runs[-1].append(found)
        else:
            runs.append([found])
    widths = [len(run) for run in runs]
    width = max((w for w in set(widths) if widths.count(w) > 1 and w > 1), default=None)
    rows, last = [], region[0]
    for run in runs:
        if len(run) == width:
            rows.append(
                GridRow(
                    material.flat.text[max(last, run[0].start - 140) : run[0].start], tuple(run)
                )
            )
        last = run[-1].end
    return rows


def _column(
    finder: GridFinder, material: Material, region: Span, rows: list[GridRow]
) -> int | None:
    first = rows[0].cells[0].start
    header = material.flat.text[max(region[0], first - HEADER) : first]
    order = _heads(finder, header)
    if len(order) == len(rows[0].cells) and order.count(True) == 1:
        return order.index(True)
    return None


def _heads(finder: GridFinder, header: str) -> list[bool]:
    """For each column head whether it is the wanted one; "A / B" is one head."""
    found = []
    for pattern in finder.columns:
        last = list(compiled(pattern).finditer(header))[-1:]
        found += [(match.start(), match.end(), pattern == finder.column) for match in last]
    heads: list[tuple[int, bool]] = []
    for start, end, is_own in sorted(found):
        if heads and SHARED.search(header[heads[-1][0] : start]):
            heads[-1] = (end, heads[-1][1] or is_own)
        else:
            heads.append((end, is_own))
    return [is_own for _, is_own in heads]


def _row(
    finder: GridFinder, material: Material, region: Span, rows: list[GridRow], column: int
) -> tuple[GridRow, str]:
    text = material.flat.text[region[0] : region[1]]
    closings = (compiled(pattern).search(text) for pattern in finder.closing)
    closing = next((found for found in closings if found), None)
    if closing:
        level = re.compile(rf"(?<![\w.]){re.escape(closing['level'])}(?![\w.,%])")
        for row in reversed(rows):  # the words above the grid belong to the first row's label
            if level.search(row.label):
                return row, "level at closing"
    pick = min if finder.choose == "min" else max
    return pick(rows, key=lambda row: row.cells[column].number or 0.0), "highest level"


def _steps(rows: list[GridRow], column: int) -> tuple[dict[str, object], ...]:
    return tuple(
        {"condition": row.label.strip(" |-=")[-80:], "value": row.cells[column].number}
        for row in rows[:12]
    )
