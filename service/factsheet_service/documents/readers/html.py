"""HTML: blocks as paragraphs, table rows on one line, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement, PreformattedString

from factsheet_service.documents.child import File
from factsheet_service.documents.frames import Frame, PageText
from factsheet_service.documents.limits import ReadLimits

from .text import tidy

CELL_JOINT = " | "
_UNSEEN = frozenset({"script", "style", "head", "template", "noscript", "svg"})
# fmt: off
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "li", "main", "nav", "ol", "p", "section", "table", "ul",
})
# fmt: on
# Marks that no HTML text holds: what a browser would show as a gap, a line end, a kept space.
_PARAGRAPH, _LINE, _SPACE = "\x1e", "\x1f", "\x1d"
_FOLDED = re.compile(r"[ \t\n\r\f]+")


def read(file: File, _limits: ReadLimits) -> Iterator[Frame]:
    """One text without pages."""
    yield PageText(html_text(file.content))


def html_text(source: bytes | str) -> str:
    """The visible text: paragraphs separated by a blank line, ``a | b`` for table rows."""
    marked = "".join(_marked(BeautifulSoup(source, "lxml")))
    paragraphs = (_unmark(paragraph) for paragraph in marked.split(_PARAGRAPH))
    return tidy("\n\n".join(paragraph for paragraph in paragraphs if paragraph))


def _unmark(paragraph: str) -> str:
    lines = (_FOLDED.sub(" ", line).strip() for line in paragraph.split(_LINE))
    return "\n".join(line for line in lines if line).replace(_SPACE, " ")


def _marked(soup: BeautifulSoup) -> Iterator[str]:
    """All visible text with marks; a stack in place of recursion, which deep pages would break."""
    stack: list[PageElement | str] = [soup]
    while stack:
        node = stack.pop()
        if isinstance(node, Tag):
            if node.name in _FLAT:
                yield _FLAT[node.name](node)
            elif node.name not in _UNSEEN:
                mark = _PARAGRAPH if node.name in _BLOCKS else ""
                yield mark
                stack.append(mark)
                stack.extend(reversed(node.contents))
        elif isinstance(node, str) and not isinstance(node, PreformattedString):
            yield node


def _row(row: Tag) -> str:
    cells = (
        " ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"], recursive=False)
    )
    return _LINE + CELL_JOINT.join(cell for cell in cells if cell) + _LINE


def _preformatted(block: Tag) -> str:
    text = re.sub(r"\n[ \t]*\n", _PARAGRAPH, tidy(block.get_text()))
    return _PARAGRAPH + text.replace("\n", _LINE).replace(" ", _SPACE) + _PARAGRAPH


def _line_break(_tag: Tag) -> str:
    return _LINE


_FLAT = {"tr": _row, "pre": _preformatted, "br": _line_break}
