"""What an answer's row cites, as stretches of the document."""

from __future__ import annotations

from factsheet_schemas import load_schema
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.citing import cited, spans_of
from support.build import make_window

FIELDS = load_schema("credit_facility").by_key
GRID = make_window(
    "The percentage set forth below (in basis points per annum) applies from the date hereof.\n\n"
    "Level | I | II | III\n"
    "Facility Fee | 5.0 | 6.0 | 7.5\n"
    "Letter fee | 1.25% | 1.50% | 2.00%\n\n"
    "Commitments of the Lenders are set out below in thousands of Euros for each of them.\n\n"
    "Lender | Commitment\n"
    "Northern Bank | 250,000\n"
)


def read(key, value, *lines, quote=""):
    spec = FIELDS[key]
    row = Row(key, (), value, lines, quote=quote)
    (found,) = candidates_of(GRID, Question(Kind.GROUP, "q", (spec,)), Answer(rows=(row,)))
    return found


def line_of(text):
    return next(line.number for line in GRID.lines if text in line.text)


def test_a_bare_figure_of_a_table_is_in_the_unit_that_the_words_above_it_say():
    found = read("commitment_fee_pct", "6.0", line_of("Facility Fee"))
    assert (found.value, found.is_grounded) == (0.06, True)
    assert "in basis points" in found.quote()
    assert found.lines()[0].startswith("Facility Fee")


def test_a_figure_with_a_unit_of_its_own_needs_no_other():
    found = read("lc_fee_pct", "1.50%", line_of("Letter fee"))
    assert (found.value, len(found.spans)) == (1.5, 1)


def test_an_amount_of_a_table_has_the_scale_and_currency_of_the_words_above_it():
    found = read("credit_limit", "250,000", line_of("Northern Bank"))
    assert found.value == {"amount": 250_000_000, "currency": "EUR"}
    assert found.is_grounded


def test_a_quote_in_the_place_of_lines_is_looked_up_in_the_window():
    found = read("lc_fee_pct", "1.50%", quote="Letter fee 1.25% / 1.50% / 2.00%")
    assert (found.value, found.is_grounded) == (1.5, True)
    assert found.quote() == "Letter fee | 1.25% | 1.50% | 2.00%"


def test_a_quote_that_stands_nowhere_is_no_evidence():
    found = read("lc_fee_pct", "1.50%", quote="the issuance fee shall be 1.50 per cent.")
    assert (found.value, found.spans) == (None, ())


def test_lines_count_more_than_a_quote():
    row = Row("x", (), "", (1,), quote="Northern Bank 250,000")
    assert cited(GRID, row) == spans_of(GRID, (1,))
