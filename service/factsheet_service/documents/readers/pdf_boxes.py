"""The rectangles of stretches of text, from pdfium's boxes of exactly their characters."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from factsheet_service.documents.child import File
from factsheet_service.documents.frames import Frame, SpanBoxes
from factsheet_service.documents.limits import ReadLimits

from .pdf import open_document
from .pdf_text import page_chars

_Rect = tuple[float, float, float, float]  # x0, y0, x1, y1
_BAND = 12.0  # points; about a line
_TOUCH = 1e-3  # points; boxes that overlap by less only touch
_SLIVER = 0.01  # points; a glyph without ink still has a place


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A visible character: the box of its ink, and the heights of its font's line."""

    offset: int
    ink: _Rect
    bottom: float
    top: float


class _Glyphs:
    """A page's visible characters, found by their place in the text and on the page."""

    def __init__(self, textpage: pypdfium2.PdfTextPage) -> None:
        chars = page_chars(textpage)
        self.text = chars.text
        self._indices = chars.indices
        self._textpage = textpage
        # Written to by pdfium; made once a page, for there are thousands of characters.
        self._ink = tuple(ctypes.c_double() for _ in range(4))
        self._line = pdfium.FS_RECTF()

    def between(self, start: int, end: int) -> list[_Glyph]:
        """Those of ``text[start:end]``."""
        offsets = range(start, min(end, len(self.text)))
        found = (self._glyph(offset) for offset in offsets if not self.text[offset].isspace())
        return [glyph for glyph in found if glyph]

    def holds_only(self, rect: _Rect, line: Sequence[_Glyph]) -> bool:
        """Whether pdfium finds nothing but the line's characters in the rectangle."""
        shown = self._textpage.get_text_bounded(*rect)
        num_chars = sum(not char.isspace() for char in shown)
        return num_chars == len(line)

    def touching(self, rect: _Rect) -> Iterator[_Glyph]:
        """Those whose ink lies in the rectangle, in part at least."""
        for band in _bands(rect):
            yield from (glyph for glyph in self._by_band.get(band, ()) if _overlap(rect, glyph.ink))

    @cached_property
    def _by_band(self) -> dict[int, list[_Glyph]]:
        by_band: defaultdict[int, list[_Glyph]] = defaultdict(list)
        for glyph in self.between(0, len(self.text)):
            for band in _bands(glyph.ink):
                by_band[band].append(glyph)
        return by_band

    def _glyph(self, offset: int) -> _Glyph | None:
        """The character at an offset; None where it has no place on the page."""
        x0, x1, y0, y1 = self._ink
        handle, index = self._textpage.raw, self._indices[offset]
        if not pdfium.FPDFText_GetCharBox(handle, index, x0, x1, y0, y1):
            return None
        if not pdfium.FPDFText_GetLooseCharBox(handle, index, self._line):
            return None
        right, top = max(x1.value, x0.value + _SLIVER), max(y1.value, y0.value + _SLIVER)
        ink = (x0.value, y0.value, right, top)
        return _Glyph(offset, ink, self._line.bottom, self._line.top)


def _bands(rect: _Rect) -> range:
    return range(int(rect[1] // _BAND), int(rect[3] // _BAND) + 1)


def read(file: File, _limits: ReadLimits) -> Iterator[Frame]:
    """``file.arguments`` are spans (page, start, end) in page order; one frame for each."""
    document = open_document(file.content)
    for number, spans in groupby(file.arguments, key=lambda span: int(span[0])):
        with _page(document, number) as textpage:
            glyphs = _Glyphs(textpage)
            for _, start, end in spans:
                lines = _visual_lines(glyphs.text, glyphs.between(start, end))
                rects = [rect for line in lines for rect in _rects(line, glyphs)]
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


def _visual_lines(text: str, glyphs: Sequence[_Glyph]) -> list[list[_Glyph]]:
    lines: list[list[_Glyph]] = []
    for glyph in glyphs:
        before = lines[-1][-1] if lines else None
        if before and _is_beside(before, glyph) and "\n" not in text[before.offset : glyph.offset]:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return lines


def _is_beside(before: _Glyph, glyph: _Glyph) -> bool:
    """Whether two characters stand on one line: the middle of one lies within the other's."""
    middle, other = (before.bottom + before.top) / 2, (glyph.bottom + glyph.top) / 2
    return glyph.bottom <= middle <= glyph.top or before.bottom <= other <= before.top


def _rects(line: Sequence[_Glyph], glyphs: _Glyphs) -> list[_Rect]:
    """The line as one rectangle, or as several where others stand between its characters."""
    own = [glyph.ink for glyph in line]
    offsets = {glyph.offset for glyph in line}
    rect = _union(own)
    if glyphs.holds_only(rect, line):
        return [rect]
    for glyph in glyphs.touching(rect):
        if glyph.offset not in offsets and _overlap(rect, glyph.ink):
            cut = _cut_back(rect, glyph.ink, own)
            if cut is None and len(line) > 1:
                left, right = _at_widest_gap(line)
                return _rects(left, glyphs) + _rects(right, glyphs)
            rect = cut or rect
    return [rect]


def _at_widest_gap(line: Sequence[_Glyph]) -> tuple[Sequence[_Glyph], Sequence[_Glyph]]:
    gaps = [after.ink[0] - before.ink[2] for before, after in pairwise(line)]
    middle = gaps.index(max(gaps)) + 1
    return line[:middle], line[middle:]


def _union(rects: Sequence[_Rect]) -> _Rect:
    x0, y0, x1, y1 = zip(*rects, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _overlap(one: _Rect, two: _Rect) -> bool:
    return (
        min(one[2], two[2]) - max(one[0], two[0]) > _TOUCH
        and min(one[3], two[3]) - max(one[1], two[1]) > _TOUCH
    )


def _cut_back(rect: _Rect, foreign: _Rect, own: Sequence[_Rect]) -> _Rect | None:
    """The largest part of ``rect`` beside ``foreign`` that still meets all of ``own``."""
    x0, y0, x1, y1 = rect
    parts = (
        (foreign[2], y0, x1, y1),
        (x0, foreign[3], x1, y1),
        (x0, y0, foreign[0], y1),
        (x0, y0, x1, foreign[1]),
    )
    good = [part for part in parts if all(_overlap(part, ink) for ink in own)]
    return max(good, key=lambda part: (part[2] - part[0]) * (part[3] - part[1]), default=None)
