from factsheet_schemas import load_schema
from factsheet_schemas.options import Retriever
from factsheet_service.core.retrieval import Judge, WindowIndex
from factsheet_service.core.retrieval.judge import SHARE, fused, standing_out
from factsheet_service.core.windows import cut_windows
from support.build import make_document

NOTICE = "It is sent by post to the address that was named last, at the sender's own cost. "
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


SAYS_IT, MEANS_IT, NEITHER = (
    "1. The margin is 2 per cent a year over the reference rate.",
    "2. What the parties pay for money follows from the annex.",
    "3. Each notice is given in writing and sent by post to the address named last.",
)
DOCUMENT = make_document("\n\n".join(f"{one} {NOTICE * 4}" for one in (SAYS_IT, MEANS_IT, NEITHER)))
WINDOWS = cut_windows(DOCUMENT, 110)


def order(retriever):
    """Of windows, by their paragraphs; the vectors find what is meant."""
    passages = judge().judged(DOCUMENT).passages
    like = {n: 0.9 if "for money" in one.text else 0.1 for n, one in enumerate(passages)}
    judging = judge(retriever=retriever, similarities={DOCUMENT.id: {"spread_pct": like}})
    return judging.ranked(WINDOWS, WindowIndex(WINDOWS), "pricing")


def shows(number, words):
    return words in WINDOWS[number].text


def test_windows_are_ranked_by_words_or_by_vectors_as_the_retriever_says():
    assert shows(order(Retriever.BM25)[0], "The margin")
    assert shows(order(Retriever.EMBEDDING)[0], "for money")
    first, second = order(Retriever.HYBRID)[:2]
    assert {shows(first, "The margin"), shows(second, "The margin")} == {True, False}


def test_what_stands_out_is_above_the_rest():
    worth = dict.fromkeys(range(20), 0.5) | {20: 0.9}
    assert standing_out({"spread_pct": worth}) == {"spread_pct": {20: 0.9}}
    assert standing_out({"spread_pct": {0: 0.5}}) == {"spread_pct": {0: 0.5}}
