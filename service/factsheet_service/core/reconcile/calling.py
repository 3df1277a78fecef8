"""Whose a value is that no row was named for, in a document that does not tell all rows apart.

An amendment of one facility, its swap confirmation or a fee letter seldom says which facility it is
about each time: it is read alone, and there is but one in view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from factsheet_schemas.schema import Entity

from factsheet_service.core.document import Document

from .candidates import Candidate
from .names import Facility, is_called


@dataclass(frozen=True, slots=True)
class Calling:
    """The rows of one kind, and which of them each document calls by name."""

    rows: Sequence[Facility]
    entity: Entity
    _by_document: dict[str, tuple[Facility, ...]] = field(default_factory=dict)

    def only_row(self, one: Candidate) -> Facility | None:
        """The one row that the candidate's words call by name, else the one that its document
        does; None where the document tells rows apart itself, or calls none or several."""
        if len(self.rows) < 2 or self._tells_apart(one.document):
            return None
        for called in (self._called(_lines_of(one)), self._of_document(one.document)):
            if len(called) == 1:
                return called[0]
        return None

    def _tells_apart(self, document: Document) -> bool:
        """Whether the engine found several of the rows there: its silence then means all."""
        own = (any(m.document.id == document.id for m in row.mentions) for row in self.rows)
        return sum(own) > 1

    def _of_document(self, document: Document) -> tuple[Facility, ...]:
        if document.id not in self._by_document:
            self._by_document[document.id] = self._called(document.text)
        return self._by_document[document.id]

    def _called(self, text: str) -> tuple[Facility, ...]:
        return tuple(row for row in self.rows if is_called(row, text, self.entity))


def _lines_of(one: Candidate) -> str:
    """The lines of text that its stretches lie in, whole."""
    text = one.document.text
    ends = ((text.rfind("\n", 0, start) + 1, text.find("\n", end)) for start, end in one.spans)
    return " ".join(text[start : end if end >= 0 else None] for start, end in ends)
