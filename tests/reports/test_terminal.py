import pytest
from factsheet_service.reports.terminal import WIDTH, table_text
from support.build import make_schema
from support.records import make_evidence, make_record, present

SCHEMA = make_schema()


@pytest.fixture(scope="module")
def text():
    return table_text(make_record(), SCHEMA)


def test_there_is_a_table_for_the_deal_and_one_per_facility(text):
    titles = [line.strip() for line in text.splitlines() if line.startswith("Norrvind: ")]
    assert titles == ["Norrvind: deal", "Norrvind: Facility A", "Norrvind: Facility B"]


def test_a_value_stands_with_confidence_place_and_quote(text):
    row = next(line for line in text.splitlines() if "Margin" in line)
    assert "2.25%" in row
    assert "0.60" in row
    assert "Facilities_Agreement.pdf p. 12" in row
    assert "“as written”" in text


def test_what_was_not_found_is_grouped_by_status(text):
    assert "Not found (1): Hedged?" in text
    assert "Not applicable (1): Hedge rate" in text
    assert "Failed (1): answer cut off twice: Limit" in text


def test_what_is_only_possible_names_the_place_to_look(text):
    assert "Possibly present, to be checked (1): Maturity (Facilities_Agreement.pdf p. 3)" in text


def test_brackets_of_a_document_are_shown_as_they_are():
    value = present("[●] the [Borrower]", "[/bold] [red]")
    text = table_text(make_record(deal={"borrower": value}), SCHEMA)
    assert "[●] the [Borrower]" in text
    assert "“[/bold] [red]”" in text


def test_no_line_is_wider_than_a_readme_shows():
    long = make_evidence("word " * 200, name="A_very_long_document_name_" * 4 + ".pdf")
    value = present("value " * 100, evidence=(long,))
    text = table_text(make_record(deal={"borrower": value}), SCHEMA)
    assert max(map(len, text.splitlines())) <= WIDTH


def test_the_place_stays_on_one_line_however_long_the_name():
    evidence = (make_evidence(name="Senior_Facilities_Agreement_2024-06-28.pdf", page=104),) * 3
    text = table_text(make_record(deal={"borrower": present("x", evidence=evidence)}), SCHEMA)
    assert any(line.rstrip().endswith("_2024-06-28.pdf p. 104 (+2)") for line in text.splitlines())
