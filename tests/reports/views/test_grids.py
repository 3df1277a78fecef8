import pytest
from factsheet_schemas import FieldType
from factsheet_service.reports.views.grids import grid
from support.build import cite, make_document

LEVELS = make_document(
    "Level | Leverage Ratio | Applicable Margin | Base Rate Margin | Commitment Fee\n"
    "Level I | less than 2.00:1 | 1.50% | 0.50% | 0.20%\n"
    "Level II | from 2.00:1 to 3.00:1 | 1.75% | 0.75% | 0.25%\n"
    "Level III | greater than 3.00:1 | 2.25% | 1.25% | 0.35%\n"
    "The Agent shall determine the Level."
)


def levels(document, words, value):
    return grid(document, cite(document, words), value, FieldType.PERCENT)


@pytest.mark.parametrize(
    ("value", "column"), [(2.25, [1.5, 1.75, 2.25]), (0.35, [0.2, 0.25, 0.35])]
)
def test_of_several_columns_the_one_with_the_value_is_read(value, column):
    assert [one.value for one in levels(LEVELS, "Level III | greater than 3.00:1", value)] == column


def test_what_stands_before_the_figures_says_when_they_hold():
    first, *_ = levels(LEVELS, "Level III", 2.25)
    assert first.when == "Level I | less than 2.00:1"


def test_a_sentence_that_ends_in_a_figure_is_a_row_too():
    text = make_document("From 1 January 2027 to 31 December 2031 1.80\nFrom 1 January 2032 2.10")
    assert [(one.starts, one.value) for one in levels(text, "2032 2.10", 2.1)] == [
        ("2027-01-01", 1.8),
        ("2032-01-01", 2.1),
    ]


def test_rows_behind_other_words_belong_to_another_table():
    text = make_document("From 2027 on | 1.80\nFees are these.\nFrom 2030 on | 9.00")
    assert [one.value for one in levels(text, "From 2027 on | 1.80", 1.8)] == [1.8]


def test_a_value_that_no_cited_row_has_is_of_no_grid():
    assert levels(LEVELS, "Level I |", 7.0) == []
