"""An analyst's sheet as gold."""

from __future__ import annotations

import csv

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.scoring import score
from factsheet_service.evaluation.sheet import read_sheet
from support.scoring import facility, present, record

SCHEMA = load_schema("credit_facility")
LABEL = {key: spec.label for key, spec in SCHEMA.by_key.items()}


@pytest.fixture
def sheet(tmp_path):
    def write(*rows):
        path = tmp_path / "sheet.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, sorted({column for row in rows for column in row}))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def labelled(**cells):
    return {LABEL[key]: value for key, value in cells.items()}


def test_rows_are_facilities_under_the_schemas_labels(sheet):
    path = sheet(labelled(facility_name="Facility A", spread_pct="2.25%", borrower_name="Nord AS"))
    gold = read_sheet(path, SCHEMA, "nord")
    assert gold.rows[0].names == ("Facility A",)
    assert gold.rows[0].values["spread_pct"].values == (2.25,)
    assert gold.deal["borrower_name"].values == (["Nord AS"],)


def test_a_limit_in_thousands_equals_the_whole_amount(sheet):
    path = sheet(labelled(facility_name="Facility A", credit_limit="EUR 250,000"))
    limit = {"amount": 250_000_000, "currency": "EUR"}
    found = record(facility("Facility A", credit_limit=present(limit)))
    assert score(found, read_sheet(path, SCHEMA, "c"), SCHEMA, {}).counts.tp == 1


def test_not_found_is_absence_and_an_empty_cell_is_not_labelled(sheet):
    path = sheet(labelled(facility_name="Facility A", spread_pct="NOT_FOUND", lc_fee_pct=""))
    found = record(facility("Facility A", spread_pct=present(1.0), lc_fee_pct=present(1.0)))
    counts = score(found, read_sheet(path, SCHEMA, "c"), SCHEMA, {}).counts
    assert (counts.tp, counts.fp) == (0, 1)


def test_rows_of_other_companies_are_left_out(sheet):
    rows = [
        {"Client Folder": name, **labelled(facility_name=f"Facility {name}")} for name in ("x", "y")
    ]
    gold = read_sheet(sheet(*rows), SCHEMA, "y")
    assert [row.names for row in gold.rows] == [("Facility y",)]


def test_a_company_without_rows_is_refused(sheet):
    rows = [{"Client Folder": name, **labelled(facility_name="A")} for name in ("x", "y")]
    with pytest.raises(UsageError, match="no row of company 'z'"):
        read_sheet(sheet(*rows), SCHEMA, "z")


def test_a_sheet_of_something_else_is_refused(sheet):
    with pytest.raises(UsageError, match="none of the columns"):
        read_sheet(sheet({"Price": "1"}), SCHEMA, "x")
