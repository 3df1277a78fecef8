import pytest
from factsheet_schemas import DocumentStatus
from factsheet_service.documents import ReadLimits
from factsheet_service.documents.readers.pdf import ranges
from fpdf import FPDF

from fuzz.pdf_structure import cyclic_pages
from fuzz.pdf_writer import SHOWN, one_page, stream


async def test_pages_keep_their_offsets_and_lines(read_files, make_pdf) -> None:
    (document,) = await read_files({"a.pdf": make_pdf(["One", "Two"], ["Three"])})
    assert document.text == "One\nTwo\nThree"
    assert [document.text[page.start : page.end] for page in document.pages] == [
        "One\nTwo",
        "Three",
    ]
    assert [page.number for page in document.pages] == [1, 2]
    assert document.media_type == "application/pdf"


async def test_a_table_row_stays_on_one_line(read_files) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    with pdf.table() as table:
        for row in (("Level", "Margin"), ("I", "2.25%"), ("II", "2.50%")):
            table.row(row)
    (document,) = await read_files({"a.pdf": bytes(pdf.output())})
    assert document.text.splitlines() == ["Level\tMargin", "I\t2.25%", "II\t2.50%"]


def in_columns(*paragraphs: str) -> bytes:
    """Paragraphs set in two narrow columns; a soft hyphen is where a word may be broken."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    with pdf.text_columns(ncols=2, gutter=10, text_align="J") as columns:
        for text in paragraphs:
            columns.write(text + "\n\n")
    return bytes(pdf.output())


BROKEN = "Some of the people who took part in it were parti\u00adcipants by every one"


async def test_columns_are_read_one_after_the_other(read_files) -> None:
    left = [f"Left {number} " + "words " * 90 for number in range(6)]
    (document,) = await read_files({"a.pdf": in_columns(*left, "Right " + "words " * 90)})
    starts = [document.text.index(f"Left {number}") for number in range(6)]
    assert starts == sorted(starts)
    assert starts[-1] < document.text.index("Right")


async def test_words_broken_at_line_ends_are_mended_where_a_page_breaks_words(read_files) -> None:
    (document,) = await read_files({"a.pdf": in_columns(BROKEN, BROKEN, BROKEN)})
    assert document.text.count("were participants by") == 3


async def test_a_compound_keeps_its_hyphen(read_files) -> None:
    compound = BROKEN.replace("parti\u00adcipants", "right-handed")
    (document,) = await read_files({"a.pdf": in_columns(BROKEN, BROKEN, BROKEN, compound)})
    assert "right-handed" in document.text


async def test_a_page_that_breaks_no_words_keeps_its_hyphens(read_files) -> None:
    compound = BROKEN.replace("parti\u00adcipants", "forward-looking")
    (document,) = await read_files({"a.pdf": in_columns(compound)})
    assert "forward-looking" in document.text


async def test_a_password_makes_it_encrypted(read_files, make_pdf) -> None:
    (document,) = await read_files({"a.pdf": make_pdf(["One"], password="secret")})
    assert (document.status, document.reason) == (DocumentStatus.ENCRYPTED, "password-protected")


async def test_pages_that_are_pictures_need_ocr(read_files, make_scan) -> None:
    (document,) = await read_files({"a.pdf": make_scan([True, True, True])})
    assert document.status is DocumentStatus.NEEDS_OCR
    assert document.reason == "no text on any of 3 pages"


async def test_a_stamp_on_a_scan_is_not_its_text(read_files, make_scan) -> None:
    stamp = "Envelope ID: 0A1B2C3D-0A1B-0A1B-0A1B-0A1B2C3D4E5F"
    (document,) = await read_files({"a.pdf": make_scan([True, True], stamp)})
    assert document.status is DocumentStatus.NEEDS_OCR


async def test_a_partly_scanned_file_is_read_and_names_the_pages(read_files, make_scan) -> None:
    (document,) = await read_files({"a.pdf": make_scan([False, True, True, False])})
    assert document.status is DocumentStatus.OK
    assert document.reason == "no text on pages 2-3"


async def test_pages_beyond_the_limit_are_told(read_files, make_pdf) -> None:
    pages = [[f"Page {number}"] for number in range(5)]
    (document,) = await read_files({"a.pdf": make_pdf(*pages)}, ReadLimits(max_pages=2))
    assert len(document.pages) == 2
    assert document.is_cut
    assert document.reason == (
        "only the first 2 of 5 pages were read: split the file, or have FACTSHEET_MAX_PAGES raised"
    )


@pytest.mark.parametrize(
    ("numbers", "shown"), [([3], "3"), ([3, 7, 8, 9], "3, 7-9"), ([1, 2], "1-2"), ([], "")]
)
def test_page_numbers_are_shown_as_ranges(numbers: list[int], shown: str) -> None:
    assert ranges(numbers) == shown


async def test_a_page_that_cannot_be_opened_is_told(read_files) -> None:
    whole = one_page(stream(SHOWN), {2: b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>"})
    (document,) = await read_files({"a.pdf": whole})
    assert document.status is DocumentStatus.OK
    assert (document.reason, document.is_cut) == ("page 2 could not be opened", True)


async def test_a_pdf_of_which_no_page_can_be_opened_is_unreadable(read_files) -> None:
    (document,) = await read_files({"a.pdf": cyclic_pages()})
    assert document.status is DocumentStatus.UNREADABLE
    assert document.reason == "broken PDF: no page can be opened"
