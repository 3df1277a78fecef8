"""Countries by their names, and by their states'."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import NotAValue, agrees, normalise

COUNTRY = load_schema("credit_facility").by_key["project_country"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("New South Wales, Australia", "AU"),
        ("New Mexico", "US"),
        ("New Jersey", "US"),
        ("Georgia, USA", "US"),
        ("State of Georgia", "US"),
        ("Georgia", "GE"),
        ("Karnataka", "IN"),
        ("Turkey", "TR"),
        ("Republic of Korea", "KR"),
        ("Ivory Coast", "CI"),
        ("Polska", "PL"),
        ("Vereinigtes Königreich", "GB"),
    ],
)
def test_a_place_is_in_its_country_and_not_in_one_whose_name_it_holds(written, code):
    assert normalise(COUNTRY, written).value == code
    assert agrees(COUNTRY, code, f"the Project is located in {written}.")


@pytest.mark.parametrize("written", ["no", "it", "is"])
def test_words_in_small_letters_are_no_codes(written):
    with pytest.raises(NotAValue):
        normalise(COUNTRY, written)
