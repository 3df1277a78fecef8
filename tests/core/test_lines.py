import itertools

from factsheet_service.core.lines import MAX_CHARS, fold, is_heading, is_table_row, split_lines
from hypothesis import given
from hypothesis import strategies as st


def lines_of(text):
    return [fold(text[line.start : line.end]) for line in split_lines(text)]


def test_sentences_become_lines():
    text = "The Margin is 2.10 per cent. per annum. The Lenders shall make the Loans available."
    assert lines_of(text) == [
        "The Margin is 2.10 per cent. per annum.",
        "The Lenders shall make the Loans available.",
    ]


def test_visual_lines_of_a_paragraph_are_joined():
    text = "The Borrower shall repay the Loans in\nequal instalments on each\nRepayment Date falling due."
    assert len(lines_of(text)) == 1


def test_abbreviations_end_no_sentence():
    text = "Amendment No. 4 was signed by Norrvind Holding Inc. Delaware and by Firma S.A. Madrid today."
    assert len(lines_of(text)) == 1


def test_a_clause_letter_after_a_full_stop_starts_a_line():
    text = (
        "The Borrower shall give notice to the Agent of each change.\n"
        "(b) The Agent shall forward it to all Lenders without delay."
    )
    assert lines_of(text)[1].startswith("(b)")


def test_table_rows_stay_apart_from_prose():
    text = "Commitments of the Lenders are\nBank A | EUR 10,000,000\nBank B | EUR 20,000,000"
    assert lines_of(text)[1:] == ["Bank A | EUR 10,000,000", "Bank B | EUR 20,000,000"]


def test_wide_gaps_make_a_table_row_but_dot_leaders_do_not():
    assert is_table_row("Level I      1.25%      0.20%")
    assert not is_table_row("1.1 Definitions ........................   7")


def test_headings_are_recognised_by_title_number_or_capitals():
    assert is_heading("SCHEDULE 2")
    assert is_heading("9.2 Calculation of interest")
    assert is_heading("REPAYMENT OF LOANS")
    assert not is_heading("The Borrower shall repay the Loans.")


@given(st.text(alphabet='aB1 .;,\n\t|()"“', max_size=1200))
def test_lines_keep_every_character_but_white_space_and_stay_short(text):
    lines = split_lines(text)
    kept = "".join("".join(text[line.start : line.end].split()) for line in lines)
    assert kept == "".join(text.split())
    assert all(0 < line.end - line.start <= MAX_CHARS or line.is_heading for line in lines)
    assert all(a.end <= b.start for a, b in itertools.pairwise(lines))
