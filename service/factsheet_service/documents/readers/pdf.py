"""PDF through pdfium: text in reading order, visual lines kept, and the boxes of characters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import pypdfium2
import pypdfium2.raw as pdfium

from factsheet_service.documents.child import File
from factsheet_service.documents.errors import Encrypted, NeedsOcr, Unreadable
from factsheet_service.documents.frames import Frame, Note, PageText
from factsheet_service.documents.limits import ReadLimits

from .cutting import cut_to
from .pdf_hidden import hidden_chars, runs
from .pdf_text import page_chars

_FEW_CHARS = 16  # a stamp or page number beside an image
_STAMPED_CHARS = 100  # an e-signature's stamp on a scan
_SCAN_SHARE = 0.5  # of the page, covered by one image
_PageKind = Literal["text", "scan", "blank", "broken"]


def read(file: File, limits: ReadLimits) -> Iterator[Frame]:
    """Every page's text. Raises Encrypted, Unreadable, NeedsOcr."""
    document = open_document(file.content)
    num_pages = len(document)
    if num_pages > limits.max_pages:
        yield cut_to(limits.max_pages, num_pages, "pages")
    of_kind: defaultdict[_PageKind, list[int]] = defaultdict(list)
    for number in range(1, min(num_pages, limits.max_pages) + 1):
        text, kind = _read_page(document, number)
        of_kind[kind].append(number)
        yield text
    yield from _judge(of_kind, min(num_pages, limits.max_pages))


def open_document(content: bytes) -> pypdfium2.PdfDocument:
    """A PDF by its bytes. Raises Encrypted, Unreadable."""
    try:
        return pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Encrypted from error
        raise Unreadable(f"broken PDF: {error}") from error


def _read_page(document: pypdfium2.PdfDocument, number: int) -> tuple[PageText, _PageKind]:
    """A page's text, and what kind of page it is."""
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return PageText("", number), "broken"
    try:
        text = _text_of(page, number)
        num_chars = sum(not char.isspace() for char in text.text[: 4 * _STAMPED_CHARS])
        return text, _page_kind(page, num_chars)
    finally:
        page.close()


def _text_of(page: pypdfium2.PdfPage, number: int) -> PageText:
    textpage = page.get_textpage()
    try:
        chars = page_chars(textpage)
        hidden = hidden_chars(page, textpage, lambda: _largest_image_share(page) >= _SCAN_SHARE)
    finally:
        textpage.close()
    stretches = runs([index in hidden for index in chars.indices]) if hidden else ()
    return PageText(chars.text, number, hidden=stretches)


def _page_kind(page: pypdfium2.PdfPage, num_chars: int) -> _PageKind:
    if num_chars >= _STAMPED_CHARS:
        return "text"
    largest = _largest_image_share(page)
    if largest >= _SCAN_SHARE or (largest > 0 and num_chars < _FEW_CHARS):
        return "scan"
    return "text" if num_chars else "blank"


def _largest_image_share(page: pypdfium2.PdfPage) -> float:
    width, height = page.get_size()
    shares = [0.0]
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        x0, y0, x1, y1 = image.get_bounds()
        shares.append(max(1e-9, (x1 - x0) * (y1 - y0) / max(1.0, width * height)))
    return max(shares)


def _judge(of_kind: Mapping[_PageKind, Sequence[int]], num_pages: int) -> Iterator[Frame]:
    broken, scanned = of_kind.get("broken", ()), of_kind.get("scan", ())
    if broken and len(broken) == num_pages:
        raise Unreadable("broken PDF: no page can be opened")
    if "text" not in of_kind:
        raise NeedsOcr(f"no text on any of {num_pages} page{'s' if num_pages != 1 else ''}")
    if scanned:
        yield Note(f"no text on page{'s' if len(scanned) > 1 else ''} {ranges(scanned)}")
    if broken:
        said = f"page{'s' if len(broken) > 1 else ''} {ranges(broken)} could not be opened"
        yield Note(said, is_cut=True)


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as people write them: ``3, 7-9``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
