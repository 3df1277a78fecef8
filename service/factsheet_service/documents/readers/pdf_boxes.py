"""The rectangles of stretches of text, from pdfium's boxes of exactly their characters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

import pypdfium2
import pypdfium2.raw as pdfium

from factsheet_service.documents.child import File
from factsheet_service.documents.frames import Frame, SpanBoxes
from factsheet_service.documents.limits import ReadLimits

from .pdf import PageChars, open_document, page_chars

_Rect = tuple[float, float, float, float]  # x0, y0, x1, y1


def read(file: File, _limits: ReadLimits) -> Iterator[Frame]:
    """``file.arguments`` are spans (page, start, end) in page order; one frame for each."""
    document = open_document(file.content)
    for number, spans in groupby(file.arguments, key=lambda span: int(span[0])):
        with _page(document, number) as textpage:
            chars = page_chars(textpage)
            for _, start, end in spans:
                rects = _line_rects(textpage, chars, start, end)
                yield SpanBoxes(tuple((number, *rect) for rect in rects))


@contextmanager
def _page(document: pypdfium2.PdfDocument, number: int) -> Iterator[pypdfium2.PdfTextPage]:
    page = document[number - 1]
    textpage = page.get_textpage()
    try:
        yield textpage
    finally:
        textpage.close()
        page.close()


def _line_rects(
    textpage: pypdfium2.PdfTextPage, chars: PageChars, start: int, end: int
) -> list[_Rect]:
    lines: list[list[_Rect]] = [[]]
    for offset in range(start, min(end, len(chars.text))):
        char = chars.text[offset]
        if char.isspace():
            if char == "\n":
                lines.append([])
            continue
        rect = _char_rect(textpage, chars.indices[offset])
        if rect is None:
            continue
        if lines[-1] and not _is_beside(lines[-1][-1], rect):
            lines.append([])
        lines[-1].append(rect)
    return [_union(line) for line in lines if line]


def _char_rect(textpage: pypdfium2.PdfTextPage, index: int) -> _Rect | None:
    """The box of the font's height: all characters of a line share it, whatever their shape."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, box):
        return None
    return box.left, box.bottom, box.right, box.top


def _is_beside(before: _Rect, rect: _Rect) -> bool:
    """Whether two boxes share a line: they overlap in height (or, turned, in width)."""
    _, bottom, _, top = rect
    middle = (before[1] + before[3]) / 2
    return bottom <= middle <= top


def _union(rects: Sequence[_Rect]) -> _Rect:
    return (
        min(rect[0] for rect in rects),
        min(rect[1] for rect in rects),
        max(rect[2] for rect in rects),
        max(rect[3] for rect in rects),
    )
