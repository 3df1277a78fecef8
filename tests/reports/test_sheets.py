import csv
import io

import openpyxl
import pytest
from factsheet_schemas import FacilityRecord
from factsheet_service.reports.sheets import csv_bytes, xlsx_bytes
from support.build import make_schema
from support.records import make_evidence, make_record, present

SCHEMA = make_schema(columns=[{"label": "Client Folder", "source": "company"}])
EVIL = '=HYPERLINK("http://evil","click")'


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def evil_record():
    fields = {"name": present(EVIL, EVIL), "margin": present(-12.5)}
    return make_record(facilities=(FacilityRecord(id="f1", name=EVIL, fields=fields),))


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(make_record(), SCHEMA)))


@pytest.fixture(scope="module")
def evil_book():
    return openpyxl.load_workbook(io.BytesIO(xlsx_bytes(evil_record(), SCHEMA)))


def sheet_rows(book, name):
    return [tuple(cell.value for cell in row) for row in book[name].iter_rows()]


def test_the_csv_is_read_back_by_label():
    rows = read_csv(csv_bytes([make_record()], SCHEMA))
    assert [row["Facility name"] for row in rows] == ["Facility A", "Facility B"]
    assert rows[0]["Margin"] == "2.25%"


def test_several_companies_share_one_header():
    other = make_record(company="Sudvind")
    rows = read_csv(csv_bytes([make_record(), other], SCHEMA))
    assert [row["Client Folder"] for row in rows] == ["Norrvind"] * 2 + ["Sudvind"] * 2


def test_a_formula_in_a_document_is_inert_in_the_csv():
    assert read_csv(csv_bytes([evil_record()], SCHEMA))[0]["Facility name"] == "'" + EVIL


def test_a_negative_number_stays_a_number_in_the_csv():
    assert read_csv(csv_bytes([evil_record()], SCHEMA))[0]["Margin"].startswith("-12.5")


def test_a_value_with_line_breaks_stays_on_one_line():
    record = make_record(deal={"borrower": present("Norrvind\nWind AS")})
    assert read_csv(csv_bytes([record], SCHEMA))[0]["Borrower"] == "Norrvind Wind AS"


def test_the_workbook_has_its_four_sheets(book):
    assert book.sheetnames == ["Facilities", "Evidence", "Documents", "Warnings"]


def test_the_facilities_sheet_says_what_the_csv_says(book):
    names = [row[0:3] for row in sheet_rows(book, "Facilities")]
    assert names == [
        ("Client Folder", "Borrower", "Facility name"),
        ("Norrvind", "Norrvind Wind AS", "Facility A"),
        ("Norrvind", "Norrvind Wind AS", "Facility B"),
    ]


def test_every_value_of_the_evidence_sheet_has_its_place_and_quote(book):
    assert (
        "Facility A", "Margin", "2.25%", "PRESENT", 0.6, "Facilities_Agreement.pdf", 12, "as written",
    ) in sheet_rows(book, "Evidence")  # fmt: skip


def test_a_failed_value_says_why_on_the_evidence_sheet(book):
    row = next(r for r in sheet_rows(book, "Evidence") if r[3] == "FAILED")
    assert row[-1] == "(answer cut off twice)"


def test_files_that_were_not_read_stand_on_the_documents_sheet(book):
    assert sheet_rows(book, "Documents")[2][:3] == ("Scan.pdf", "needs_ocr", "no text on 7 pages")


def test_conflicts_and_warnings_stand_on_the_warnings_sheet(book):
    assert sheet_rows(book, "Warnings")[1:] == [
        ("conflict", "f1", "Margin", "2.25% in one place, 2.50% in another"),
        ("warning", None, None, "The term sheet is a draft."),
    ]


def test_no_cell_of_the_workbook_is_a_formula(evil_book):
    kinds = {c.data_type for sheet in evil_book for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds
    assert EVIL in {cell for row in sheet_rows(evil_book, "Evidence") for cell in row}


def test_control_characters_of_a_quote_do_not_break_the_workbook():
    value = present("x", evidence=(make_evidence("page\x0cbreak \x00"),))
    xlsx = xlsx_bytes(make_record(deal={"borrower": value}), SCHEMA)
    rows = sheet_rows(openpyxl.load_workbook(io.BytesIO(xlsx)), "Evidence")
    assert rows[1][-1] == "page break  "
