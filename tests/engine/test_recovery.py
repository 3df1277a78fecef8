"""What comes back of a reader's errors, each figure with its stage on and off."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from engine.companies import DEV, read_company
from engine.erring import Errors
from engine.recovery import Stages, Told, points_back, run, swapped_cells, undone
from factsheet_schemas import load_schema
from factsheet_service.evaluation.scoring import score
from support.scoring import answer, facility, gold, present, record, row

SCHEMA = load_schema("credit_facility")
SEEDS = range(12)
TEN = Errors(misses=0.1, inventions=0.1, swaps=0.1, overlooked=0.1, false_alarms=0.02)
UNVERIFIED = Stages(verification=False)
WITHOUT_GRAMMAR = Stages(grammar=False)


@pytest.fixture(scope="module")
def companies():
    return [asyncio.run(read_company(path, SCHEMA)) for path in DEV]


async def runs(companies, errors, stages, seeds=SEEDS):
    return [
        await run(company, SCHEMA, replace(errors, seed=seed), stages)
        for seed in seeds
        for company in companies
    ]


def num_false(outcomes):
    return sum(one.false_cells for one in outcomes)


def num_right(outcomes):
    return sum(len(one.right()) for one in outcomes)


ROW = ("spread_pct", (), "2.25%", (1,))
OTHER = ("spread_pct", (), "2.5%", (1,))


def test_points_come_back_for_broken_answers_that_are_taken_as_they_were_meant():
    meant = frozenset({ROW})
    told = [
        Told(meant, meant, is_strict=True),
        Told(meant, meant, is_strict=False),
        Told(meant, frozenset({ROW, OTHER}), is_strict=False),
        Told(meant, None, is_strict=False),
        Told(frozenset(), frozenset(), is_strict=False),
    ]

    assert points_back(told) == 25
    assert [one.num_false for one in told] == [0, 0, 1, 0, 0]


def test_a_value_is_swapped_where_it_is_false_and_right_for_another_facility():
    spec = SCHEMA.by_key["spread_pct"]
    held = gold(row("A", spread_pct=answer(2.25)), row("B", spread_pct=answer(3.5)))
    said = record(
        facility("A", spread_pct=present(3.5)),
        facility("B", spread_pct=present(9.0)),
        facility("C", spread_pct=present(2.25)),
    )
    judged = score(said, held, SCHEMA, {})

    assert set(swapped_cells(judged, held, SCHEMA)) == {("A", spec.key), ("C", spec.key)}


async def test_a_flawless_reader_disputes_none_of_its_own_claims(companies):
    verified = await runs(companies, Errors(), Stages(), [0])
    unverified = await runs(companies, Errors(), UNVERIFIED, [0])

    assert [one.right() for one in verified] == [one.right() for one in unverified]


async def test_verification_undoes_four_fifths_of_swapped_tranches(companies):
    without = await runs(companies, TEN, UNVERIFIED)
    unswapped = await runs(companies, replace(TEN, swaps=0), UNVERIFIED)
    verified = await runs(companies, TEN, Stages())
    found = undone(without, unswapped, verified)
    print(found, num_false(without), num_false(verified), num_right(without), num_right(verified))

    assert found.stood >= 30
    assert found.share >= 0.8
    assert num_right(verified) > num_right(without)
    assert num_false(verified) < num_false(without) / 2


async def test_grounding_keeps_inventions_from_being_present(companies):
    errors = Errors(inventions=0.1)
    grounded = await runs(companies, errors, UNVERIFIED, range(4))
    believed = await runs(companies, errors, replace(UNVERIFIED, grounding=False), range(4))

    assert num_false(grounded) < 0.75 * num_false(believed)
    assert num_right(grounded) >= 0.98 * num_right(believed)


async def test_repair_brings_back_45_of_the_50_points_that_broken_json_costs(companies):
    repaired = await runs(companies, Errors(broken=0.5), WITHOUT_GRAMMAR, range(4))
    first = [told for one in repaired for told in one.account.first]
    strict = sum(told.is_strict for told in first) / len(first)
    print(len(first), strict, points_back(first))

    assert strict == pytest.approx(0.5, abs=0.05)
    assert points_back(first) >= 45
    assert points_back([told for told in first if told.meant]) >= 45
    assert sum(told.num_false for told in first) == 0


async def test_without_repair_nothing_of_it_comes_back(companies):
    stages = replace(WITHOUT_GRAMMAR, repair=False, asking_again=False)
    refused = await runs(companies, Errors(broken=0.5), stages, [0])
    repaired = await runs(companies, Errors(broken=0.5), replace(stages, repair=True), [0])

    assert points_back([told for one in refused for told in one.account.first]) == 0
    assert num_right(repaired) > 1.5 * num_right(refused)
    assert num_false(repaired) == 0
