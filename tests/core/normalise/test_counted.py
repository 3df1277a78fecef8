"""Dates counted from an event, in the languages of the documents."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import NotAValue, normalise
from factsheet_service.core.normalise.counted import shift

MATURITY = load_schema("credit_facility").by_key["maturity_date"]


@pytest.mark.parametrize(
    ("written", "anchor", "offset"),
    [
        ("the twenty-fifth anniversary of the Closing Date", "Closing Date", "P25Y"),
        ("twenty-five years after Financial Close", "Financial Close", "P25Y"),
        ("the tenth (10th) anniversary of the Effective Date", "Effective Date", "P10Y"),
        ("five years and six months after the Closing Date", "Closing Date", "P5Y6M"),
        ("Closing Date plus 7 years", "Closing Date", "P7Y"),
        ("two weeks after the Closing Date", "Closing Date", "P14D"),
        ("siete (7) años a contar desde la Fecha de Firma", "Fecha de Firma", "P7Y"),
        ("quinto aniversario de la Fecha de Firma", "Fecha de Firma", "P5Y"),
        ("cinq ans après la Date de Signature", "Date de Signature", "P5Y"),
        ("le cinquième anniversaire de la Date de Signature", "Date de Signature", "P5Y"),
        ("sieben Jahre nach Unterzeichnung", "Unterzeichnung", "P7Y"),
        ("am fünften Jahrestag des Vertragsdatums", "Vertragsdatums", "P5Y"),
        ("zeven jaar na de ondertekening", "ondertekening", "P7Y"),
        ("vijfde verjaardag van de Sluitingsdatum", "Sluitingsdatum", "P5Y"),
        ("sete anos após a assinatura", "assinatura", "P7Y"),
        ("sette anni dalla data di firma", "data di firma", "P7Y"),
        ("siedem lat od daty podpisania", "daty podpisania", "P7Y"),
    ],
)
def test_event_and_offset_are_read_in_every_language(written, anchor, offset):
    found = normalise(MATURITY, written)
    assert found.value is None
    assert (found.qualifiers.anchor, found.qualifiers.offset) == (anchor, offset)


def test_a_date_that_may_come_instead_is_not_the_events():
    found = normalise(
        MATURITY, "12 months after the Initial Utilisation Date or, if later, 30 June 2031"
    )
    assert (found.value, found.qualifiers.anchor) == (None, None)


def test_numbers_of_other_languages_do_not_count_english_years():
    with pytest.raises(NotAValue):
        normalise(MATURITY, "once years after closing")


@pytest.mark.parametrize(
    ("date", "precision", "offset", "moved"),
    [("2024-03-31", "day", "P5Y6M", "2029-09-30"), ("2024-03", "month", "P1Y2M", "2025-05")],
)
def test_a_date_is_moved_by_years_and_months_together(date, precision, offset, moved):
    assert shift({"date": date, "precision": precision}, offset)["date"] == moved


@pytest.mark.parametrize("offset", ["P", "5Y", "P9999Y", "P1W"])
def test_a_date_is_not_moved_by_what_is_no_period_it_can_take(offset):
    with pytest.raises(NotAValue):
        shift({"date": "2024-03-31", "precision": "day"}, offset)
