"""Whose a value is where the engine names no row."""

import pytest
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.cells import sort_candidates
from factsheet_service.core.reconcile.names import Mention, merge_mentions
from support.build import make_document, make_schema, make_window

SCHEMA = make_schema()
AGREEMENT = make_document("Facility A and Facility B are lent. The Margin is 2 per cent.")
MENTIONS = [Mention(name, (), AGREEMENT, ((0, 10),)) for name in ("Facility A", "Facility B")]


def rows_of(text, words, *mentions):
    window = make_window(text, "other.txt")
    named = [Mention(name, (), window.document, ((0, 5),)) for name in mentions]
    rows = merge_mentions([*MENTIONS, *named], SCHEMA.entity)
    line = next(line.number for line in window.lines if words in line.text)
    asked = Question(Kind.GROUP, "q", (SCHEMA.by_key["margin"],))
    found = candidates_of(window, asked, Answer(rows=(Row("margin", (), "3%", (line,)),)))
    cells = sort_candidates(list(found), rows, SCHEMA).cells
    return sorted(row for row, _ in cells)


LETTER = "The terms of the swap are agreed for Facility B as follows.\n\nThe Margin is 3 per cent. a year."
BOTH = (
    "Facility A is not changed by this Amendment at all.\n\nThe Margin of Facility B is 3 per cent.\n\n"
    "The Margin is 3 per cent. from now on, on everything."
)


def test_a_letter_about_one_row_speaks_of_it_throughout():
    assert rows_of(LETTER, "Margin is 3") == ["f2"]


def test_an_amendment_that_calls_several_speaks_of_the_one_in_its_words():
    assert rows_of(BOTH, "of Facility B") == ["f2"]


def test_words_that_call_none_where_the_document_calls_several_speak_of_all():
    assert rows_of(BOTH, "from now on") == ["f1", "f2"]


def test_a_document_that_calls_none_speaks_of_all():
    assert rows_of("The Margin is 3 per cent. a year for all.", "Margin") == ["f1", "f2"]


@pytest.mark.parametrize("words", ["of Facility B", "from now on"])
def test_where_the_engine_told_the_rows_apart_its_silence_means_all(words):
    assert rows_of(BOTH, words, "Facility A", "Facility B") == ["f1", "f2"]
