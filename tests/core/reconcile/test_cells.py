from dataclasses import replace

import pytest
from factsheet_schemas import Level, Status
from factsheet_schemas.record import Check, Grounding, SecondOpinion
from factsheet_service.core.lineage import assign_roles
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.cells import DEAL, Asked, decide, sort_candidates
from factsheet_service.core.reconcile.names import Mention, merge_mentions
from support.build import make_schema, make_window

SCHEMA = make_schema()
ASKED = Asked(windows=3, windows_due=3)
AGREEMENT = make_window(
    "FACILITIES AGREEMENT dated 14 March 2024\n\nThe Margin is 2.25 per cent.\n\n"
    "The Margin on Facility A is 2.50 per cent.\n\nIn the default case the Margin is 4 per cent.",
    "agreement.txt",
)
SHEET = make_window("TERM SHEET\n\nThe Margin is 1.90 per cent a year on all loans.", "sheet.txt")
AMENDMENT = make_window(
    "AMENDMENT AGREEMENT\n\nThe words shall be replaced: Margin means 1.75 per cent a year.",
    "amendment.txt",
)
RECITAL = make_window(
    "FACILITIES AGREEMENT dated 14 March 2024\n\nThe Margin is 2.25 per cent a year.", "copy.txt"
)
ROLES = assign_roles([w.document for w in (AGREEMENT, SHEET, AMENDMENT, RECITAL)], SCHEMA)


def candidate(window, value, line, key="margin", names=(), score=0.9):
    asked = Question(Kind.GROUP, "q", (SCHEMA.by_key[key],))
    row = Row(key, names, value, (line,), score)
    return next(candidates_of(window, asked, Answer(rows=(row,))))


def margin(*candidates, named=False):
    return decide([(c, named) for c in candidates], SCHEMA.by_key["margin"], ROLES, ASKED)[0]


def test_a_grounded_value_is_present_with_its_words():
    value = margin(candidate(AGREEMENT, "2.25%", 2))
    assert (value.status, value.value, value.level) == (Status.PRESENT, 2.25, Level.HIGH)
    assert value.evidence[0].quote == "The Margin is 2.25 per cent."


def test_an_ungrounded_value_is_at_most_possibly_present():
    assert margin(candidate(AGREEMENT, "7.77%", 2)).status is Status.POSSIBLY_PRESENT


def test_the_executed_agreement_beats_the_term_sheet_however_sure_that_is():
    value = margin(candidate(SHEET, "1.90%", 2, score=1.0), candidate(AGREEMENT, "2.25%", 2))
    assert value.value == 2.25
    assert value.alternatives[0].reason == "agreement.txt takes precedence"


def test_an_amendment_that_changes_a_value_without_stating_it_puts_the_old_one_in_doubt():
    value = margin(candidate(AGREEMENT, "2.25%", 2), candidate(AMENDMENT, "see Schedule 9", 2))
    assert (value.status, value.value) == (Status.POSSIBLY_PRESENT, 2.25)
    assert value.reason == "amendment.txt takes precedence and says: points to Schedule 9"


def test_a_term_sheet_that_states_no_value_puts_none_in_doubt():
    value = margin(candidate(AGREEMENT, "2.25%", 2), candidate(SHEET, "see Schedule 9", 2))
    assert value.status is Status.PRESENT


def test_what_only_a_term_sheet_says_is_not_relied_on_beside_an_agreement():
    assert margin(candidate(SHEET, "1.90%", 2)).status is Status.POSSIBLY_PRESENT


def test_a_term_sheet_that_stands_alone_is_relied_on():
    alone = {SHEET.document.id: ROLES[SHEET.document.id]}
    found = [(candidate(SHEET, "1.90%", 2), False)]
    value, _ = decide(found, SCHEMA.by_key["margin"], alone, ASKED)
    assert value.status is Status.PRESENT


def test_an_operative_amendment_beats_the_agreement():
    assert margin(candidate(AGREEMENT, "2.25%", 2), candidate(AMENDMENT, "1.75%", 2)).value == 1.75


def test_a_close_contradiction_lowers_confidence_and_keeps_the_other_value():
    one = margin(candidate(AGREEMENT, "2.25%", 2, score=0.9))
    two = margin(
        candidate(AGREEMENT, "2.25%", 2, score=0.9), candidate(AGREEMENT, "4%", 4, score=0.85)
    )
    assert two.confidence < one.confidence
    assert [a.value for a in two.alternatives] == [4.0]


def test_windows_that_agree_raise_confidence():
    twice = [
        candidate(AGREEMENT, "2.25%", 2, score=0.7),
        candidate(RECITAL, "2.25%", 2, score=0.7),
    ]
    assert margin(*twice).confidence > margin(twice[0]).confidence


def test_lines_that_are_shown_in_two_windows_agree_with_themselves_alone():
    once = candidate(AGREEMENT, "2.25%", 2, score=0.7)
    again = replace(once, window="read again")
    assert margin(once, again).confidence == margin(once).confidence


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        (Asked(3, 3), Status.NOT_FOUND, None),
        (Asked(2, 3), Status.NOT_ASKED, "asked of 2 of 3 windows"),
        (Asked(0, 0), Status.NOT_ASKED, "asked of 0 of 0 windows"),
        (Asked(3, 3, ("scan.pdf",)), Status.NOT_ASKED, "in no window read, but not read: scan.pdf"),
        (Asked(2, 3, failure="timed out"), Status.FAILED, "timed out"),
        (Asked(0, 3, withheld="no bank is configured"), Status.NOT_ASKED, "no bank is configured"),
    ],
)
def test_an_absent_value_is_called_what_was_done_to_find_it(asked, status, reason):
    value, _ = decide([], SCHEMA.by_key["margin"], ROLES, asked)
    assert (value.status, value.reason, value.windows_asked) == (status, reason, asked.windows)


def facilities(*names):
    mentions = [Mention(name, (), AGREEMENT.document, ((0, 1),)) for name in names]
    return merge_mentions(mentions, SCHEMA.entity)


def cells(*candidates, rows=("Facility A", "Facility B")):
    placed = sort_candidates(candidates, facilities(*rows), SCHEMA)
    return {cell: [named for _, named in found] for cell, found in placed.cells.items()}, placed


def test_a_value_for_no_row_in_particular_goes_to_all_rows():
    assert cells(candidate(AGREEMENT, "2.25%", 2))[0] == {
        ("f1", "margin"): [False],
        ("f2", "margin"): [False],
    }


def test_a_value_for_a_named_row_goes_there_alone():
    named = candidate(AGREEMENT, "2.50%", 3, names=("Facility A",))
    assert cells(named)[0] == {("f1", "margin"): [True]}


def test_a_deal_value_goes_to_the_deal_unless_one_row_of_several_is_named():
    plain = candidate(AGREEMENT, "Yes", 3, key="borrower")
    apart = candidate(AGREEMENT, "Yes", 3, key="borrower", names=("Facility B",))
    assert list(cells(plain)[0]) == [(DEAL, "borrower")]
    assert list(cells(apart)[0]) == [("f2", "borrower")]


def test_a_value_for_an_unknown_row_is_kept_apart_and_not_given_to_another():
    placed = cells(candidate(AGREEMENT, "2.50%", 3, names=("Facility C",)))[1]
    assert placed.cells == {}
    assert len(placed.homeless) == 1


def test_words_that_name_the_row_beat_words_that_speak_of_all():
    general = (candidate(AGREEMENT, "2.25%", 2, score=1.0), False)
    named = (candidate(AGREEMENT, "2.50%", 3, score=0.6), True)
    value, _ = decide([general, named], SCHEMA.by_key["margin"], ROLES, ASKED)
    assert value.value == 2.5


def test_words_that_do_not_bear_the_value_out_are_no_evidence_beside_those_that_do():
    value = margin(candidate(AGREEMENT, "2.25%", 2), candidate(AGREEMENT, "2.25%", 4))
    assert [e.quote for e in value.evidence] == ["The Margin is 2.25 per cent."]


def test_a_value_that_a_pointer_led_to_shows_both_places_and_how_it_came_about():
    pointer = candidate(AGREEMENT, "see Schedule 9", 3)
    asked = Question(
        Kind.DEEP,
        "q",
        (SCHEMA.by_key["margin"],),
        pointers=("The Margin on Facility A is 2.50 per cent.",),
    )
    row = Row("margin", (), "2.25%", (2,))
    value = margin(pointer, next(candidates_of(AGREEMENT, asked, Answer(rows=(row,)))))
    assert [one.quote for one in value.evidence] == [
        "The Margin is 2.25 per cent.",
        "The Margin on Facility A is 2.50 per cent.",
    ]
    assert value.derivation.formula == "see Schedule 9"


def test_a_computed_share_says_how_it_came_about():
    window = make_window(
        "Treysa Bank 24,000,000 of all Commitments, in total 60,000,000, as agreed."
    )
    one = candidate(window, "40%", 1, key="hedge_share")
    value, _ = decide([(one, False)], SCHEMA.by_key["hedge_share"], {}, ASKED)
    assert value.derivation.formula == "24,000,000 / 60,000,000 x 100"


def test_words_that_name_another_row_are_less_sure_of_the_one_they_are_given_to():
    text = "The Margin on Facility B is 2.50 per cent.\n\nThe Margin is 2.25 per cent."
    window = make_window(text)
    misnamed = candidate(window, "2.50%", 1, names=("Revolving",), score=1.0)
    plain = candidate(window, "2.25%", 2, names=("Revolving",), score=0.9)
    placed = cells(misnamed, plain, rows=("Facility B", "Revolving"))[1]
    value, _ = decide(placed.cells["f2", "margin"], SCHEMA.by_key["margin"], ROLES, ASKED)
    assert (value.value, value.alternatives[0].value) == (2.25, 2.5)


def test_a_claim_that_was_moved_stays_an_alternative_where_it_was_and_is_not_found_there():
    moved = replace(candidate(AGREEMENT, "2.25%", 2), withdrawn="verification gave it to B")
    value = margin(moved)
    assert (value.status, value.value, value.windows_asked) == (Status.NOT_FOUND, None, 3)
    (was,) = value.alternatives
    assert (was.value, was.reason) == (2.25, "verification gave it to B")
    assert was.evidence[0].quote == "The Margin is 2.25 per cent."


def test_a_claim_that_was_put_right_stands_beside_what_it_became():
    was = replace(candidate(AGREEMENT, "4%", 4), withdrawn="verification corrected it to '2.25%'")
    value = margin(candidate(AGREEMENT, "2.25%", 2), was)
    assert (value.status, value.value) == (Status.PRESENT, 2.25)
    assert [(one.value, one.reason) for one in value.alternatives] == [(4.0, was.withdrawn)]


def test_a_withdrawn_claim_contradicts_nothing():
    was = replace(candidate(AGREEMENT, "4%", 4, score=1.0), withdrawn="verification moved it")
    alone = margin(candidate(AGREEMENT, "2.25%", 2))
    assert margin(candidate(AGREEMENT, "2.25%", 2), was).confidence == alone.confidence


def test_what_is_not_present_is_never_surer_than_its_words():
    value = margin(candidate(AGREEMENT, "7.77%", 2))
    assert (value.status, value.level) == (Status.POSSIBLY_PRESENT, Level.LOW)
    assert value.confidence < 0.5


def test_the_signs_of_a_value_are_on_record():
    checked = replace(candidate(AGREEMENT, "2.25%", 2), check=Check.CONFIRMED)
    signs = margin(checked).signs
    assert (signs.support, signs.verification) == (Grounding.STATED, Check.CONFIRMED)
    assert (signs.names_field, signs.windows, signs.second_opinion) == (True, 1, None)


@pytest.mark.parametrize(
    ("others", "opinion"),
    [
        ([("2.25%", 2)], SecondOpinion.AGREES),
        ([("4%", 4)], SecondOpinion.DISPUTES),
        ([("4%", 4), ("2.25%", 2)], SecondOpinion.AGREES),
        ([], SecondOpinion.SILENT),
        (None, None),
    ],
)
def test_the_lexical_reader_has_an_opinion_on_a_cell(others, opinion):
    said = [(candidate(AGREEMENT, "2.25%", 2), False)]
    second = None if others is None else [(candidate(AGREEMENT, *one), False) for one in others]
    value, _ = decide(said, SCHEMA.by_key["margin"], ROLES, ASKED, second)
    assert value.signs.second_opinion is opinion


def test_the_second_opinion_never_decides():
    second = [(candidate(AGREEMENT, "2.25%", 2), False)]
    value, choice = decide([], SCHEMA.by_key["margin"], ROLES, ASKED, second)
    assert (value.status, choice) == (Status.NOT_FOUND, None)
