"""A report as JSON."""

from __future__ import annotations

import json

from factsheet_service.evaluation.plain import as_json
from factsheet_service.evaluation.report import evaluate
from support.build import make_schema
from support.scoring import quoted_case

SCHEMA = make_schema()


def data():
    return json.loads(json.dumps(as_json(evaluate([quoted_case()], SCHEMA, {}), SCHEMA)))


def test_every_cell_is_there_with_how_it_counts():
    outcomes = {cell["field"]: cell["outcome"] for cell in data()["cells"] if cell["row"]}
    assert (outcomes["margin"], outcomes["hedged"]) == ("wrong", "right")


def test_groups_have_counts_and_ratios():
    prices = data()["reader"]["groups"]["prices"]
    assert (prices["tp"], prices["fp"], prices["precision"]) == (1, 1, 0.5)


def test_calibration_has_its_bins_with_the_share_right():
    found = data()["calibration"]
    counted = [(one["num"], one["share_right"]) for one in found["bins"] if one["num"]]
    assert counted == [(1, 0.0), (1, 1.0)]
    assert found["auroc"] == 1.0


def test_an_error_has_both_values_and_both_quotes_with_document_and_page():
    (error,) = data()["errors"]
    assert (error["expected"], error["answered"]) == (2.25, 4.0)
    assert error["gold_quotes"] == [
        {"quote": "The Margin is 2.25 per cent.", "document": "a.txt", "page": 1}
    ]
    assert error["our_quotes"] == [
        {"quote": "Default Margin: 4 per cent <b>", "document": "a.txt", "page": 1}
    ]
