"""DOCX: paragraphs and tables in the order of the body, as the document reads with all changes
accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import docx
from docx.oxml.ns import qn
from lxml.etree import _Element

from factsheet_service.documents.child import File
from factsheet_service.documents.frames import Frame, Note, PageText
from factsheet_service.documents.limits import ReadLimits

from .html import CELL_JOINT
from .text import tidy

_BODY_BLOCKS = (qn("w:p"), qn("w:tbl"))
_SHOWN_AS = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
# Struck-out text, and a drawing's second description of itself
_UNSEEN = (
    qn("w:del"),
    qn("w:moveFrom"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_PROPERTIES = (qn("w:pPr"), qn("w:rPr"))


def read(file: File, _limits: ReadLimits) -> Iterator[Frame]:
    """One text without pages: where pages break is up to the program that shows it."""
    document = docx.Document(BytesIO(file.content))
    body = document.element.body
    blocks = (_block_text(block) for block in _blocks(body))
    yield PageText(tidy("\n\n".join(text for text in blocks if text)))
    if next(body.iter(qn("w:del"), qn("w:ins")), None) is not None:
        yield Note("holds tracked changes; read as if all were accepted")


def _blocks(parent: _Element) -> Iterator[_Element]:
    """Paragraphs and tables, those inside content controls too."""
    for child in parent:
        if child.tag in _BODY_BLOCKS:
            yield child
        elif child.tag not in _UNSEEN:
            yield from _blocks(child)


def _block_text(block: _Element) -> str:
    if block.tag == qn("w:tbl"):
        rows = (_row_text(row) for row in block.iterchildren(qn("w:tr")))
        return "\n".join(row for row in rows if row)
    return _paragraph_text(block)


def _row_text(row: _Element) -> str:
    cells = (_fold(_cell_text(cell)) for cell in row.iter(qn("w:tc")) if _row_of(cell) is row)
    return CELL_JOINT.join(cell for cell in cells if cell)


def _row_of(cell: _Element) -> _Element | None:
    return next(cell.iterancestors(qn("w:tr")), None)


def _cell_text(cell: _Element) -> str:
    return " ".join(_paragraph_text(paragraph) for paragraph in cell.iter(qn("w:p")))


def _paragraph_text(paragraph: _Element) -> str:
    return "".join(_runs(paragraph)).strip()


def _runs(parent: _Element) -> Iterator[str]:
    for child in parent:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _SHOWN_AS:
            yield _SHOWN_AS[child.tag]
        elif child.tag not in _UNSEEN and child.tag not in _PROPERTIES:
            yield from _runs(child)


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
