"""Confidence against being right."""

from __future__ import annotations

import pytest
from factsheet_schemas import Level
from factsheet_service.evaluation.calibration import auroc, calibration, calibration_of
from factsheet_service.evaluation.judging import Outcome, Verdict
from support.scoring import present


def verdict(outcome, confidence, level=Level.HIGH):
    cell = present(1).model_copy(update={"confidence": confidence, "level": level})
    return Verdict("margin", None, outcome, cell=cell)


@pytest.mark.parametrize(
    ("sure", "area"),
    [
        ([(0.9, True), (0.8, True), (0.1, False)], 1.0),
        ([(0.1, True), (0.9, False)], 0.0),
        ([(0.5, True), (0.5, False)], 0.5),
        ([(0.9, True), (0.3, True), (0.6, False), (0.1, False)], 0.75),
        ([(0.9, True)], None),
        ([], None),
    ],
    ids=["apart", "upside down", "tied", "one pair of four", "nothing wrong", "nothing"],
)
def test_auroc_is_the_chance_that_a_right_value_is_surer(sure, area):
    assert auroc(sure) == area


def test_bins_count_values_and_those_that_are_right():
    found = calibration_of([(0.95, True), (0.91, False), (1.0, True), (0.05, False)])
    counted = [(one.low, one.num, one.num_right) for one in found.bins if one.num]
    assert counted == [(0.0, 1, 0), (0.9, 3, 2)]


def test_the_expected_error_weighs_bins_by_their_counts():
    found = calibration_of([(0.9, True), (0.9, False), (0.9, False), (0.2, False)])
    assert found.expected_error == pytest.approx((3 * (0.9 - 1 / 3) + 0.2) / 4)


def test_the_brier_score_is_a_mean_square():
    assert calibration_of([(0.8, True), (0.5, False)]).brier == pytest.approx((0.04 + 0.25) / 2)


def test_values_that_the_gold_leaves_open_do_not_count():
    found = calibration(
        [
            verdict(Outcome.RIGHT, 0.9),
            verdict(Outcome.WRONG, 0.4, Level.LOW),
            verdict(Outcome.INVENTED, 0.3, Level.LOW),
            verdict(Outcome.NEUTRAL, 0.9),
            verdict(Outcome.MISSED, 0.3),
        ]
    )
    assert (found.num, found.num_right) == (3, 1)
    assert [(one.level, one.num, one.num_right) for one in found.levels] == [
        (Level.HIGH, 1, 1),
        (Level.MEDIUM, 0, 0),
        (Level.LOW, 2, 0),
    ]


def test_nothing_to_count_has_no_figures():
    found = calibration([])
    assert (found.num, found.auroc, found.expected_error, found.brier) == (0, None, None, None)
