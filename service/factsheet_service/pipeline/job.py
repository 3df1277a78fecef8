"""What one run is about."""

from __future__ import annotations

from dataclasses import dataclass

from factsheet_schemas import DocumentStatus, ExtractOptions, Schema

from factsheet_service.core.document import Document
from factsheet_service.core.fairness import Owner

from .likeness import Compared


@dataclass(frozen=True, slots=True)
class Job:
    """What one run is about. ``documents`` are all of the subject's, read or not."""

    company: str
    documents: tuple[Document, ...]
    schema: Schema
    options: ExtractOptions
    tenant: str = ""
    compared: Compared | None = None  # where the retriever goes by vectors
    seconds_left: float | None = None  # until it must end, with what it has then

    @property
    def owner(self) -> Owner:
        """Whose turn at the engine the run takes."""
        return Owner(self.tenant, self.company)

    @property
    def read(self) -> tuple[Document, ...]:
        """The documents whose text takes part."""
        return tuple(document for document in self.documents if document.is_read)

    @property
    def lost(self) -> tuple[Document, ...]:
        """Those that could not be read and that no other stands for, as an OCR'd copy does."""
        return tuple(
            document
            for document in self.documents
            if document.status is not DocumentStatus.OK and document.duplicate_of is None
        )

    @property
    def cut(self) -> tuple[Document, ...]:
        """Those of which only a part was read: what is not in it may stand in the rest."""
        return tuple(document for document in self.read if document.is_cut)
