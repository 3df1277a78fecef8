"""Whether all evidence of a record stands where it says: words, offsets and page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_schemas import Evidence, Record

from factsheet_service.core.document import Document


@dataclass(frozen=True, slots=True)
class Placed:
    """How much evidence there is, and how much of it stands where it says."""

    num_all: int
    num_placed: int


def placed(record: Record, documents: Sequence[Document]) -> Placed:
    """Look every quote up in its document's text, and its beginning on its page."""
    by_id = {document.id: document for document in documents}
    found = list(_evidence(record))
    return Placed(len(found), sum(_stands(one, by_id.get(one.document)) for one in found))


def _evidence(record: Record) -> Iterator[Evidence]:
    for cells in (record.deal, *(row.fields for row in record.facilities)):
        for cell in cells.values():
            yield from cell.evidence


def _stands(one: Evidence, document: Document | None) -> bool:
    if document is None or document.text[one.start : one.end] != one.quote:
        return False
    on = [page for page in document.pages if page.number == one.page]
    return any(page.start <= one.start < page.end for page in on) or (
        one.page is None and document.page_at(one.start) is None
    )
