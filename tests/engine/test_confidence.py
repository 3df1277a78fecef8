"""Confidence tells an erring reader's right values from its wrong ones."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from engine.companies import DEV, EXAMPLE, read_company
from engine.erring import Errors
from engine.recovery import Stages, run
from factsheet_schemas import load_schema
from factsheet_schemas.lexicon import load_lexicon
from factsheet_service.engines.lexical import LexicalEngine
from factsheet_service.evaluation.calibration import calibration

SCHEMA = load_schema("credit_facility")
TEN = Errors(misses=0.1, inventions=0.1, swaps=0.1, overlooked=0.1, false_alarms=0.02)
SEEDS = range(4)


@pytest.fixture(scope="module")
def companies():
    return [asyncio.run(read_company(path, SCHEMA)) for path in (*DEV, EXAMPLE)]


async def calibrated(companies, stages, second):
    runs = [
        await run(company, SCHEMA, replace(TEN, seed=seed), stages, second)
        for seed in SEEDS
        for company in companies
    ]
    return calibration(verdict for one in runs for verdict in one.score.verdicts)


@pytest.mark.parametrize(
    "stages", [Stages(), Stages(verification=False)], ids=["verified", "not verified"]
)
@pytest.mark.parametrize("has_second", [True, False], ids=["second opinion", "alone"])
async def test_right_values_are_surer_than_wrong_ones(companies, stages, has_second):
    lexicon = load_lexicon("credit_facility", SCHEMA)
    second = LexicalEngine(SCHEMA, lexicon) if has_second else None
    found = await calibrated(companies, stages, second)
    print(f"\n{found.num} values, AUROC {found.auroc:.3f}, ECE {found.expected_error:.3f}")

    assert found.num - found.num_right >= 10
    assert found.auroc >= 0.75
    assert found.expected_error <= 0.1
