import pytest
from factsheet_schemas import DocumentStatus
from factsheet_service.documents import ReadLimits
from factsheet_service.documents.readers.pdf import ranges
from fpdf import FPDF


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
    assert document.reason == "only the first 2 of 5 pages were read"


@pytest.mark.parametrize(
    ("numbers", "shown"), [([3], "3"), ([3, 7, 8, 9], "3, 7-9"), ([1, 2], "1-2"), ([], "")]
)
def test_page_numbers_are_shown_as_ranges(numbers: list[int], shown: str) -> None:
    assert ranges(numbers) == shown
