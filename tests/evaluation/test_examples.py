"""Errors with the gold's quotes and ours."""

from __future__ import annotations

from dataclasses import replace

from factsheet_service.evaluation.examples import Quoted, errors_of
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.scoring import score
from support.build import make_schema
from support.scoring import answer, facility, gold, quoted_case, record, row

SCHEMA = make_schema()


def found(case):
    scored = score(case.record, case.gold, SCHEMA, case.texts)
    return list(errors_of(scored, case.texts, case.documents))


def test_what_is_right_is_no_error():
    assert [one.field for one in found(quoted_case())] == ["margin"]


def test_a_missed_value_has_the_golds_quote_alone():
    case = quoted_case()
    (error,) = found(replace(case, record=record(facility("Facility A", hedged=case.hedged))))
    assert (error.outcome, error.our_quotes) == (Outcome.MISSED, ())
    assert error.gold_quotes == (Quoted("The Margin is 2.25 per cent.", "a.txt", 1),)


def test_a_quote_that_stands_in_no_text_has_no_place():
    case = quoted_case()
    elsewhere = gold(row("Facility A", margin=answer(2.25, quotes=("not in the text",))))
    (error, *_) = found(replace(case, gold=elsewhere))
    assert error.gold_quotes == (Quoted("not in the text"),)
