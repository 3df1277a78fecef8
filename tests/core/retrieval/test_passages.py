from factsheet_service.core.lines import split_lines
from factsheet_service.core.retrieval.passages import MOST_TOKENS, cut_passages
from support.build import make_document

SENTENCE = "The Borrower shall pay interest on each Loan on the last day of its Interest Period. "


def passages_of(*paragraphs):
    return cut_passages(make_document("\n\n".join(paragraphs)))


def test_passages_hold_every_line_once():
    document = make_document("\n\n".join(f"{n}.1 Interest\n\n{SENTENCE * 9}" for n in range(9)))
    passages = cut_passages(document)
    numbers = [n for one in passages for n in range(one.first, one.last + 1)]
    assert numbers == list(range(len(split_lines(document.text))))


def test_a_passage_is_short():
    assert all(one.num_tokens <= MOST_TOKENS for one in passages_of(SENTENCE * 40))


def test_a_definition_is_a_passage_of_its_own():
    first, second = passages_of('"Margin" means 2 per cent.', '"Lender" means a bank.')
    assert (first.term, second.term) == ("Margin", "Lender")


def test_definitions_are_seen_in_other_languages():
    passages = passages_of("„Marge“ bedeutet 2 % p.a.", "«Marge» désigne 2 % par an.")
    assert [one.term for one in passages] == ["Marge", "Marge"]


def test_a_passage_knows_the_heading_that_it_stands_under():
    *_, last = passages_of("2. THE FACILITIES", SENTENCE * 2, SENTENCE * 2)
    assert last.heading == "2. THE FACILITIES"


def test_a_title_at_the_start_of_a_paragraph_heads_it_and_what_follows():
    *_, last = passages_of(f"2.05 Fees. {SENTENCE * 2}", SENTENCE * 3)
    assert last.run_in == "Fees"


def test_a_heading_on_every_page_heads_nothing():
    pages = [f"EXHIBIT 10.1\n\n{SENTENCE * 2}" for _ in range(4)]
    assert {one.heading for one in passages_of("2. THE FACILITIES", *pages)} == {
        "2. THE FACILITIES"
    }


def test_a_document_without_text_has_no_passage():
    assert cut_passages(make_document(" \n ")) == ()
