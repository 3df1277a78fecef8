"""Giving the record's evidence its place on the page, once it is known which evidence there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

from factsheet_schemas import Box, Evidence, FieldValue, Record

from factsheet_service.core.document import Document

PDF = "application/pdf"

Span = tuple[int, int]  # offsets in the document's text
PageSpan = tuple[int, int, int]  # page number, offsets in the page's text
Locate = Callable[[str, Sequence[PageSpan]], Awaitable[list[tuple[Box, ...]]]]
Boxes = Mapping[tuple[str, int, int], tuple[Box, ...]]  # by document id and span


async def with_boxes(record: Record, documents: Sequence[Document], locate: Locate) -> Record:
    """The record with boxes on all evidence from PDFs; ``locate`` finds them by a PDF's hash."""
    wanted: dict[str, dict[Span, None]] = defaultdict(dict)
    for item in _all_evidence(record):
        wanted[item.document][item.start, item.end] = None
    boxes: dict[tuple[str, int, int], tuple[Box, ...]] = {}
    for document in documents:
        if document.is_read and document.media_type == PDF and document.id in wanted:
            spans = list(wanted[document.id])
            found = await _boxes_of(document, spans, locate)
            boxes |= {(document.id, *span): found[span] for span in spans}
    return _placed(record, boxes)


async def _boxes_of(
    document: Document, spans: Sequence[Span], locate: Locate
) -> dict[Span, tuple[Box, ...]]:
    """Boxes per span; one that runs over a page break has boxes on both pages."""
    pieces = [(span, piece) for span in spans for piece in _by_page(document, span)]
    located = await locate(document.sha256, [piece for _, piece in pieces])
    boxes: dict[Span, tuple[Box, ...]] = dict.fromkeys(spans, ())
    for (span, _), found in zip(pieces, located, strict=True):
        boxes[span] += found
    return boxes


def _by_page(document: Document, span: Span) -> Iterator[PageSpan]:
    start, end = span
    for page in document.pages:
        low, high = max(start, page.start), min(end, page.end)
        if low < high:
            yield page.number, low - page.start, high - page.start


def _all_evidence(record: Record) -> Iterator[Evidence]:
    for cell in _cells(record):
        yield from cell.evidence
        for alternative in cell.alternatives:
            yield from alternative.evidence
    for document in record.documents:
        yield from document.role_evidence


def _cells(record: Record) -> Iterator[FieldValue]:
    yield from record.deal.values()
    for row in record.facilities:
        yield from row.fields.values()


def _placed(record: Record, boxes: Boxes) -> Record:
    rows = tuple(
        row.model_copy(update={"fields": _placed_cells(row.fields, boxes)})
        for row in record.facilities
    )
    documents = tuple(
        one.model_copy(update={"role_evidence": _placed_items(one.role_evidence, boxes)})
        for one in record.documents
    )
    deal = _placed_cells(record.deal, boxes)
    return record.model_copy(update={"deal": deal, "facilities": rows, "documents": documents})


def _placed_cells(cells: Mapping[str, FieldValue], boxes: Boxes) -> dict[str, FieldValue]:
    return {key: _placed_cell(cell, boxes) for key, cell in cells.items()}


def _placed_cell(cell: FieldValue, boxes: Boxes) -> FieldValue:
    alternatives = tuple(
        one.model_copy(update={"evidence": _placed_items(one.evidence, boxes)})
        for one in cell.alternatives
    )
    evidence = _placed_items(cell.evidence, boxes)
    return cell.model_copy(update={"evidence": evidence, "alternatives": alternatives})


def _placed_items(items: Iterable[Evidence], boxes: Boxes) -> tuple[Evidence, ...]:
    return tuple(
        item.model_copy(update={"boxes": boxes.get((item.document, item.start, item.end), ())})
        for item in items
    )
