import pytest
from factsheet_schemas import Origin, Status
from factsheet_schemas.record import Qualifiers
from factsheet_service.reports.cells import inert, place, sheet_text, shortened, value_in
from support.build import make_schema
from support.records import absent, make_evidence, make_record, present

SCHEMA = make_schema()


@pytest.mark.parametrize(
    "text", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\tx", "\rx", "=HYPERLINK(0)", "-", "--1"]
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert inert(text) == "'" + text


@pytest.mark.parametrize("text", ["-12.5", "+3", "-0.50%", "-1,250,000", "1.20x", "EUR 5", ""])
def test_numbers_and_plain_text_stay_as_they_are(text):
    assert inert(text) == text


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.POSSIBLY_PRESENT, "NOT_FOUND"),
        (Status.NOT_FOUND, "NOT_FOUND"),
        (Status.NOT_APPLICABLE, "N/A"),
        (Status.NOT_ASKED, "NOT_EXTRACTED"),
        (Status.FAILED, "EXTRACTION_ERROR"),
    ],
)
def test_a_status_without_value_is_written_in_the_originals_word(status, word):
    assert sheet_text(SCHEMA.by_key["margin"], absent(status)) == word


def test_a_value_that_is_only_possible_is_not_written_as_one():
    possible = present(2.25, status=Status.POSSIBLY_PRESENT)
    assert sheet_text(SCHEMA.by_key["margin"], possible) == "NOT_FOUND"


def test_a_facility_inherits_the_deals_value():
    record = make_record()
    value = value_in(record, record.facilities[1], SCHEMA.by_key["borrower"])
    assert value.value == "Norrvind Wind AS"


def test_a_facilitys_own_value_overrides_the_deals():
    record = make_record(deal={"margin": present(9.0, origin=Origin.SWEEP)})
    value = value_in(record, record.facilities[0], SCHEMA.by_key["margin"])
    assert value.value == 2.25


def test_a_field_that_nobody_answered_counts_as_not_asked():
    record = make_record()
    value = value_in(record, record.facilities[0], SCHEMA.by_key["hedge_share"])
    assert value.status is Status.NOT_ASKED


def test_evidence_is_placed_by_document_and_page():
    assert place(make_evidence()) == "Facilities_Agreement.pdf p. 12"


def test_evidence_in_a_spreadsheet_is_placed_by_its_range():
    cell = make_evidence(name="Model.xlsx").model_copy(update={"place": "Debt!B7"})
    assert place(cell) == "Model.xlsx Debt!B7"


def test_a_long_quote_is_cut_with_an_ellipsis_within_its_width():
    assert shortened("one  two\nthree four", 10) == "one two t…"


def test_a_percentage_of_the_margin_says_so():
    fee = present(35.0, qualifiers=Qualifiers(basis="of_margin"))
    assert sheet_text(SCHEMA.by_key["margin"], fee) == "35.00% of margin"


def test_a_long_name_is_cut_in_its_middle_so_that_the_page_stays():
    assert place(make_evidence(name="Facilities_Agreement.pdf"), 16) == "Facil….pdf p. 12"
