"""An analyst's sheet as gold."""

from __future__ import annotations

import csv

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.labels import shipped_labels
from factsheet_service.evaluation.scoring import score
from factsheet_service.evaluation.sheet import read_sheet
from support.scoring import facility, present, record

SCHEMA = load_schema("credit_facility")
LABELS = shipped_labels("credit_facility", SCHEMA)
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
    gold = read_sheet(path, SCHEMA, "nord").gold
    assert gold.rows[0].names == ("Facility A",)
    assert gold.rows[0].values["spread_pct"].values == (2.25,)
    assert gold.deal["borrower_name"].values == (["Nord AS"],)


def test_a_limit_in_thousands_equals_the_whole_amount(sheet):
    path = sheet(labelled(facility_name="Facility A", credit_limit="EUR 250,000"))
    limit = {"amount": 250_000_000, "currency": "EUR"}
    found = record(facility("Facility A", credit_limit=present(limit)))
    assert score(found, read_sheet(path, SCHEMA, "c").gold, SCHEMA, {}).counts.tp == 1


def test_not_found_is_absence_and_an_empty_cell_is_not_labelled(sheet):
    path = sheet(labelled(facility_name="Facility A", spread_pct="NOT_FOUND", lc_fee_pct=""))
    found = record(facility("Facility A", spread_pct=present(1.0), lc_fee_pct=present(1.0)))
    counts = score(found, read_sheet(path, SCHEMA, "c").gold, SCHEMA, {}).counts
    assert (counts.tp, counts.fp) == (0, 1)


def test_rows_of_other_companies_are_left_out(sheet):
    rows = [
        {"Client Folder": name, **labelled(facility_name=f"Facility {name}")} for name in ("x", "y")
    ]
    gold = read_sheet(sheet(*rows), SCHEMA, "y").gold
    assert [row.names for row in gold.rows] == [("Facility y",)]


def test_a_company_without_rows_is_refused(sheet):
    rows = [{"Client Folder": name, **labelled(facility_name="A")} for name in ("x", "y")]
    with pytest.raises(UsageError, match="no row of company 'z'"):
        read_sheet(sheet(*rows), SCHEMA, "z")


def test_a_sheet_of_something_else_is_refused(sheet):
    with pytest.raises(UsageError, match="none of the columns"):
        read_sheet(sheet({"Price": "1"}), SCHEMA, "x")


@pytest.mark.parametrize(
    ("written", "amount", "is_right"),
    [
        ("EUR 250,000", 250_000_000, True),
        ("EUR 250,000", 250_000, False),
        ("EUR 250,000,000", 250_000_000, True),
        ("EUR 250m", 250_000_000, True),
    ],
)
def test_an_amount_under_thousands_is_in_thousands_unless_it_is_too_large(
    sheet, written, amount, is_right
):
    path = sheet(labelled(facility_name="Facility A", credit_limit=written))
    limit = present({"amount": amount, "currency": "EUR"})
    found = record(facility("Facility A", credit_limit=limit))
    scored = score(found, read_sheet(path, SCHEMA, "c").gold, SCHEMA, {})
    (verdict,) = (one for one in scored.verdicts if one.field == "credit_limit")
    assert (verdict.outcome is Outcome.RIGHT) == is_right


def test_a_company_is_found_under_another_spelling(sheet):
    rows = [
        {"Client Folder": name, **labelled(facility_name=f"Facility {name[0]}")}
        for name in ("Xenia AS", "YMER WIND Ltd")
    ]
    found = read_sheet(sheet(*rows), SCHEMA, "ymer_wind")
    assert [row.names for row in found.gold.rows] == [("Facility Y",)]


def test_a_row_without_a_company_is_of_the_one_above(sheet):
    rows = [
        {"Client Folder": name, **labelled(facility_name=f"Facility {n}")}
        for n, name in enumerate(("x", "", "y"))
    ]
    found = read_sheet(sheet(*rows), SCHEMA, "x")
    assert [row.names for row in found.gold.rows] == [("Facility 0",), ("Facility 1",)]


def test_the_only_company_is_taken_whatever_its_name_and_that_is_said(sheet):
    found = read_sheet(sheet({"Client Folder": "x", **labelled(facility_name="A")}), SCHEMA, "Nord")
    assert len(found.gold.rows) == 1
    assert found.warnings == ("the sheet's company is 'x', not 'Nord'",)


def test_columns_that_are_no_fields_are_named(sheet):
    found = read_sheet(
        sheet({"Reviewer": "N. N.", **labelled(facility_name="A")}), SCHEMA, "c", LABELS
    )
    assert found.warnings == ("columns that are no fields: 'Reviewer'",)


def test_metadata_columns_are_known(sheet):
    metadata = {column.label: "x" for column in SCHEMA.columns}
    found = read_sheet(sheet({**metadata, **labelled(facility_name="A")}), SCHEMA, "x")
    assert (len(metadata), found.warnings) == (4, ())


def test_an_amount_without_a_currency_is_in_that_of_its_row(sheet):
    path = sheet(labelled(facility_name="A", credit_limit="250,000", currency="SEK; EUR"))
    (row,) = read_sheet(path, SCHEMA, "c").gold.rows
    named = [one["currency"] for one in row.values["credit_limit"].values]
    assert {"SEK", "EUR"} <= set(named)
    assert "USD" not in named


def test_an_amount_that_names_its_currency_is_in_no_other(sheet):
    path = sheet(labelled(facility_name="A", credit_limit="USD 250,000", currency="SEK"))
    (row,) = read_sheet(path, SCHEMA, "c").gold.rows
    assert [one["currency"] for one in row.values["credit_limit"].values] == ["USD"]
