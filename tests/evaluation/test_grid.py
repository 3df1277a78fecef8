"""Sheets as rows of text under their labels."""

from __future__ import annotations

from datetime import datetime

import pytest
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.grid import rows_under_labels
from openpyxl import Workbook

LABELS = ("Name", "Rate", "Date", "Hedged?")


def num_known(row):
    return sum(cell in LABELS for cell in row)


@pytest.fixture
def workbook(tmp_path):
    def made(fill):
        book = Workbook()
        fill(book)
        book.save(tmp_path / "a.xlsx")
        return rows_under_labels(tmp_path / "a.xlsx", num_known)

    return made


def test_numbers_dates_and_truths_are_read_as_one_sees_them(workbook):
    def fill(book):
        sheet = book.active
        sheet.append(LABELS)
        sheet.append(["A", 0.0225, datetime(2031, 3, 14), True])
        sheet["B2"].number_format = "0.00%"
        sheet.append(["B", 250000.0, None, None])

    first, second = workbook(fill)
    assert first == {"Name": "A", "Rate": "2.25%", "Date": "2031-03-14", "Hedged?": "Yes"}
    assert second == {"Name": "B", "Rate": "250000", "Date": "", "Hedged?": ""}


def test_the_header_may_stand_below_a_title_and_on_another_sheet(workbook):
    def fill(book):
        book.active.append(["Name of this workbook"])
        sheet = book.create_sheet("Golden")
        sheet.append(["Golden record"])
        sheet.append([])
        sheet.append(LABELS)
        sheet.append(["A"])
        sheet.append([])

    assert [row["Name"] for row in workbook(fill)] == ["A"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_a_csv_of_any_country(tmp_path, delimiter, encoding):
    path = tmp_path / "a.csv"
    rows = (("Name", "Rate"), ("Société", "2.25%"))
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    assert rows_under_labels(path, num_known) == [{"Name": "Société", "Rate": "2.25%"}]


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"no zip"), ("a.csv", b"Price\n1")])
def test_what_is_no_sheet_of_ours_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match="a\\."):
        rows_under_labels(tmp_path / name, num_known)


def test_a_sheet_that_is_missing_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read as a sheet"):
        rows_under_labels(tmp_path / "none.xlsx", num_known)
