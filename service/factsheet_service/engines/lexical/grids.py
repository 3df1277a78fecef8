"""Grids: rows of figures under column heads, as in a definition of a margin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from factsheet_schemas import FieldSpec
from factsheet_schemas.lexicon import GridFinder

from .flat import Span
from .material import Candidate, Material, compiled
from .mentions import Mention
from .quantities import Found
from .tables import BASIS_POINTS, TableRow, column_heads, header_of, rows_of

LINE_HEAD = 30  # how far before a row its own head may stand where its line has none
SHORT = 3
HEADER = 260  # how far above the first row its heads may stand
SHARED = re.compile(r"^[^|]{0,14}/[^|]{0,4}$")
JOINED = re.compile(r"^[^|]{0,16}(?:[/+&]|\band\b|\bor\b) ?(?:for |standby )?$", re.I)
PERIOD = re.compile(
    r"\b(?:from|until|to|after|year)\b.*(?:anniversary|20\d\d|year|close|date)", re.I
)
BY_TIME = re.compile(
    r"\b(?:from|until|thereafter|after|years?|through)\b.*\b(?:20\d\d|anniversary|date)", re.I
)
LEVELS = re.compile(r"(?:(?:pricing )?(?:level|tier|category|status) )(?P<level>[IVX]+|\d)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of a region and what stands above them."""

    rows: list[TableRow]
    region: Span
    header: Span


@dataclass(frozen=True, slots=True)
class _Pick:
    """A figure that counts, its row, the entities of its row or column, and why it counts."""

    cell: Found
    row: TableRow
    entities: tuple[int, ...]
    qualifiers: Mapping[str, Any]


def find_grids(spec: FieldSpec, finder: GridFinder, material: Material) -> Iterator[Candidate]:
    """The column's level in force at closing where stated, else its highest (or as chosen)."""
    for region in _regions(finder, material):
        found = material.values(spec, finder, region)
        rows = rows_of(material.flat, found, region)
        if not rows:
            continue
        grid = _Grid(rows, region, header_of(material.flat, rows, region))
        level = _closing_level(finder, material, region)
        picks = (
            list(_from_lines(finder, material, grid, level))
            or list(_from_entities(finder, material, grid))
            or list(_from_columns(finder, material, grid, level))
        )
        for pick in picks:
            yield from _candidates(spec, finder, material, grid, pick, len(picks))


def _candidates(
    spec: FieldSpec,
    finder: GridFinder,
    material: Material,
    grid: _Grid,
    pick: _Pick,
    num_picks: int,
) -> Iterator[Candidate]:
    spans = [pick.row.span, *_unit(material, grid, pick.cell)]
    if pick.entities and num_picks > 1:
        yield from material.candidate_of(
            spec, finder, pick.cell.value, spans, pick.entities, pick.qualifiers
        )
        return
    yield from material.candidate(
        spec,
        finder,
        pick.cell.value,
        spans,
        (grid.region[0], pick.cell.end),
        qualifiers=pick.qualifiers,
    )


def _unit(material: Material, grid: _Grid, cell: Found) -> Iterator[Span]:
    """Where the unit of bare figures stands."""
    if material.flat.text[cell.start : cell.end][-1].isdigit():
        pattern = BASIS_POINTS if _is_scaled(material, cell) else compiled("%|per ?cent")
        said = pattern.search(material.flat.text, *grid.region)
        if said:
            yield said.span()


def _is_scaled(material: Material, cell: Found) -> bool:
    return float(material.flat.text[cell.start : cell.end]) != cell.number


def _regions(finder: GridFinder, material: Material) -> Iterator[Span]:
    for pattern in finder.terms:
        for definition in material.definitions.matching(compiled(f"(?:{pattern})")):
            if not definition.is_inline:
                end = min(definition.body[1], definition.body[0] + finder.reach)
                yield definition.start, end
    for pattern in finder.titles:
        for match in material.matches(pattern, finder):
            yield match.start(), min(len(material.flat.text), match.end() + finder.reach)


def _closing_level(finder: GridFinder, material: Material, region: Span) -> str | None:
    text = material.flat.text[slice(*region)]
    closings = (compiled(pattern).search(text) for pattern in finder.closing)
    found = next((found for found in closings if found), None)
    return found["level"] if found else None


def _from_lines(
    finder: GridFinder, material: Material, grid: _Grid, level: str | None
) -> Iterator[_Pick]:
    """The wanted rows of a grid that lies on its side: its levels are columns."""
    text = material.flat.text
    tails = [_tail(material, row) for row in grid.rows]
    heads = {p for p in finder.columns for tail in tails if compiled(p).search(tail)}
    if len(heads) < 2:
        return
    own = compiled(finder.column)
    levels = [match["level"] for match in LEVELS.finditer(text, *grid.header)]
    for row, tail in zip(grid.rows, tails, strict=True):
        if not own.search(tail):
            continue
        place = levels.index(level) if level in levels[: len(row.cells)] else None
        cell = _best(finder, row.cells) if place is None else row.cells[place]
        start = row.cells[0].start - len(tail)
        rule = "highest level" if place is None else "level at closing"
        entities = _entities(material, (start, row.cells[0].start))
        yield _Pick(cell, row, entities, {"rule": rule})


def _entities(material: Material, span: Span) -> tuple[int, ...]:
    return tuple(dict.fromkeys(mention.entity for mention in material.entities.within(span)))


def _from_entities(finder: GridFinder, material: Material, grid: _Grid) -> Iterator[_Pick]:
    """The first figure of each entity's row, where the columns are periods."""
    if not finder.by_entity or not PERIOD.search(material.flat.text, *grid.header):
        return
    for row, entities in _entity_rows(material, grid):
        yield _Pick(row.cells[0], row, entities, {"rule": "level at closing"})


def _tail(material: Material, row: TableRow) -> str:
    """The words before a row's figures on their line; those before where the line has none."""
    first = row.cells[0].start
    start = max(row.label_start, material.flat.line(first)[0])
    start = start if first - start > SHORT else max(row.label_start, first - LINE_HEAD)
    return material.flat.text[start:first]


def _best(finder: GridFinder, cells: tuple[Found, ...]) -> Found:
    pick = min if finder.choose == "min" else max
    return pick(cells, key=lambda found: found.number or 0.0)


def _from_columns(
    finder: GridFinder, material: Material, grid: _Grid, level: str | None
) -> Iterator[_Pick]:
    rows = _entity_rows(material, grid)
    for column, entities in _columns(finder, material, grid):
        if rows:
            for row, own in rows:
                yield _Pick(row.cells[column], row, own, {"rule": "the row's own"})
            continue
        row, rule = _row(finder, material, grid, column, level)
        steps = _steps(material, grid.rows, column)
        yield _Pick(row.cells[column], row, entities, {"rule": rule, "steps": steps})


def _entity_rows(material: Material, grid: _Grid) -> list[tuple[TableRow, tuple[int, ...]]]:
    """The rows with the entities that they are of; empty where they are of none."""
    rows = []
    for row in grid.rows:
        end = row.cells[0].start
        rows.append((row, _entities(material, (end - len(_tail(material, row)), end))))
    named = [entities for _, entities in rows]
    return rows if all(named) and len(set(named)) > 1 else []


def _columns(
    finder: GridFinder, material: Material, grid: _Grid
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The wanted columns with the entities that their heads name."""
    heads = column_heads(material.flat, grid.rows, grid.header)
    if heads is None:
        yield from _by_order(finder, material, grid)
        return
    own = compiled(finder.column)
    is_known = any(compiled(p).search(head) for head in heads for p in finder.columns)
    for column, head in enumerate(heads):
        entities = _named_in(head, material, grid.header)
        if own.search(head) if is_known else finder.by_entity and entities:
            yield column, entities
    if not is_known and not finder.by_entity:
        yield from _by_order(finder, material, grid)


def _named_in(head: str, material: Material, header: Span) -> tuple[int, ...]:
    """The entities of the header that a head names."""
    text = material.flat.text
    named = material.entities.within(header)
    found = dict.fromkeys(m.entity for m in named if text[m.start : m.end] in head)
    return tuple(found or dict.fromkeys(_by_stems(head, material)))


def _by_stems(head: str, material: Material) -> Iterator[int]:
    """The entities whose stems stand in a head that several lines make up."""
    for index, entity in enumerate(material.entities.all):
        if any(re.search(rf"\b{re.escape(stem)}\b", head) for stem in entity.stems):
            yield index


def _by_order(
    finder: GridFinder, material: Material, grid: _Grid
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The wanted columns by the order of the heads, where there is one for each column."""
    width = len(grid.rows[0].cells)
    if width == 1:
        if _is_last(finder, material.flat.text[slice(*grid.header)]):
            yield 0, ()
        return
    named = {m.entity: m for m in material.entities.within(grid.header)}.values()
    if finder.by_entity and len(named) == width:
        yield from ((i, (m.entity,)) for i, m in enumerate(sorted(named, key=_start)))
        return
    near = max(grid.region[0], grid.header[1] - HEADER), grid.header[1]
    for header, is_last in ((grid.header, False), (near, True)):
        order = _ordered(finder, material.flat.text[slice(*header)], is_last, width)
        if order and any(is_own for _, is_own in order):
            starts = [*(header[0] + start for start, _ in order), header[1]]
            before = [header[0], *starts]
            for column, (_, is_own) in enumerate(order):
                behind = _entities(material, (starts[column], starts[column + 1]))
                if is_own:
                    yield column, behind or _entities(material, (before[column], starts[column]))
            return


def _start(mention: Mention) -> int:
    return mention.start


def _is_last(finder: GridFinder, said: str) -> bool:
    """Whether the head nearest to the figures is the wanted one."""
    heads = [
        (m.end(), p == finder.column) for p in finder.columns for m in re.finditer(p, said, re.I)
    ]
    return max(heads, default=(0, False))[1]


def _ordered(
    finder: GridFinder, header: str, is_last: bool, width: int
) -> list[tuple[int, bool]] | None:
    """Per column where its head begins and whether it is wanted; None where heads don't fit."""
    found = []
    for pattern in finder.columns:
        matches = list(compiled(pattern).finditer(header))
        found += [(m.start(), m.end(), pattern) for m in matches[-1 * is_last :]]
    for shared in (SHARED, JOINED):
        heads = _joined(sorted(found), header, shared)
        if len(heads) == width:
            return [(start, finder.column in patterns) for start, patterns in heads]
    return None


def _joined(
    found: list[tuple[int, int, str]], header: str, shared: re.Pattern[str]
) -> list[tuple[int, set[str]]]:
    """Heads from left to right; "A / B" is one head, and so are words for the same beside it."""
    heads: list[tuple[int, int, set[str]]] = []
    for start, end, pattern in found:
        gap = header[heads[-1][1] : start] if heads else ""
        is_same = bool(heads) and pattern in heads[-1][2] and not gap.strip()
        if heads and (start < heads[-1][1] or is_same or shared.search(gap)):
            heads[-1] = (heads[-1][0], max(end, heads[-1][1]), heads[-1][2] | {pattern})
        else:
            heads.append((start, end, {pattern}))
    return [(start, patterns) for start, _, patterns in heads]


def _row(
    finder: GridFinder, material: Material, grid: _Grid, column: int, level: str | None
) -> tuple[TableRow, str]:
    if level:
        said = re.compile(rf"(?<![\w.]){re.escape(level)}(?![\w.,%])")
        for row in reversed(grid.rows):  # words above the grid belong to the first row's label
            if said.search(row.label(material.flat.text)):
                return row, "level at closing"
    if all(BY_TIME.search(row.label(material.flat.text)) for row in grid.rows[1:]):
        return grid.rows[0], "level at closing"
    pick = min if finder.choose == "min" else max
    return pick(grid.rows, key=lambda row: row.cells[column].number or 0.0), "highest level"


def _steps(material: Material, rows: list[TableRow], column: int) -> tuple[dict[str, object], ...]:
    return tuple(
        {
            "condition": row.label(material.flat.text).strip(" |-=")[-80:],
            "value": row.cells[column].number,
        }
        for row in rows[:12]
    )
