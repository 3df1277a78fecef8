import pytest
from factsheet_service.engines.vllm.elements import Elements, elements, names_apart
from support.build import make_window

WINDOW = make_window(
    "Facility A and Facility B are made available; Series 2 of Class A; Series 2 is as well."
)
LIMIT = Elements("limit", ("Facility A",), "EUR 1", (3, 4))
SHAPES = {
    "flat": ["limit", "Facility A", "EUR 1", 3, 4],
    "names and lines in lists": ["limit", ["Facility A"], "EUR 1", [3, 4]],
    "names in a list": ["limit", ["Facility A"], "EUR 1", 3, 4],
    "lines in a list": ["limit", "Facility A", "EUR 1", [3, 4]],
    "lines in quotes": ["limit", "Facility A", "EUR 1", "3", "4"],
    "an object": {"field": "limit", "facilities": "Facility A", "value": "EUR 1", "lines": [3, 4]},
}
OTHERS = {
    "no names": ["limit", "EUR 1", 3, 4],
    "names apart": ["limit", "Facility A", "Facility B", "EUR 1", 3],
    "no lines": ["limit", "", "EUR 1"],
    "no value": ["limit", "", [3]],
    "lines that are none": ["limit", "", "EUR 1", "page 3"],
    "a scalar": "limit",
}


@pytest.mark.parametrize("written", SHAPES.values(), ids=SHAPES)
def test_a_row_is_read_from_any_shape_that_can_mean_nothing_else(written):
    assert elements(written) == LIMIT


@pytest.mark.parametrize("written", OTHERS.values(), ids=OTHERS)
def test_what_may_mean_something_else_is_no_row(written):
    assert elements(written) is None


def test_a_number_for_a_value_is_one_where_names_are_given_as_none():
    assert elements(["limit", "", 5, 3]) == Elements("limit", ("",), "5", (3,))


def test_a_claim_may_be_disputed_without_lines():
    assert elements(["2", "", ""]) == Elements("2", ("",), "", ())


QUOTE = "a Total Commitment of EUR 1 under Facility A"
QUOTED = {
    "flat": ["limit", "Facility A", "EUR 1", QUOTE],
    "an object": {"field": "limit", "facilities": "Facility A", "value": "EUR 1", "quote": QUOTE},
    "as evidence": {
        "field": "limit",
        "facilities": "Facility A",
        "value": "EUR 1",
        "evidence": QUOTE,
    },
}


@pytest.mark.parametrize("written", QUOTED.values(), ids=QUOTED)
def test_words_may_stand_in_the_place_of_line_numbers(written):
    assert elements(written) == Elements("limit", ("Facility A",), "EUR 1", (), QUOTE)


def test_lines_count_more_than_words():
    written = {"field": "limit", "facilities": [], "value": "EUR 1", "lines": [3], "quote": QUOTE}
    assert elements(written) == Elements("limit", (), "EUR 1", (3,))


def test_joined_names_are_told_apart():
    assert list(names_apart(["Facility A; Facility B"], WINDOW)) == ["Facility A", "Facility B"]


def test_no_names_are_none():
    assert list(names_apart(["", "; "], WINDOW)) == []


@pytest.mark.parametrize("others", ["", "; Facility A", "; Facility A; Facility B"])
def test_a_name_that_holds_what_joins_names_is_one(others):
    written = "Class A; Series 2" + others
    assert list(names_apart([written], WINDOW)) == written.replace("; F", "|F").split("|")
