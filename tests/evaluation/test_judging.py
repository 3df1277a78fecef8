"""One cell: kinds of answers and what their evidence must show."""

from __future__ import annotations

import pytest
from factsheet_schemas import FieldValue, Status
from factsheet_schemas.record import Derivation
from factsheet_service.evaluation.gold import Kind
from factsheet_service.evaluation.judging import Outcome, judge
from factsheet_service.evaluation.spans import Sources
from support.build import make_schema
from support.scoring import DOCUMENT, answer, cite, present

TEXT = (
    "The Lenders are Bank One and Bank Two. The Facility is drawn in one amount on the Closing "
    "Date. The Closing Date is 8 January 2015. It matures three years later."
)
SOURCES = Sources({DOCUMENT: TEXT})
FIELDS = make_schema().by_key


def verdict(key, gold, field):
    return judge(FIELDS[key], None, gold, field, SOURCES)


def test_a_clause_is_right_by_its_place_whatever_its_words():
    gold = answer(
        "one drawing", kind=Kind.CLAUSE, quotes=("drawn in one amount on the Closing Date",)
    )
    field = present("at once", cite(TEXT, "The Facility is drawn in one amount"))
    assert verdict("name", gold, field).outcome is Outcome.RIGHT


def test_a_clause_with_the_same_words_from_another_place_is_wrong():
    gold = answer(
        "one drawing", kind=Kind.CLAUSE, quotes=("drawn in one amount on the Closing Date",)
    )
    field = present("one drawing", cite(TEXT, "The Closing Date is 8 January 2015."))
    assert verdict("name", gold, field).outcome is Outcome.WRONG


def test_an_entailed_value_is_right_by_value_and_its_evidence_is_judged_apart():
    gold = answer("Yes", kind=Kind.ENTAILED, quotes=("The Lenders are Bank One and Bank Two.",))
    field = present("Yes", cite(TEXT, "It matures three years later."))
    found = verdict("hedged", gold, field)
    assert (found.outcome, found.is_shown) == (Outcome.RIGHT, False)


def test_one_of_several_quotes_shows_an_entailed_value():
    gold = answer("Yes", kind=Kind.ENTAILED, quotes=("Bank Two", "It matures three years later."))
    field = present("Yes", cite(TEXT, "It matures three years later."))
    assert verdict("hedged", gold, field).is_shown is True


def test_a_derived_value_is_shown_only_by_all_its_sources():
    sources = ("The Closing Date is 8 January 2015.", "It matures three years later.")
    value = {"date": "2018-01", "precision": "month"}
    gold = answer(value, kind=Kind.DERIVED, quotes=sources)
    half = verdict("matures", gold, present(value, cite(TEXT, sources[0])))
    whole = verdict("matures", gold, present(value, *(cite(TEXT, one) for one in sources)))
    assert (half.is_shown, whole.is_shown) == (False, True)


def test_an_entailed_value_is_borne_out_by_the_lines_that_show_it():
    gold = answer("Yes", kind=Kind.ENTAILED, quotes=("The Lenders are Bank One and Bank Two.",))
    shown = present("Yes", cite(TEXT, "The Lenders are Bank One and Bank Two."))
    elsewhere = present("Yes", cite(TEXT, "It matures three years later."))
    assert [verdict("hedged", gold, one).is_borne_out for one in (shown, elsewhere)] == [
        True,
        False,
    ]


def test_a_derived_value_is_borne_out_by_its_formula_and_every_source():
    sources = ("The Closing Date is 8 January 2015.", "It matures three years later.")
    value = {"date": "2018-01", "precision": "month"}
    gold = answer(value, kind=Kind.DERIVED, quotes=sources)
    stated = present(value, *(cite(TEXT, one) for one in sources))
    how = Derivation(formula="Closing Date + P3Y")
    derived = stated.model_copy(update={"derivation": how})
    half = present(value, cite(TEXT, sources[0])).model_copy(update={"derivation": how})
    found = [verdict("matures", gold, one).is_borne_out for one in (derived, stated, half)]
    assert found == [True, False, False]


def test_a_literal_value_is_exact_and_needs_no_more():
    gold = answer(2.25, quotes=("Bank One",))
    right, near = present(2.25), present(2.26)
    assert [verdict("margin", gold, one).is_borne_out for one in (right, near)] == [True, False]


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        (Status.NOT_FOUND, Outcome.ABSENT),
        (Status.NOT_APPLICABLE, Outcome.ABSENT),
        (Status.POSSIBLY_PRESENT, Outcome.POSSIBLE),
        (Status.FAILED, Outcome.UNANSWERED),
        (Status.NOT_ASKED, Outcome.UNANSWERED),
    ],
)
def test_where_absence_is_accepted_only_an_answer_of_nothing_is_one(status, ends):
    gold = answer(2.25, accepts_absence=True)
    assert verdict("margin", gold, FieldValue(status=status)).outcome is ends
