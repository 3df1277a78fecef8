"""Several companies together, with baselines beside."""

from __future__ import annotations

import pytest
from factsheet_service.evaluation.counts import Counts, mean
from factsheet_service.evaluation.gold import Kind
from factsheet_service.evaluation.report import Case, evaluate
from support.build import make_schema
from support.scoring import answer, facility, gold, present, record, row

SCHEMA = make_schema()


def case(right: int, wrong: int) -> Case:
    """A company with so many rows whose margin is right, and wrong."""
    rows = [row(f"Facility {n}", margin=answer(1.0)) for n in range(right + wrong)]
    found = [
        facility(f"Facility {n}", margin=present(1.0 if n < right else 9.0))
        for n in range(right + wrong)
    ]
    return Case(gold(*rows), record(*found), {})


def test_the_headline_is_the_mean_over_companies_and_not_over_cells():
    report = evaluate([case(1, 0), case(0, 8)], SCHEMA, {})
    assert report.reader.headline.f1 == pytest.approx(0.5)


def test_the_constants_of_a_company_come_from_the_others():
    report = evaluate([case(1, 0), case(1, 0)], SCHEMA, {})
    assert report.baselines[0].headline.f1 == 1.0


def test_a_company_alone_is_held_against_the_shipped_constants():
    report = evaluate([case(1, 0)], SCHEMA, {"margin": 9.0})
    assert report.baselines[0].headline.f1 == 0.0


def test_the_lexical_engine_stands_beside_another():
    better = case(1, 0)
    report = evaluate([case(0, 1)], SCHEMA, {}, lexical=[better.record])
    assert [one.name for one in report.baselines] == ["constants", "lexical"]
    assert report.baselines[1].headline.f1 == 1.0


def test_fields_are_counted_over_all_companies():
    report = evaluate([case(1, 0), case(0, 2)], SCHEMA, {})
    margin = report.reader.by_field()["margin"]
    assert (margin.tp, margin.fp, margin.fn) == (1, 2, 2)


def test_a_ratio_of_nothing_is_left_out_of_the_mean():
    silent, right = Counts(fn=1), Counts(tp=1)
    assert mean([silent, right]).precision == 1.0


def test_ratios_follow_from_the_counts():
    counts = Counts(tp=6, fp=2, fn=4)
    assert (counts.precision, counts.recall) == (0.75, 0.6)
    assert counts.f1 == pytest.approx(12 / 18)


def test_groups_and_kinds_are_counted_over_all_companies():
    report = evaluate([case(1, 0), case(0, 2)], SCHEMA, {})
    assert report.reader.by_group(SCHEMA)["prices"].tp == 1
    (literal,) = (one for one in report.reader.by_kind() if one.kind is Kind.LITERAL)
    assert (literal.num, literal.num_right, literal.num_borne_out) == (3, 1, 1)


def test_what_each_run_took_stands_beside():
    (cost,) = evaluate([case(1, 0)], SCHEMA, {}).costs
    assert (cost.name, cost.seconds, cost.usage.calls) == ("c", 0, 0)


def test_errors_are_kept_of_the_reader_in_question():
    report = evaluate([case(1, 2)], SCHEMA, {})
    assert [one.field for one in report.errors] == ["margin", "margin"]
