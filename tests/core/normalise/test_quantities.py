"""Numbers with units, lists and ranges of them, and what a quote must say for each."""

from __future__ import annotations

import pytest
from factsheet_schemas import FieldSpec
from factsheet_service.core.normalise import NotAValue, agrees, normalise, render, same


def spec(kind: str, **details: object) -> FieldSpec:
    return FieldSpec.model_validate(
        {"key": "field", "label": "Field", "type": kind, "scope": "deal", **details}
    )


DELAY = spec("number_list", unit="ms", number_words={"immediate": 0})
ANGLE = spec("number_list", unit="deg", is_magnitude=True, bounds={"least": 0, "most": 180})
AGE = spec("number", unit="years", bounds={"least": 0, "most": 120})
SIZE = spec("number", unit="cm")
AGES = spec("range", unit="years")
STRENGTH = spec("number", unit="N.s/m")


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        (SIZE, "5.0 mm", 0.5),
        (SIZE, "0.1 m", 10.0),
        (SIZE, "2 inches", 5.08),
        (SIZE, "12", 12.0),
        (SIZE, "a 10-cm reach", 10.0),
        (AGE, "22.4 ± 3.1 years", 22.4),
        (STRENGTH, "15 N·s·m−1", 15.0),
        (STRENGTH, "13 Ns/m", 13.0),
        (STRENGTH, "0.15 N·s/cm", 15.0),
    ],
)
def test_a_number_is_in_its_fields_unit(field, written, expected):
    assert normalise(field, written).value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        (DELAY, "500 ms and 2 s", [500.0, 2000.0]),
        (DELAY, "0.5, 1 or 2 s", [500.0, 1000.0, 2000.0]),
        (DELAY, "immediate", [0.0]),
        (DELAY, "1.5s", [1500.0]),
        (ANGLE, "±25˚ and ±75˚", [25.0, 75.0]),
        (ANGLE, "-45 degrees; 45 degrees", [45.0]),
        (ANGLE, "0.5 rad", [28.64788976]),
        (ANGLE, "0° to 30° by 15° intervals", [0.0, 15.0, 30.0]),
        (ANGLE, "8 targets, 45° apart", [45.0]),
    ],
)
def test_a_list_holds_each_number_once(field, written, expected):
    assert normalise(field, written).value == pytest.approx(expected)


@pytest.mark.parametrize("written", ["18-34", "18–34 years", "from 18 to 34", "between 18 and 34"])
def test_a_range_has_two_ends(written):
    assert normalise(AGES, written).value == {"low": 18.0, "high": 34.0}


@pytest.mark.parametrize(
    ("field", "written"),
    [
        (AGE, "18-30"),  # no mean
        (AGE, "300"),
        (ANGLE, "720 degrees"),
        (ANGLE, "ranging from 10 to 80 degrees"),  # of what between them?
        (AGES, "18"),
        (DELAY, "Online"),
        (DELAY, "endpoint"),
        (SIZE, "5 s"),
    ],
)
def test_what_is_no_number_of_the_field_is_refused(field, written):
    with pytest.raises(NotAValue):
        normalise(field, written)


def test_the_year_of_a_paper_is_not_ahead_of_us():
    field = spec("year", bounds={"least": 1900, "most": "this_year"})
    assert normalise(field, "2019").value == 2019
    for written in ("2999", "1066", "19", "20"):
        with pytest.raises(NotAValue):
            normalise(field, written)


def test_a_number_is_borne_out_in_any_unit():
    assert agrees(SIZE, 0.5, "targets (5.0 mm radius)")
    assert agrees(DELAY, [2000.0], "all feedback was delayed by 2 s")
    assert agrees(ANGLE, [25.0, 75.0], "two magnitudes were used, ±25˚ and ±75˚")
    assert agrees(DELAY, [0.0], "feedback was immediate")
    assert agrees(DELAY, [0.0, 1500.0], "immediate in one group, delayed by 1.5 s in the other")
    assert not agrees(SIZE, 5.0, "targets (5.0 mm radius)")


def test_the_end_of_a_range_bears_out_no_mean():
    assert not agrees(AGE, 18.0, "20 adults aged 18-30 years")
    assert agrees(AGE, 18.0, "aged 18-30 years, mean 18 years")
    assert agrees(AGES, {"low": 18.0, "high": 30.0}, "20 adults aged 18-30 years")


def test_lists_and_ranges_are_shown_and_compared_by_their_numbers():
    assert render(ANGLE, [25.0, 75.5]) == "25, 75.5"
    assert render(AGES, {"low": 18.0, "high": 34.0}) == "18-34"
    assert same(ANGLE, [75.0, 25.0], [25.0, 75.0])
    assert not same(ANGLE, [25.0], [25.0, 75.0])
    assert not same(AGES, {"low": 18.0, "high": 34.0}, {"low": 18.0, "high": 35.0})
