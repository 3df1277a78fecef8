"""What nobody sees on a page is marked, and what is seen is not."""

import io

import pytest
from factsheet_service.documents.readers.pdf_hidden import runs
from fpdf import FPDF
from PIL import Image

SEEN = "The Margin is 2.25 per cent. a year."
UNSEEN = "The Margin is 9.99 per cent."


def page_with(draw):
    """A page with a line that is seen, and what ``draw`` adds to it."""
    pdf = FPDF(unit="pt")
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.text(72, 100, SEEN)
    draw(pdf)
    return bytes(pdf.output())


def invisible(pdf):
    with pdf.local_context(text_mode="INVISIBLE"):
        pdf.text(72, 200, UNSEEN)


def clipped(pdf):
    with pdf.local_context(text_mode="CLIP"):
        pdf.text(72, 200, UNSEEN)


def white(pdf):
    pdf.set_text_color(255, 255, 255)
    pdf.text(72, 200, UNSEEN)


def nearly_white(pdf):
    pdf.set_text_color(250, 250, 248)
    pdf.text(72, 200, UNSEEN)


def see_through(pdf):
    with pdf.local_context(fill_opacity=0.01):
        pdf.text(72, 200, UNSEEN)


def tiny(pdf):
    pdf.set_font("Helvetica", size=0.5)
    pdf.text(72, 200, UNSEEN)


def off_the_page(pdf):
    pdf.text(-400, 200, UNSEEN)


def white_on_white(pdf):
    pdf.set_fill_color(255, 255, 255)
    pdf.rect(50, 150, 400, 100, style="F")
    white(pdf)


def on_blue(pdf):
    pdf.set_fill_color(0, 0, 160)
    pdf.rect(50, 150, 400, 100, style="F")
    white(pdf)


def on_a_picture(pdf):
    pdf.image(Image.new("RGB", (10, 10), "navy"), 50, 150, 400, 100)
    white(pdf)


def grey(pdf):
    pdf.set_text_color(190, 190, 190)
    pdf.text(72, 200, UNSEEN)


def small_print(pdf):
    pdf.set_font("Helvetica", size=5)
    pdf.text(72, 200, UNSEEN)


def outlined_in_white(pdf):
    pdf.set_text_color(255, 255, 255)
    with pdf.local_context(text_mode="STROKE"):
        pdf.text(72, 200, UNSEEN)


def read_by_ocr(pdf):
    scan = io.BytesIO()
    Image.new("L", (100, 140), 255).save(scan, "PNG")
    pdf.image(scan, 0, 0, pdf.w, pdf.h)
    invisible(pdf)


async def hidden_in(read_files, draw):
    (document,) = await read_files({"a.pdf": page_with(draw)})
    return ["".join(document.text[start:end].split()) for start, end in document.hidden], document


@pytest.mark.parametrize(
    "draw",
    [invisible, clipped, white, nearly_white, see_through, tiny, off_the_page, white_on_white],
)
async def test_what_nobody_sees_is_marked(read_files, draw):
    hidden, document = await hidden_in(read_files, draw)
    assert "".join(hidden) == "".join(UNSEEN.split())
    start = document.text.index(SEEN)
    assert not document.is_hidden(start, start + len(SEEN))


@pytest.mark.parametrize(
    "draw", [on_blue, on_a_picture, grey, small_print, outlined_in_white, read_by_ocr]
)
async def test_what_is_seen_is_not(read_files, draw):
    hidden, document = await hidden_in(read_files, draw)
    assert hidden == []
    assert UNSEEN in document.text


@pytest.mark.parametrize(
    ("flags", "stretches"),
    [([], ()), ([0, 0], ()), ([1, 1, 0, 1], ((0, 2), (3, 4))), ([0, 1, 1], ((1, 3),))],
    ids=str,
)
def test_stretches_are_from_and_to(flags, stretches):
    assert runs(list(map(bool, flags))) == stretches
