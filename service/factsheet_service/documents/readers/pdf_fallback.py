"""PDF through pypdf, for files that pdfium refuses or breaks at."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from factsheet_service.documents.child import File
from factsheet_service.documents.errors import Encrypted, NeedsOcr
from factsheet_service.documents.frames import Frame, Kind, Note, PageText
from factsheet_service.documents.kinds import PDF
from factsheet_service.documents.limits import ReadLimits

from .cutting import cut_to


def read(file: File, limits: ReadLimits) -> Iterator[Frame]:
    """Every page's text; it has no boxes. Raises Encrypted, NeedsOcr, and what pypdf throws."""
    yield Kind(PDF)
    yield Note("read with the second PDF reader: no boxes on the page")
    has_text = False
    reader = PdfReader(BytesIO(file.content))
    try:
        num_pages = len(reader.pages)
        if num_pages > limits.max_pages:
            yield cut_to(limits.max_pages, num_pages, "pages")
        for number, page in enumerate(reader.pages[: limits.max_pages], 1):
            text = page.extract_text()
            has_text = has_text or bool(text.strip())
            yield PageText(text.replace("\r", "").replace("\x00", ""), number)
    except (FileNotDecryptedError, DependencyError) as error:
        raise Encrypted from error
    if not has_text:
        raise NeedsOcr("no text on any page")
