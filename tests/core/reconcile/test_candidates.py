from dataclasses import replace

import pytest
from factsheet_schemas import Origin, load_schema
from factsheet_schemas.record import Grounding
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.citing import spans_of
from support.build import make_schema, make_window

SCHEMA = make_schema()
TEXT = (
    "The Margin on Facility A is 2.25 per cent. per annum.\n\n"
    "The Margin on Facility B is set out in Schedule 4 to this Agreement.\n\n"
    "Nothing is said of hedging in this place at all."
)
WINDOW = make_window(TEXT)


def question(*keys, kind=Kind.GROUP, facility=None):
    return Question(kind, "q", tuple(SCHEMA.by_key[k] for k in keys), facility=facility)


def one(row, asked=None):
    (found,) = candidates_of(WINDOW, asked or question("margin"), Answer(rows=(row,)))
    return found


def test_the_quote_is_sliced_from_the_source():
    found = one(Row("margin", ("Facility A",), "2.25%", (1,)))
    assert found.quote() == "The Margin on Facility A is 2.25 per cent. per annum."
    assert (found.value, found.is_grounded) == (2.25, True)


def test_a_value_that_its_lines_do_not_contain_is_not_grounded():
    found = one(Row("margin", (), "3.25%", (1,)))
    assert not found.is_grounded
    assert found.score < 0.5


def test_a_row_without_lines_has_no_value():
    assert one(Row("margin", (), "2.25%", ())).value is None


def test_words_that_are_no_answer_are_no_value():
    assert one(Row("hedged", (), "not specified", (3,)), question("hedged")).value is None


def test_a_pointer_names_its_target():
    assert one(Row("margin", ("Facility B",), "see Schedule 4", (2,))).pointer == "Schedule 4"


def test_a_deep_answer_is_about_the_row_it_was_asked_for():
    asked = question("margin", kind=Kind.DEEP, facility="Facility A")
    found = one(Row("margin", (), "2.25%", (1,)), asked)
    assert (found.names, found.origin) == (("Facility A",), Origin.DEEP)


def test_rows_of_fields_that_were_not_asked_are_no_candidates():
    answer = Answer(rows=(Row("limit", (), "EUR 1", (1,)),))
    assert list(candidates_of(WINDOW, question("margin"), answer)) == []


def test_answers_without_qualifiers_share_one_since_a_run_holds_them_all():
    first, second = (one(Row("hedged", (), "No", (3,)), question("hedged")) for _ in range(2))
    assert first.qualifiers is second.qualifiers


def test_qualifiers_of_the_answer_and_of_the_quote_stand_together():
    row = Row("margin", (), "2.25% per annum", (1,), qualifiers={"rule": "highest"})
    found = one(row)
    assert (found.qualifiers.basis, found.qualifiers.rule) == ("per_annum", "highest")


def test_neighbouring_lines_are_one_span_and_unknown_lines_none():
    assert spans_of(WINDOW, (2, 1, 99)) == ((WINDOW.lines[0].start, WINDOW.lines[1].end),)


def test_lines_with_text_left_out_between_them_are_two_spans():
    gapped = replace(WINDOW, gaps=((2, "..."),))
    first, second = WINDOW.lines[:2]
    assert spans_of(gapped, (1, 2)) == ((first.start, first.end), (second.start, second.end))


COUNTED = make_window(
    "Facility A is repaid on the fifth anniversary of the Signing Date.\n\n"
    "Facility B is repaid on the seventh anniversary of the Signing Date."
)


def counted(written, line):
    asked = question("matures")
    rows = (Row("matures", ("Facility A",), written, (line,)),)
    (found,) = candidates_of(COUNTED, asked, Answer(rows=rows))
    return found


CREDIT = load_schema("credit_facility")


@pytest.mark.parametrize(
    ("key", "value", "line", "support"),
    [
        ("margin", "2.25%", 1, Grounding.STATED),
        ("margin", "9.75%", 1, None),
        ("hedged", "No", 3, Grounding.SHOWN),
    ],
)
def test_how_the_words_bear_a_value_out_is_kept(key, value, line, support):
    assert one(Row(key, (), value, (line,)), question(key)).support is support


def test_a_date_counted_from_an_event_is_computed_once_it_can_be():
    assert counted("the fifth anniversary of the Signing Date", 1).support is None


@pytest.mark.parametrize(
    ("text", "is_grounded", "score"),
    [
        ("The Revolving Facility is made available to the Borrower as follows.", True, 1.0),
        ("Amounts repaid under Facility C may be drawn again at any time.", True, 0.75),
        ("The Lenders grant a term loan facility to the Borrower hereunder.", False, 0.4),
    ],
)
def test_an_option_may_be_shown_without_its_name_but_not_under_another_s(text, is_grounded, score):
    asked = Question(Kind.GROUP, "basic_info", (CREDIT.by_key["tranche_type"],))
    answer = Answer(rows=(Row("tranche_type", (), "Revolving Loan (RCF)", (1,)),))
    (found,) = candidates_of(make_window(text), asked, answer)
    assert (found.is_grounded, found.score) == (is_grounded, score)


def test_a_line_that_points_here_bears_a_value_out_too():
    asked = Question(
        Kind.DEEP, "q", (SCHEMA.by_key["margin"],), pointers=("The Margin is 1.15 per cent.",)
    )
    found = one(Row("margin", (), "1.15%", (3,)), asked)
    assert (found.value, found.is_grounded) == (1.15, True)
    assert found.followed == ("The Margin is 1.15 per cent.",)


def test_the_lines_of_a_pointer_are_what_a_deep_question_quotes():
    pointer = one(Row("margin", ("Facility B",), "see Schedule 4", (2,)))
    assert pointer.pointing() == (
        "The Margin on Facility B is set out in Schedule 4 to this Agreement.",
    )


def shared(value, text):
    asked = Question(Kind.GROUP, "q", (SCHEMA.by_key["hedge_share"],))
    answer = Answer(rows=(Row("hedge_share", (), value, (1,)),))
    (found,) = candidates_of(make_window(text), asked, answer)
    return found


def test_a_share_of_two_cited_amounts_is_borne_out_with_its_formula():
    found = shared(
        "40%", "Treysa Bank 24,000,000 of all Commitments, in total 60,000,000, as agreed."
    )
    assert (found.is_grounded, found.formula) == (True, "24,000,000 / 60,000,000 x 100")


@pytest.mark.parametrize(
    "text",
    [
        "Treysa Bank EUR 24,000,000 of all Commitments, in total USD 60,000,000, as agreed.",
        "Section 24 of an Agreement of 60 pages speaks of shares in Commitments.",
        "Treysa Bank 24,500,000 of all Commitments, in total 60,000,000, as agreed.",
    ],
)
def test_a_share_that_does_not_follow_from_them_is_not(text):
    assert not shared("40%", text).is_grounded


def test_a_date_counted_from_an_event_is_a_claim_to_be_checked():
    assert counted("the fifth anniversary of the Signing Date", 1).is_checkable


def test_a_value_that_its_lines_do_not_contain_is_no_claim_to_be_checked():
    assert not one(Row("margin", (), "3.25%", (1,))).is_checkable
