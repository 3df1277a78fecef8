"""The readers, one per type of file; they run in the reading process only."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from factsheet_service.documents.child import File, Reader
from factsheet_service.documents.frames import Frame, Kind
from factsheet_service.documents.kinds import DOCX, EML, HTML, MSG, PDF, TEXT, XLSX, ZIP, detect
from factsheet_service.documents.limits import ReadLimits

# Modules are imported when their type turns up: a process reads one file.
_MODULES = {
    PDF: "pdf",
    DOCX: "docx",
    XLSX: "xlsx",
    HTML: "html",
    EML: "mail",
    MSG: "outlook",
    TEXT: "text",
    ZIP: "archive",
}


def read(file: File, limits: ReadLimits) -> Iterator[Frame]:
    """Whatever the file is. Raises ReadingError, and anything a parser throws."""
    media_type = detect(file.content, file.name)
    yield Kind(media_type)
    reader: Reader = import_module(f".{_MODULES[media_type]}", __name__).read
    yield from reader(file, limits)
