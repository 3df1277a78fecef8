from factsheet_schemas import Status, load_schema
from factsheet_service.core.lineage import assign_roles
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.cells import Asked, decide
from factsheet_service.core.reconcile.choose import choose
from support.build import make_schema, make_window

SCHEMA = make_schema()
WINDOW = make_window(
    "The Margin on Facility B is set out in Schedule 4 to this Agreement.\n\n"
    "SCHEDULE 4\n\nThe margin is 2.25 per cent. per annum for every single loan made.\n\n"
    "The Maturity Date is spoken of in this place without saying when it is.\n\n"
    "Facility B matures on the fifth anniversary of the Signing Date at the latest."
)
POINTING = "The Margin on Facility B is set out in Schedule 4 to this Agreement."


def found(key, value, line, **question):
    asked = Question(question.pop("kind", Kind.GROUP), "q", (SCHEMA.by_key[key],), **question)
    return next(candidates_of(WINDOW, asked, Answer(rows=(Row(key, (), value, (line,)),))))


POINTER = found("margin", "see Schedule 4", 1)


def test_words_to_count_by_go_before_a_bare_mention_whichever_comes_first():
    mention = found("matures", "", 4)
    counted = found("matures", "fifth anniversary of the Signing Date", 5)
    for ordered in ([mention, counted], [counted, mention]):
        choice = choose([(one, False) for one in ordered], {})
        assert choice.chosen.best is counted


def test_a_pointer_that_was_followed_counts_as_a_source():
    followed = found("margin", "2.25%", 3, kind=Kind.DEEP, pointers=(POINTING,))
    choice = choose([(POINTER, False), (followed, False)], {})
    assert choice.chosen.best is followed
    assert choice.pointing == (POINTER,)


def test_a_pointer_that_was_not_followed_is_no_source():
    choice = choose([(POINTER, False), (found("margin", "2.25%", 3), False)], {})
    assert choice.pointing == ()


def test_a_pointer_of_the_rows_own_words_leads_to_what_is_said_of_all():
    choice = choose([(POINTER, True), (found("margin", "2.25%", 3), False)], {})
    assert choice.pointing == (POINTER,)
    assert choice.unfollowed.best is POINTER


CREDIT = load_schema("credit_facility")
OLD = make_window(
    "CREDIT AGREEMENT\n\ndated as of May 5, 2015 for Orlena Shipping Corp. as the borrower.\n\n"
    "The Applicable Margin is 2.25 per cent. per annum for every Loan made.\n\n"
    "The upfront fee is 1.10 per cent. of the Commitment of each of the Lenders.",
    "old.txt",
)
RESTATED = make_window(
    "AMENDED AND RESTATED CREDIT AGREEMENT\n\ndated as of May 5, 2019 for Orlena Shipping Corp.,"
    " restating the Credit Agreement dated as of May 5, 2015.\n\n"
    "The Applicable Margin is 1.75 per cent. per annum for every Loan made.",
    "new.txt",
)
AMENDMENT = make_window(
    "AMENDMENT NO. 1 dated as of May 5, 2017 to the Credit Agreement dated as of May 5, 2015.\n\n"
    'The words "2.25 per cent." are deleted and replaced by the words "2.05 per cent." in it.',
    "change.txt",
)
ASKED = Asked(windows=3, windows_due=3)


def said(window, key, value, words):
    asked = Question(Kind.GROUP, "q", (CREDIT.by_key[key],))
    line = next(line.number for line in window.lines if words in line.text)
    return next(candidates_of(window, asked, Answer(rows=(Row(key, (), value, (line,)),))))


def held(key, *candidates, windows=(OLD, RESTATED)):
    roles = assign_roles([window.document for window in windows], CREDIT)
    return decide([(one, False) for one in candidates], CREDIT.by_key[key], roles, ASKED)[0]


def test_a_value_that_a_restatement_leaves_out_is_not_found_and_stays_visible():
    value = held("upfront_fee_pct", said(OLD, "upfront_fee_pct", "1.10%", "upfront"))
    assert (value.status, value.value) == (Status.NOT_FOUND, None)
    (lost,) = value.alternatives
    assert (lost.value, lost.reason) == (1.1, "not restated in new.txt")


def test_a_value_that_is_restated_stands_and_the_old_one_says_where():
    old, new = (
        said(OLD, "spread_pct", "2.25%", "2.25"),
        said(RESTATED, "spread_pct", "1.75%", "1.7"),
    )
    value = held("spread_pct", old, new)
    assert (value.status, value.value) == (Status.PRESENT, 1.75)
    assert [(one.value, one.reason) for one in value.alternatives] == [
        (2.25, "restated in new.txt")
    ]


def test_a_mention_in_the_restatement_beats_a_value_that_it_does_not_repeat():
    old, new = said(OLD, "spread_pct", "2.25%", "2.25"), said(RESTATED, "spread_pct", "", "1.75")
    value = held("spread_pct", old, new)
    assert (value.status, value.value) == (Status.POSSIBLY_PRESENT, None)


def test_words_that_an_amendment_takes_out_do_not_stand_against_those_it_puts_in():
    words = [said(AMENDMENT, "spread_pct", f"{v}%", "deleted") for v in ("2.25", "2.05")]
    for ordered in (words, words[::-1]):
        value = held("spread_pct", *ordered, windows=(OLD, AMENDMENT))
        assert (value.status, value.value) == (Status.PRESENT, 2.05)
        assert value.alternatives[0].reason == "change.txt changes it"


def test_the_reason_names_the_document_that_takes_precedence():
    old = said(OLD, "spread_pct", "2.25%", "2.25")
    new = said(AMENDMENT, "spread_pct", "2.05%", "deleted")
    value = held("spread_pct", old, new, windows=(OLD, AMENDMENT))
    assert value.alternatives[0].reason == "change.txt takes precedence"


def test_the_same_value_said_again_elsewhere_is_no_alternative():
    old = said(OLD, "spread_pct", "2.25%", "2.25")
    again = make_window("TERM SHEET\n\nThe Margin is 2.25 per cent. per annum on all.", "sheet.txt")
    other = said(again, "spread_pct", "2.25%", "2.25")
    assert held("spread_pct", old, other, windows=(OLD, again)).alternatives == ()
