import pytest
from factsheet_service.core.normalise.numbers import find_numbers


@pytest.mark.parametrize("fraction", ["½", " 1/2"])
def test_a_run_of_figures_before_a_fraction_is_no_number(fraction):
    assert find_numbers("9" * 400 + fraction) == ()


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("two hundred and fifty million", [250_000_000]),
        ("four hundred twenty eight crore and forty lakh", [4_284_000_000]),
        ("one thousand million", [1_000_000_000]),
        ("two and one-half", [2.5]),
        ("three and a half", [3.5]),
        ("two and three", [2, 3]),
        ("five million and fifty billion", [5_000_000, 50_000_000_000]),
        ("nineteen ninety-eight", [19, 98]),
        ("hundred and one", [101]),
    ],
)
def test_number_words_are_read_in_the_longest_runs_that_make_sense(words, numbers):
    assert [number.plain for number in find_numbers(words)] == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("4,28,40,000.50", [42_840_000.5]), ("1,250,000", [1_250_000]), ("5.0% - 2.5%", [5, 2.5])],
)
def test_figures_keep_their_groups_and_a_dash_between_them_is_no_minus(text, numbers):
    assert [number.grouped for number in find_numbers(text)] == numbers
