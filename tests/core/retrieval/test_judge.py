from factsheet_schemas import load_schema
from factsheet_schemas.options import Retriever
from factsheet_service.core.retrieval import Judge, WindowIndex
from factsheet_service.core.retrieval.judge import SHARE, fused
from factsheet_service.core.windows import cut_windows
from support.build import make_document, make_window

CREDIT = load_schema("credit_facility")


def judge(**settings):
    return Judge(CREDIT, CREDIT.groups, **settings)


def text_kept(judged, document):
    kept = [judged.passages[number] for number in sorted(judged.kept)]
    return "\n".join(document.text[one.start : one.end] for one in kept)


def test_a_short_document_is_read_as_a_whole():
    document = make_document("1. NOTICES\n\nNotices are given in writing.\n\n2. The end.")
    judged = judge().judged(document)
    assert len(judged.kept) == len(judged.passages)


def test_no_more_than_the_share_of_a_long_document_is_read(long_agreement):
    judged = judge().judged(long_agreement)
    tokens = [one.num_tokens for one in judged.passages]
    kept = sum(tokens[number] for number in judged.kept)
    assert SHARE * 0.95 < kept / sum(tokens) < SHARE * 1.05


def test_what_is_left_out_is_boilerplate(long_agreement):
    kept = text_kept(judge().judged(long_agreement), long_agreement)
    for words in ("Applicable Rate", "Maturity Date", "Excess Cash Flow", "Term Loan"):
        assert words in kept, words


def test_a_judgement_depends_on_the_document_alone(long_agreement):
    alone, among = judge(), judge()
    among.judged(make_document("Another agreement of the same borrower.", "other.txt"))
    assert alone.judged(long_agreement).lines == among.judged(long_agreement).lines


def test_a_window_is_asked_the_groups_that_a_passage_of_it_is_hopeful_for(long_agreement):
    judging = judge()
    windows = cut_windows(long_agreement, 600)
    pricing = [w for w in windows if "pricing" in judging.hopeful_groups(w)]
    assert 0 < len(pricing) < len(windows)
    assert any("Applicable Rate" in window.text for window in pricing)


def test_what_comes_first_in_either_order_comes_first_in_both_together():
    assert fused([3, 1, 2], [3, 2, 1])[0] == 3
    assert set(fused([3], [1])) == {1, 3}


WINDOWS = (
    make_window("The margin is 2 per cent a year over the reference rate.", "words.txt"),
    make_window("What the parties pay for money follows from the annex.", "vectors.txt"),
)
LIKENESS = {
    WINDOWS[0].document.id: {"pricing": {0: 0.1}},
    WINDOWS[1].document.id: {"pricing": {0: 0.9}},
}


def order(retriever):
    judging = judge(retriever=retriever, similarities=LIKENESS)
    return judging.ranked(WINDOWS, WindowIndex(WINDOWS), "pricing")


def test_windows_are_ranked_by_words_or_by_vectors_as_the_retriever_says():
    assert order(Retriever.BM25) == [0, 1]
    assert order(Retriever.EMBEDDING) == [1, 0]
    assert set(order(Retriever.HYBRID)) == {0, 1}


def test_a_document_that_is_all_terms_is_read_beyond_the_share():
    terms = "\n\n".join(
        f'"Margin {n}" means {n} per cent. per annum on the Facility {n} Commitment of EUR {n},000,000'
        f" until the Maturity Date of 30 June 20{n:02}, when the Borrower shall repay it."
        for n in range(1, 99)
    )
    document = make_document(f"{terms}\n\n{terms}")
    judged = judge().judged(document)
    tokens = [one.num_tokens for one in judged.passages]
    assert sum(tokens) * SHARE > 3000
    assert sum(tokens[number] for number in judged.kept) > 0.6 * sum(tokens)


def test_boilerplate_alone_is_read_no_further_than_the_share():
    clause = (
        "Each notice is given in writing and sent to the address that the party has named last. "
    )
    document = make_document("\n\n".join(f"{n}. NOTICES\n\n{clause * 4}" for n in range(400)))
    judged = judge().judged(document)
    tokens = [one.num_tokens for one in judged.passages]
    assert sum(tokens[number] for number in judged.kept) < 0.44 * sum(tokens)
