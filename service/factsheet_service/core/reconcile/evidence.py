"""Evidence: stretches of documents as the record cites them."""

from __future__ import annotations

from factsheet_schemas import Evidence

from factsheet_service.core.document import Document

from .choose import Reading
from .citing import Span

MAX_EVIDENCE = 3


def evidence_of(reading: Reading) -> tuple[Evidence, ...]:
    """The best candidate's spans, then those of others that bear it out, without repeats."""
    spans = {
        (one.document.id, span): one.document for one in reading.supporting for span in one.spans
    }
    kept = list(spans.items())[: max(len(reading.best.spans), MAX_EVIDENCE)]
    return tuple(evidence(document, span) for (_, span), document in kept)


def evidence(document: Document, span: Span) -> Evidence:
    """A stretch of a document as evidence; boxes are added when the record is complete."""
    start, end = span
    page = document.page_at(start)
    return Evidence(
        document=document.id,
        document_name=document.name,
        page=page.number if page else None,
        place=_place(document, start, end),
        start=start,
        end=end,
        quote=document.text[start:end],
        is_hidden=document.is_hidden(start, end),
    )


def _place(document: Document, start: int, end: int) -> str | None:
    """The range of spreadsheet cells that a stretch covers."""
    inside = [cell for cell in document.cells if cell.start < end and cell.end > start]
    if not inside:
        return None
    first, last = inside[0].place, inside[-1].place
    return first if first == last else f"{first}:{last.rpartition('!')[2]}"
