"""Whether a cited stretch shows a quote."""

from __future__ import annotations

from factsheet_schemas import Evidence
from factsheet_service.evaluation.spans import Sources, shows, words_overlap
from support.scoring import DOCUMENT, cite

TEXT = (
    "Section 2. Repayment. The Borrower shall repay the Loans in ten equal\n"
    "instalments.   The first falls due in June 2027.\n\nSection 3. Fees. None. "
) + "Filler words stand here. " * 60
SOURCES = Sources({DOCUMENT: TEXT})
QUOTE = "The Borrower shall repay the Loans in ten equal instalments."


def test_a_quote_is_found_whatever_its_white_space():
    ((start, end),) = SOURCES.find(QUOTE)[DOCUMENT]
    assert TEXT[start:end].split() == QUOTE.split()


def test_a_line_inside_the_quote_shows_it():
    assert shows(cite(TEXT, "shall repay the Loans in ten equal\ninstalments."), QUOTE, SOURCES)


def test_a_passage_around_the_quote_shows_it():
    assert shows(cite(TEXT, TEXT[:140]), QUOTE, SOURCES)


def test_a_neighbouring_sentence_does_not():
    assert not shows(cite(TEXT, "The first falls due in June 2027."), QUOTE, SOURCES)


def test_a_stretch_that_touches_less_than_half_does_not():
    assert not shows(cite(TEXT, "instalments.   The first falls due in June"), QUOTE, SOURCES)


def test_a_stretch_of_pages_points_nowhere():
    assert not shows(cite(TEXT, TEXT), QUOTE, SOURCES)


def test_the_same_offsets_in_another_document_do_not():
    elsewhere = cite(TEXT, QUOTE.replace("equal ", "equal\n")).model_copy(update={"document": "d2"})
    assert not shows(elsewhere, QUOTE, SOURCES)


def test_without_the_text_the_words_are_compared():
    evidence = Evidence(
        document="d9", document_name="b", page=None, start=0, end=9, quote=f"2.1 {QUOTE}"
    )
    assert shows(evidence, QUOTE, Sources({}))


def test_words_in_another_order_do_not_overlap():
    assert not words_overlap("ten Loans the repay", "repay the Loans in ten parts")
