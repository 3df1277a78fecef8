import pytest
from factsheet_schemas import Evidence, FieldValue, Status
from factsheet_schemas.rules import Anchor
from factsheet_service.core.reconcile.events import Calendar, definition_of
from support.build import make_document

ANCHORS = (
    Anchor(field="signed", phrases=("Signing Date", "date of this Agreement")),
    Anchor(field="matures", phrases=("Maturity Date",)),
)


def cell(date):
    quote = f"dated {date}"
    shown = Evidence(document="d", document_name="d", page=1, start=0, end=len(quote), quote=quote)
    value = {"date": date, "precision": "day"}
    return FieldValue(status=Status.PRESENT, value=value, evidence=(shown,))


SIGNED = {"signed": cell("2000-08-09")}


def date_of(event, text, cells=SIGNED, but_not=""):
    return Calendar(ANCHORS, cells, (make_document(text),)).date_of(event, but_not)


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        (
            "Closing Date",
            'a "Closing\nDate" means 3 May 2021. More.',
            'Closing\nDate" means 3 May 2021.',
        ),
        ("closing date", "“Closing Date” shall mean May 3; and", "Closing Date” shall mean May 3;"),
        ("Close", "Section 2\n  Close means 7 August. X", "Close means 7 August."),
        ("CAFDS", '“CAFDS" (Cash Available) means cash. X', 'CAFDS" (Cash Available) means cash.'),
    ],
)
def test_a_definition_reaches_from_the_term_to_the_end_of_its_sentence(term, text, expected):
    start, end = definition_of(term, text)
    assert text[start:end] == expected


def test_a_longer_term_is_another_one():
    assert definition_of("Closing Date", '"First Closing Date" means 3 May 2021.') is None


def test_a_term_in_a_sentence_is_not_defined_there():
    assert definition_of("Closing Date", "On the Closing Date means of payment are given.") is None


def test_a_definition_that_gives_a_date_dates_the_event_and_is_its_source():
    event = date_of("Closing Date", '"Closing Date" shall mean January 8, 2015.')
    assert event.value["date"] == "2015-01-08"
    assert [one.quote for one in event.evidence] == ['Closing Date" shall mean January 8, 2015.']


def test_a_definition_goes_before_a_field_of_that_name():
    assert (
        date_of("Signing Date", '"Signing Date" means 1 July 2001.').value["date"] == "2001-07-01"
    )


def test_an_event_without_a_definition_is_dated_by_the_field_that_holds_it():
    event = date_of("the Signing Date", "Nothing is defined here.")
    assert (event.value["date"], event.formula) == ("2000-08-09", "signed")


def test_a_definition_that_counts_from_another_event_is_followed():
    event = date_of(
        "Revolving Maturity Date",
        '"Revolving Maturity Date" means the date 364 days after the date of this Agreement.',
    )
    assert event.value["date"] == "2001-08-08"
    assert [one.quote[:5] for one in event.evidence] == ["Revol", "dated"]


def test_a_definition_that_names_another_event_is_followed():
    event = date_of("Closing Date", '"Closing Date" means the date of this Agreement.')
    assert event.value["date"] == "2000-08-09"
    assert len(event.evidence) == 2


@pytest.mark.parametrize(
    "body",
    [
        "the date on which all conditions are met",
        "a day not later than 3 May 2021",
        "in relation to Facility A, 3 May 2021",
        "the first day at least five days after the date of this Agreement",
    ],
)
def test_a_definition_without_a_date_of_its_own_dates_nothing(body):
    assert date_of("Closing Date", f'"Closing Date" means {body}.') is None


def test_definitions_that_lead_in_a_circle_date_nothing():
    text = '"A Date" means one year after the B Date. "B Date" means one year after the A Date.'
    assert date_of("A Date", text) is None


def test_a_field_does_not_date_itself():
    cells = {"matures": cell("2030-01-01")}
    assert date_of("Maturity Date", "", cells, but_not="matures") is None


def test_a_definition_may_say_which_date_it_turned_out_to_be():
    event = date_of(
        "Closing Date",
        '"Closing Date" means the first date all conditions precedent in Section 4.01 are satisfied'
        " or waived in accordance with Section 10.01, which date is October 19, 2007.",
    )
    assert event.value["date"] == "2007-10-19"


def test_a_definition_that_does_not_say_the_date_is_a_source_beside_the_field_that_does():
    event = date_of("Signing Date", '"Signing Date" means the date, not later than May 3, 2001.')
    assert event.value["date"] == "2000-08-09"
    assert [one.quote[:7] for one in event.evidence] == ["Signing", "dated 2"]
