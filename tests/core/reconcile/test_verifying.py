from dataclasses import replace

import pytest
from factsheet_schemas import Origin
from factsheet_schemas.record import Check
from factsheet_service.core.questions import Answer, Claim, Failure, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.verifying import verified
from support.build import make_schema, make_window

SCHEMA = make_schema()
WINDOW = make_window(
    "The Margin on Facility A is 2.25 per cent. per annum.\n\n"
    "The Margin on Facility B is set out in Schedule 4 to this Agreement.\n\n"
    "Nothing is said of hedging in this place at all."
)
COUNTED = make_window(
    "Facility A is repaid on the fifth anniversary of the Signing Date.\n\n"
    "Facility B is repaid on the seventh anniversary of the Signing Date."
)


def one(row, window=WINDOW):
    asked = Question(Kind.GROUP, "q", (SCHEMA.by_key[row.field],))
    (found,) = candidates_of(window, asked, Answer(rows=(row,)))
    return found


def checked(row):
    before = one(Row("margin", ("Facility B",), "2.25%", (1,)))
    claim = Claim(1, before.spec, before.names, before.written, (1,))
    asked = Question(Kind.VERIFY, "verify", (before.spec,), claims=(claim,))
    after, *_ = verified(WINDOW, [before], asked, Answer(rows=(row,) if row else ()))
    return before, after


def test_verification_confirms_what_it_does_not_dispute_and_changes_nothing_else():
    before, after = checked(None)
    assert after == replace(before, check=Check.CONFIRMED)


def test_a_verification_without_an_answer_confirms_nothing():
    before = one(Row("margin", ("Facility B",), "2.25%", (1,)))
    claim = Claim(1, before.spec, before.names, before.written, (1,))
    asked = Question(Kind.VERIFY, "verify", (before.spec,), claims=(claim,))
    failed = Answer(failures=(Failure("1", "cut off twice"),))
    assert verified(WINDOW, [before], asked, failed) == [before]


def test_a_dispute_that_says_what_it_disputes_confirms_it():
    before, after = checked(Row("1", ("Facility B",), "2.25 per cent", (1,)))
    assert after == replace(before, check=Check.CONFIRMED)


def test_what_verification_does_not_bear_out_is_overturned():
    _, after = checked(Row("1", (), "", ()))
    assert after.check is Check.OVERTURNED


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Row("1", ("Facility A",), "", (1,)), "verification gave it to Facility A"),
        (Row("1", ("Facility B",), "3.5%", (1,)), "verification corrected it to '3.5%'"),
        (Row("1", ("Facility B",), "2.25%", (2,)), "verification cited other lines for it"),
    ],
    ids=["row", "value", "lines"],
)
def test_what_verification_puts_right_stays_on_record_as_it_was(row, reason):
    before = one(Row("margin", ("Facility B",), "2.25%", (1,)))
    claim = Claim(1, before.spec, before.names, before.written, (1,))
    asked = Question(Kind.VERIFY, "verify", (before.spec,), claims=(claim,))
    fixed, was = verified(WINDOW, [before], asked, Answer(rows=(row,)))
    assert (fixed.check, fixed.withdrawn) == (Check.CORRECTED, None)
    assert was == replace(before, check=Check.CORRECTED, withdrawn=reason)


def test_verification_moves_a_value_to_the_row_it_belongs_to():
    _, after = checked(Row("1", ("Facility A",), "", (1,)))
    assert (after.names, after.value, after.origin) == (("Facility A",), 2.25, Origin.VERIFICATION)


def test_verification_demotes_what_is_not_borne_out():
    before, after = checked(Row("1", (), "", ()))
    assert after.score < before.score / 2


def test_verification_demotes_what_is_not_borne_out_for_the_rows_it_was_claimed_of():
    before, after = checked(Row("1", ("Facility B",), "", ()))
    assert after.score < before.score / 2


def test_a_value_that_verification_corrects_rests_on_the_lines_it_cites():
    before = one(Row("margin", (), "2.25%", (3,)))
    claim = Claim(1, before.spec, (), before.written, (3,))
    asked = Question(Kind.VERIFY, "verify", (before.spec,), claims=(claim,))
    after, _ = verified(WINDOW, [before], asked, Answer(rows=(Row("1", (), "2.25%", (1,)),)))
    assert after.is_grounded
    assert after.quote() == "The Margin on Facility A is 2.25 per cent. per annum."


def corrected(before, row, window):
    claim = Claim(1, before.spec, before.names, before.written, (1,))
    asked = Question(Kind.VERIFY, "verify", (before.spec,), claims=(claim,))
    after, _ = verified(window, [before], asked, Answer(rows=(row,)))
    return after


def test_a_value_keeps_all_its_lines_where_its_correction_cites_a_part_of_them():
    before = one(Row("margin", ("Facility B",), "2.25%", (1, 2)))
    after = corrected(before, Row("1", ("Facility A",), "2.25%", (2,)), WINDOW)
    assert (after.names, after.spans) == (("Facility A",), before.spans)


def test_nothing_is_left_of_how_a_value_was_counted_before_it_was_corrected():
    before = one(
        Row("matures", ("Facility A",), "the fifth anniversary of the Signing Date", (1,)), COUNTED
    )
    row = Row("1", ("Facility B",), "the seventh anniversary of the Signing Date", (2,))
    assert (before.qualifiers.offset, corrected(before, row, COUNTED).qualifiers.offset) == (
        "P5Y",
        "P7Y",
    )
