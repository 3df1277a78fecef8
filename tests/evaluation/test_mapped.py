"""Rows of gold sheets that others made, against records of ours rolled up to one row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from factsheet_schemas import ExtractOptions, FacilityRecord, SchemaError, load_schema
from factsheet_schemas.gold_map import load_gold_map
from factsheet_service.commands.mapped_rows import map_for, rows_scored
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.mapped import is_row, mapped_gold, mapped_schema, rolled_up
from factsheet_service.evaluation.scoring import score
from support.records import absent, make_record, present

SCHEMA = load_schema("motor_adaptation")
MAP = load_gold_map("motor_adaptation", SCHEMA)
MAPPED = mapped_schema(MAP, SCHEMA)
ROW = {
    "title": "Learning to aim",
    "authors": "Bee, Dee",
    "year": "2021",
    "n_total": "56",
    "age_mean": "?",
    "environment": "tablet",
    "perturbation_magnitude": "30 CCW, 60 CW",
    "perturbation_schedule": "gradual_abrupt",
    "feedback_type": "endpoint, no_cursor",
    "feedback_delay": "0.5s, 2 s",
    "center_out": "",
    "notes": "nice paper",
}


def experiment(number: int, **fields):
    return FacilityRecord(
        id=f"f{number}", name=f"Experiment {number}", entity="experiment", fields=fields
    )


def record(**deal):
    return make_record(
        deal={"authors": present(["A. B. Bee", "Dee, C."]), "n_paper": absent(), **deal},
        facilities=(
            experiment(
                1,
                n_total=present(32),
                rotation_magnitude_deg=present([30.0]),
                equipment_manipulandum_type=present("graphics_tablet"),
                age_mean=present(23.0),
                feedback_delay_ms=present([500.0]),
            ),
            experiment(
                2,
                n_total=present(24),
                rotation_magnitude_deg=present([60.0, 30.0]),
                equipment_manipulandum_type=present("graphics_tablet"),
                age_mean=present(25.0),
                feedback_delay_ms=present([2000.0]),
            ),
        ),
    )


def outcomes(row=ROW, of=None) -> dict[str, Outcome]:
    gold = mapped_gold(row, Path("paper.json"), MAP, MAPPED)
    rolled = rolled_up(of or record(), MAP, SCHEMA, MAPPED)
    return {one.field: one.outcome for one in score(rolled, gold, MAPPED, {}).verdicts}


def gold_of(key: str, row=ROW):
    value = mapped_gold(row, Path("paper.json"), MAP, MAPPED).deal.get(key)
    return value.values[0] if value and value.values else None


def test_a_row_is_told_from_gold_of_our_own():
    assert is_row(ROW, MAP)
    assert not is_row({"facilities": [], "title": "x"}, MAP)
    assert not is_row({"amount": 1, "lender": 2}, MAP)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rotation_magnitude_deg", [30.0, 60.0]),
        ("rotation_direction", ["CW", "CCW"]),
        ("perturbation_schedule", ["abrupt", "gradual"]),
        ("feedback_timing", ["endpoint"]),
        ("feedback_veridicality", ["withheld"]),
        ("feedback_delay_ms", [500.0, 2000.0]),
        ("equipment_manipulandum_type", "graphics_tablet"),
        ("environment", None),  # a tablet is no environment
    ],
)
def test_a_column_holds_the_fields_that_its_words_speak_of(key, value):
    assert gold_of(key) == value


def test_the_values_of_experiments_are_rolled_up():
    found = outcomes()

    assert found["rotation_magnitude_deg"] is Outcome.RIGHT
    assert found["feedback_delay_ms"] is Outcome.RIGHT
    assert found["equipment_manipulandum_type"] is Outcome.RIGHT


def test_participants_are_summed_where_the_paper_states_no_total():
    assert outcomes()["n_paper"] is Outcome.RIGHT
    assert outcomes(of=record(n_paper=present(60)))["n_paper"] is Outcome.WRONG


def test_authors_are_compared_by_their_last_names():
    assert outcomes()["authors"] is Outcome.RIGHT


def test_a_question_mark_says_that_nothing_is_reported():
    assert outcomes()["age_mean"] is Outcome.POSSIBLE  # the experiments have two
    same = make_record(deal={}, facilities=(experiment(1, age_mean=present(23.0)),))
    assert outcomes(of=same)["age_mean"] is Outcome.INVENTED


def test_an_empty_cell_is_never_scored():
    answered = make_record(deal={}, facilities=(experiment(1, center_out=present("Yes")),))

    assert outcomes(of=answered)["center_out"] is Outcome.NEUTRAL


def test_a_cell_that_cannot_be_its_fields_value_is_refused():
    with pytest.raises(UsageError, match="'year'"):
        mapped_gold({**ROW, "year": "soon"}, Path("paper.json"), MAP, MAPPED)


def test_a_map_of_unknown_fields_is_refused(tmp_path):
    (tmp_path / "schema.toml").touch()
    (tmp_path / "gold_map.toml").write_text('[[columns]]\ncolumn = "a"\nfield = "nowhere"\n')
    with pytest.raises(SchemaError, match="nowhere"):
        load_gold_map(str(tmp_path), SCHEMA)


def test_a_schema_without_a_map_has_none():
    assert load_gold_map("credit_facility", load_schema("credit_facility")) is None


def test_a_real_papers_row_is_scored_cell_by_cell(shared_data):
    golds = [shared_data / "motor_papers" / "gold.json"]
    options = ExtractOptions(schema="motor_adaptation")
    (found,) = rows_scored(golds, None, [], options, map_for(golds, "motor_adaptation"))
    scored = {v.field: v for v in found.verdicts if v.outcome is not Outcome.NEUTRAL}

    assert len(scored) == 18
    assert scored["rotation_magnitude_deg"].expected == [25.0, 45.0, 75.0, 90.0]
    json.dumps(found.as_json())
