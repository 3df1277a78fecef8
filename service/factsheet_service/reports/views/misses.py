"""What was looked for and not found: in how many windows, and which lines come nearest."""

from __future__ import annotations

from collections.abc import Sequence

from factsheet_schemas import Evidence, FieldSpec, Record, Schema, Status

from factsheet_service.core.document import Document, Line, Window
from factsheet_service.core.lines import split_lines
from factsheet_service.core.normalise.folding import fold, has_words
from factsheet_service.core.reconcile.evidence import evidence
from factsheet_service.core.retrieval import WindowIndex, field_query

from .data import Miss
from .parts import cells_of

MISSED = (Status.NOT_FOUND, Status.POSSIBLY_PRESENT, Status.FAILED)
MOST_NEAR = 3
LEAST_WORDS = 2  # of a field's names that a near miss has, where it has no name as a whole


def misses(record: Record, schema: Schema, documents: Sequence[Document]) -> tuple[Miss, ...]:
    """One per cell without a value that may stand; a row's inherited cells are the deal's."""
    lines = [line for document in documents for line in _lines(document)]
    index = WindowIndex(lines)
    near: dict[str, tuple[Evidence, ...]] = {}
    found = []
    for row, spec, cell in cells_of(record, schema):
        if cell.status not in MISSED:
            continue
        if spec.key not in near:
            near[spec.key] = _nearest(spec, index, lines)
        found.append(
            Miss(
                row=row,
                field=spec.key,
                label=spec.label,
                status=cell.status,
                windows_asked=cell.windows_asked,
                reason=cell.reason,
                near=cell.evidence[:MOST_NEAR] or near[spec.key],
            )
        )
    return tuple(found)


def _lines(document: Document) -> list[Window]:
    """Each line as a window of its own, so that it is ranked by itself."""
    return [
        Window(document, n, (), None, (Line(1, s.start, s.end, document.text[s.start : s.end]),), 0)
        for n, s in enumerate(split_lines(document.text))
        if not s.is_heading
    ]


def _nearest(spec: FieldSpec, index: WindowIndex, lines: Sequence[Window]) -> tuple[Evidence, ...]:
    """The best lines that have a name of the field, or several words of its names."""
    query = field_query(spec)
    names = [fold(name) for name in (spec.label, *spec.aliases)]
    wanted = set(fold(query).split())
    close = []
    for position in index.ranked(query)[: 10 * MOST_NEAR]:
        text = fold(lines[position].lines[0].text)
        is_named = any(has_words(name, text) for name in names)
        if is_named or len(wanted & set(text.split())) >= LEAST_WORDS:
            close.append(lines[position])
    return tuple(evidence(one.document, (one.start, one.end)) for one in close[:MOST_NEAR])
