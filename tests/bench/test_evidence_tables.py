import pytest
from factsheet_schemas import Preset, load_schema

from bench.asked import asked_of, subject
from bench.companies import AGREEMENTS
from bench.evidence_tables import asked_table, fit_table, rank_table

CREDIT = load_schema("credit_facility")


@pytest.fixture(scope="module")
def agreement():
    return subject(AGREEMENTS / "dev_04_lma_wind_farm.gold.json", CREDIT)


def test_all_evidence_is_asked_at_full_coverage(agreement):
    full = asked_of(agreement, CREDIT, Preset.FULL)
    assert full.quotes_asked == full.quotes > 0
    assert full.values_asked == full.values == len(agreement.found)


def test_a_short_agreement_keeps_all_at_balanced(agreement):
    balanced = asked_of(agreement, CREDIT, Preset.BALANCED)
    assert balanced.quotes_asked == balanced.quotes


def test_the_tables_say_what_share_is_asked_and_how_far_up_it_ranks(agreement):
    rows = asked_table([agreement], CREDIT)
    assert any("dev_04" in row and "balanced" in row and "(100.0%)" in row for row in rows)
    assert rank_table([agreement], CREDIT)[-1].startswith("| bm25 |")


def test_weights_are_fitted_on_all_and_measured_on_what_they_were_not_fitted_on(agreement):
    other = subject(AGREEMENTS.parents[2] / "examples/credit_facility/gold.json", CREDIT)
    rows = fit_table([agreement, other], CREDIT)
    assert [row.split("|")[1].strip() for row in rows[2:4]] == ["agreements", "credit_facility"]
    assert any(row.strip().startswith("rank=") for row in rows)
