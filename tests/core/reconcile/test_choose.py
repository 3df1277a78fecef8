from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
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
