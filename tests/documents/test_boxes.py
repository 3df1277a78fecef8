import random
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from factsheet_schemas import Box
from factsheet_service.core.document import Document
from factsheet_service.core.progress import silent
from factsheet_service.documents import ReadLimits, locate, read_documents

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
AGREEMENTS = sorted((DATA / "credit_agreements_pdf").glob("*.pdf"))

Span = tuple[int, int, int]


def random_spans(document: Document, count: int) -> list[Span]:
    """Stretches of one to forty words."""
    chance = random.Random(7)
    spans: list[Span] = []
    while len(spans) < count:
        page = chance.choice(document.pages)
        text = document.text[page.start : page.end]
        starts = [
            i for i in range(len(text)) if not text[i].isspace() and text[i - 1 : i].isspace()
        ]
        if len(starts) > 50:
            first = chance.randrange(len(starts) - 41)
            end = starts[first + chance.randint(1, 40)]
            spans.append((page.number, starts[first], end))
    return spans


def texts_inside(path: Path, located: Sequence[Sequence[Box]]) -> list[str]:
    """What pdfium finds in the boxes of each span."""
    with pypdfium2.PdfDocument(path) as pdf:
        numbers = {box.page for boxes in located for box in boxes}
        pages = {number: pdf[number - 1].get_textpage() for number in numbers}
        return [
            folded("".join(pages[b.page].get_text_bounded(b.x0, b.y0, b.x1, b.y1) for b in boxes))
            for boxes in located
        ]


def folded(text: str) -> str:
    """Without white space; pdfium writes a hyphen at a line's end as a mark of its own."""
    return "".join(text.replace("\x02", "-").replace("\ufffe", "-").split())


def quote_of(document: Document, span: Span) -> str:
    number, start, end = span
    page = document.pages[number - 1]
    return folded(document.text[page.start + start : page.start + end])


async def test_the_text_inside_the_boxes_is_the_quote(make_source, make_pdf) -> None:
    line = "{0}.1 The Margin for Facility {0} is 2.{0}5% per annum, (j) payable"
    lines = [line.format(number) for number in range(40)]
    source = make_source("a.pdf", make_pdf(lines, lines[::-1]))
    (document,) = await read_documents([source], ReadLimits(), silent)
    spans = random_spans(document, 100)
    located = await locate(source.path, spans, ReadLimits())
    assert texts_inside(source.path, located) == [quote_of(document, span) for span in spans]


@pytest.mark.skipif(not AGREEMENTS, reason="the agreements are not beside the repository")
async def test_the_text_inside_the_boxes_of_a_real_agreement_is_the_quote(make_source) -> None:
    source = make_source("a.pdf", AGREEMENTS[0].read_bytes())
    (document,) = await read_documents([source], ReadLimits(), silent)
    spans = random_spans(document, 150)
    located = await locate(source.path, spans, ReadLimits())
    assert texts_inside(source.path, located) == [quote_of(document, span) for span in spans]


async def test_a_span_over_two_lines_has_two_boxes_from_the_top(make_source, make_pdf) -> None:
    source = make_source("a.pdf", make_pdf(["The Margin", "is 2.25%"]))
    ((first, second),) = await locate(source.path, [(1, 4, 13)], ReadLimits())
    assert first.page == second.page == 1
    assert first.y0 >= second.y1
    assert first.x0 > second.x0


async def test_boxes_come_in_the_order_of_the_spans(make_source, make_pdf) -> None:
    source = make_source("a.pdf", make_pdf(["One"], ["Two"]))
    found = await locate(source.path, [(2, 0, 3), (1, 0, 3)], ReadLimits())
    assert [boxes[0].page for boxes in found] == [2, 1]


async def test_a_stretch_of_white_space_has_no_box(make_source, make_pdf) -> None:
    source = make_source("a.pdf", make_pdf(["One Two"]))
    assert await locate(source.path, [(1, 3, 4)], ReadLimits()) == [()]


async def test_a_file_that_is_no_pdf_has_no_boxes(make_source) -> None:
    source = make_source("a.pdf", b"not a PDF")
    assert await locate(source.path, [(1, 0, 3), (2, 0, 3)], ReadLimits()) == [(), ()]
