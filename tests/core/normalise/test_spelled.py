"""Dates that notaries write out in words."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import agrees, normalise

INCEPTION = load_schema("credit_facility").by_key["inception_date"]


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("En Sevilla, a veintiséis de febrero de dos mil nueve", "2009-02-26"),
        ("a treinta y uno de diciembre de dos mil treinta", "2030-12-31"),
        ("el 26 de febrero de mil novecientos noventa y ocho", "1998-02-26"),
        ("le vingt-six février deux mille neuf", "2009-02-26"),
        ("le premier mars mil neuf cent quatre-vingt-dix-huit", "1998-03-01"),
        ("trente et un décembre deux mille trente-deux", "2032-12-31"),
        ("il ventotto febbraio duemilaventuno", "2021-02-28"),
        ("aos vinte e seis dias do mês de fevereiro de dois mil e nove", "2009-02-26"),
        ("am sechsundzwanzigsten Februar zweitausendneun", "2009-02-26"),
        ("am dritten März zweitausendzwanzig", "2020-03-03"),
        ("op zesentwintig februari tweeduizend negen", "2009-02-26"),
    ],
)
def test_day_and_year_are_read_in_words_of_every_language(written, date):
    value = {"date": date, "precision": "day"}
    assert normalise(INCEPTION, written).value == value
    assert agrees(INCEPTION, value, written)


def test_a_year_in_words_without_a_day_is_a_month():
    found = normalise(INCEPTION, "en febrero de dos mil nueve").value
    assert found == {"date": "2009-02", "precision": "month"}
