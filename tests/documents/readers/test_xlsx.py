import datetime as dt
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from factsheet_service.documents import ReadLimits
from factsheet_service.documents.readers.cell_format import shown


@pytest.fixture
def workbook():
    book = openpyxl.Workbook()
    book.active.title = "Terms"
    return book


def packed(book) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


async def test_a_sheet_is_a_page_with_its_name(read_files, workbook) -> None:
    workbook.active.append(["Facility", "Margin"])
    workbook.create_sheet("Model").append(["CFADS", 12])
    (document,) = await read_files({"a.xlsx": packed(workbook)})
    assert document.text == "Facility | Margin\n\nCFADS | 12"
    assert [(page.number, page.label) for page in document.pages] == [(1, "Terms"), (2, "Model")]


async def test_a_cell_keeps_the_shown_and_the_stored_value(read_files, workbook) -> None:
    workbook.active.append(["Margin", None, 0.0225])
    workbook.active["C1"].number_format = "0.00%"
    (document,) = await read_files({"a.xlsx": packed(workbook)})
    cell = document.cells[1]
    assert document.text == "Margin | 2.25%"
    assert (cell.place, document.text[cell.start : cell.end], cell.raw) == (
        "Terms!C1",
        "2.25%",
        "0.0225",
    )


async def test_cells_of_later_sheets_point_into_the_whole_text(read_files, workbook) -> None:
    workbook.active.append(["Facility"])
    workbook.create_sheet("Model").append(["CFADS", 12])
    (document,) = await read_files({"a.xlsx": packed(workbook)})
    shown_values = [document.text[cell.start : cell.end] for cell in document.cells]
    assert shown_values == ["Facility", "CFADS", "12"]


async def test_a_sheet_that_claims_to_be_full_is_read_as_it_is(read_files, workbook) -> None:
    for number in range(4000):
        workbook.active.append(["Facility", number])
    largest = BytesIO()
    with ZipFile(BytesIO(packed(workbook))) as whole, ZipFile(largest, "w") as changed:
        for name in whole.namelist():
            part = whole.read(name).replace(b'ref="A1:B4000"', b'ref="A1:XFD1048576"')
            changed.writestr(name, part)
    (document,) = await read_files({"a.xlsx": largest.getvalue()}, ReadLimits(cpu_s=4))
    assert document.text.endswith("Facility | 3999")


async def test_formulas_without_a_result_are_told(read_files, workbook) -> None:
    workbook.active.append([1, "=A1*2"])
    (document,) = await read_files({"a.xlsx": packed(workbook)})
    assert document.text == "1"
    assert document.reason == "1 formula has no stored result"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.0225, "0.00%", "2.25%"),
        (1.2, '0.00"x"', "1.20x"),
        (250000000, "#,##0", "250,000,000"),
        (250000000, '"EUR" #,##0.00', "EUR 250,000,000.00"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-5, "#,##0;(#,##0)", "-5"),
        (0, '#,##0;(#,##0);"-"', "0"),
        (2.5, "General", "2.5"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (True, "General", "TRUE"),
        (dt.datetime(2031, 3, 15), "dd/mm/yyyy", "2031-03-15"),
        ("two\nlines", "@", "two lines"),
    ],
)
def test_values_are_shown_as_the_sheet_shows_them(value, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text
