"""Tables with a row per entity: what stands in its cell under a head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.lexicon import RowsFinder

from .columns import bare_amounts
from .flat import FlatText, Span
from .material import Candidate, Material, compiled
from .quantities import Found
from .tables import BAR, SEGMENT

INDENT = 4  # how far into a line its entity may be named
HEAD_ABOVE = 3  # how many lines above the first row the heads may stand


@dataclass(frozen=True, slots=True)
class EntityTable:
    """The heads of a table with their line, and each row's cells, by entity."""

    heads: tuple[str, ...]
    header: Span
    rows: tuple[tuple[int, tuple[Span, ...]], ...]


def find_rows(spec: FieldSpec, finder: RowsFinder, material: Material) -> Iterator[Candidate]:
    """The value in each entity's cell under the wanted head."""
    head = compiled(finder.head)
    for table in entity_tables(material):
        column = next((i for i, words in enumerate(table.heads) if head.search(words)), None)
        if column is None:
            continue
        for entity, cells in table.rows:
            for found in _values(spec, finder, material, table, cells[column])[:1]:
                spans = ((found.start, found.end), table.header)
                yield from material.candidate_of(spec, finder, found.value, spans, (entity,))


def _values(
    spec: FieldSpec, finder: RowsFinder, material: Material, table: EntityTable, cell: Span
) -> list[Found]:
    found = material.values(spec, finder, cell)
    if spec.type is FieldType.AMOUNT and not found:
        return list(bare_amounts(material.flat.text, cell, table.header))
    return found


def entity_tables(material: Material) -> Iterator[EntityTable]:
    """Runs of lines that begin with different entities, under a line of heads."""
    run: list[tuple[int, Span]] = []
    for line in material.flat.lines_in((0, len(material.flat.text))):
        entity = _leads(material, line)
        if entity is not None and entity not in [known for known, _ in run]:
            run.append((entity, line))
            continue
        yield from _table(material, run)
        run = [(entity, line)] if entity is not None else []
    yield from _table(material, run)


def _leads(material: Material, line: Span) -> int | None:
    named = material.entities.within((line[0], min(line[1], line[0] + INDENT)))
    return named[0].entity if named else None


def _table(material: Material, run: list[tuple[int, Span]]) -> Iterator[EntityTable]:
    if len(run) < 2:
        return
    rows = [(entity, _cells(material.flat, line)) for entity, line in run]
    width = len(rows[0][1])
    if width < 2 or any(len(cells) != width for _, cells in rows):
        return
    line = run[0][1]
    for _ in range(HEAD_ABOVE):
        if line[0] == 0:
            return
        line = material.flat.line(line[0] - 1)
        heads = [material.flat.text[slice(*cell)] for cell in _cells(material.flat, line)]
        if len(heads) in (width, width - 1):
            shown = ("",) * (width - len(heads)) + tuple(heads)
            yield EntityTable(shown, line, tuple(rows))
            return


def _cells(flat: FlatText, line: Span) -> tuple[Span, ...]:
    """The parts of a line in the flat text."""
    raw = flat.raw_line(line)
    parts = list(BAR.split(raw)) if BAR.search(raw) else SEGMENT.findall(raw)
    cells, at = [], line[0]
    for part in parts:
        words = re.sub(r"\s+", " ", part.strip())
        length = len(words)
        start = at
        while length and start < line[1] and flat.text[start] in " |":
            start += 1
        cells.append((start, min(line[1], start + length)))
        at = start + length
    return tuple(cells)
