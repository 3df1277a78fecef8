"""Which characters of a PDF's page nobody sees: invisible, white on white, tiny, or off the page.

Such text may speak to a model and not to its reader. It stays in the text, since the text that
OCR lays over a scan is invisible too and rightly there; what rests on it is told.

Pages have thousands of text objects, so pdfium is asked for each as little as will do, and only
characters of suspicious ones are looked at.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_DEPTH = 15  # of forms within forms
_LEAST_HEIGHT = 1.0  # points, of a line of a font
_WHITE = 245  # of 255, in each colour
_LEAST_OPACITY = 26  # of 255
_TEXT, _PATH, _FORM = (
    pdfium.FPDF_PAGEOBJ_TEXT,
    pdfium.FPDF_PAGEOBJ_PATH,
    pdfium.FPDF_PAGEOBJ_FORM,
)
_INVISIBLE = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_STROKED = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)

_Rect = tuple[float, float, float, float]  # x0, y0, x1, y1
_Object = Any  # pdfium's pointer


def hidden_chars(
    page: pypdfium2.PdfPage, textpage: pypdfium2.PdfTextPage, is_scan: Callable[[], bool]
) -> frozenset[int]:
    """pdfium's indices of the characters that are not seen on a page.

    On a scan, invisible text is what OCR has read there, and taken to be seen.
    """
    look = _Look(page.get_cropbox())
    for kind, one, level in _objects(page):
        if kind == _TEXT:
            look.at_text(one, is_nested=level > 0)
        elif kind != _FORM:
            look.at_ground(one, is_path=kind == _PATH)
    unseen = look.white_on_white()
    if look.invisible and not is_scan():
        unseen |= frozenset(map(_address, look.invisible))
    odd = frozenset(map(_address, look.odd))
    return frozenset(look.hidden(textpage, unseen, odd)) if unseen or odd else frozenset()


def runs(flags: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Where flags are set, as stretches from and to."""
    edges = [n for n in range(len(flags) + 1) if _at(flags, n) != _at(flags, n - 1)]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def _at(flags: Sequence[bool], number: int) -> bool:
    return 0 <= number < len(flags) and flags[number]


def _objects(page: pypdfium2.PdfPage) -> Iterator[tuple[int, _Object, int]]:
    """All objects of a page with their kinds, and how many forms each lies within."""
    count, get = pdfium.FPDFPage_CountObjects(page.raw), pdfium.FPDFPage_GetObject
    for index in range(count):
        yield from _within(get(page.raw, index), 0)


def _within(one: _Object, level: int) -> Iterator[tuple[int, _Object, int]]:
    kind = pdfium.FPDFPageObj_GetType(one)
    yield kind, one, level
    if kind == _FORM and level < _DEPTH:
        for index in range(pdfium.FPDFFormObj_CountObjects(one)):
            yield from _within(pdfium.FPDFFormObj_GetObject(one, index), level + 1)


class _Look:
    """One look over a page's objects; what pdfium writes to is made once."""

    def __init__(self, shown: _Rect) -> None:
        self.invisible: list[_Object] = []
        self.odd: list[_Object] = []  # some of their characters may be tiny or off the page
        self._shown = shown
        self._white: list[tuple[_Object, _Rect]] = []
        self._grounds: list[_Rect] = []  # what white text can be seen on
        self._colour = tuple(ctypes.c_uint() for _ in range(4))
        self._bounds = tuple(ctypes.c_float() for _ in range(4))
        self._box = pdfium.FS_RECTF()

    def at_text(self, one: _Object, *, is_nested: bool) -> None:
        """Sort a text; the bounds of one that lies within a form are none of the page."""
        mode = pdfium.FPDFTextObj_GetTextRenderMode(one)
        rect = self._rect(one)
        if mode in _INVISIBLE:
            self.invisible.append(one)
        elif self._is_white(one, is_stroked=mode in _STROKED):
            self._white.append((one, rect))
        if is_nested or not self._is_inside(rect) or self._is_tiny(one, rect):
            self.odd.append(one)

    def at_ground(self, one: _Object, *, is_path: bool) -> None:
        """Note an image, or an area that is filled with another colour than white."""
        if not is_path or (_is_filled(one) and not self._is_white(one, is_stroked=False)):
            self._grounds.append(self._rect(one))

    def white_on_white(self) -> frozenset[int]:
        """The white texts that lie on no ground."""
        return frozenset(_address(one) for one, rect in self._white if not self._has_ground(rect))

    def hidden(
        self, textpage: pypdfium2.PdfTextPage, unseen: frozenset[int], odd: frozenset[int]
    ) -> Iterator[int]:
        """Characters of unseen texts, and of odd ones those that are out of sight."""
        raw = textpage.raw
        for index in range(max(0, pdfium.FPDFText_CountChars(raw))):
            text = _address(pdfium.FPDFText_GetTextObject(raw, index))
            if text in unseen or (text in odd and self._is_out_of_sight(raw, index)):
                yield index

    def _rect(self, one: _Object) -> _Rect:
        """Where it stands; at a point where pdfium cannot tell."""
        x0, y0, x1, y1 = self._bounds
        is_known = pdfium.FPDFPageObj_GetBounds(one, x0, y0, x1, y1)
        return (x0.value, y0.value, x1.value, y1.value) if is_known else (0.0, 0.0, 0.0, 0.0)

    def _is_white(self, one: _Object, *, is_stroked: bool) -> bool:
        """White, or see-through; not where its colour is a pattern."""
        red, green, blue, opacity = self._colour
        get = pdfium.FPDFPageObj_GetStrokeColor if is_stroked else pdfium.FPDFPageObj_GetFillColor
        if not get(one, red, green, blue, opacity):
            return False
        return opacity.value < _LEAST_OPACITY or min(red.value, green.value, blue.value) >= _WHITE

    def _has_ground(self, rect: _Rect) -> bool:
        x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
        return any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self._grounds)

    def _is_inside(self, rect: _Rect) -> bool:
        left, bottom, right, top = self._shown
        return left <= rect[0] and rect[2] <= right and bottom <= rect[1] and rect[3] <= top

    def _is_tiny(self, text: _Object, rect: _Rect) -> bool:
        """By its font; ink that is high enough says the same with less asking."""
        if rect[3] - rect[1] >= 2 * _LEAST_HEIGHT:
            return False
        size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
        pdfium.FPDFTextObj_GetFontSize(text, size)
        pdfium.FPDFPageObj_GetMatrix(text, matrix)
        return float(size.value) * math.hypot(matrix.c, matrix.d) < 2 * _LEAST_HEIGHT

    def _is_out_of_sight(self, raw: Any, index: int) -> bool:  # noqa: ANN401 - pdfium's pointer
        """Whether a character stands off the page, or is too small to be read."""
        box, (left, bottom, right, top) = self._box, self._shown
        if not pdfium.FPDFText_GetLooseCharBox(raw, index, box):
            return False
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        if not (left <= x <= right and bottom <= y <= top):
            return True
        return bool(0 < box.top - box.bottom < _LEAST_HEIGHT)


def _is_filled(path: _Object) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(path, fill, stroke) and fill.value)


def _address(pointer: _Object) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0
