"""Answers in a user's own JSON Schema."""

from __future__ import annotations

import pytest
from factsheet_service.evaluation.leaves import score_json_leaves


def counts(gold, answer, schema=None):
    leaves = score_json_leaves({"leaf": gold}, {"leaf": answer}, schema or {})
    return tuple(sum(getattr(leaf.counts, key) for leaf in leaves) for key in ("tp", "fp", "fn"))


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        ("Cisco Systems, Inc.", "CISCO SYSTEMS INC", (1, 0, 0)),
        ("2012-08-17", "2012-08-18", (0, 1, 1)),
        (3_000_000_000, 3e9, (1, 0, 0)),
        (5, 15, (0, 1, 1)),
        (5, "5", (0, 1, 1)),
        (True, True, (1, 0, 0)),
        (True, 1, (0, 1, 1)),
        (None, None, (0, 0, 0)),
        (None, "NOT_FOUND", (0, 0, 0)),
        ("NOT_FOUND", None, (0, 0, 0)),
        (None, "invented", (0, 1, 0)),
        ("stated", None, (0, 0, 1)),
        (["B plc", "A Ltd"], ["A Limited", "B PLC"], (2, 0, 0)),
        (["A", "B"], ["B", "C"], (1, 1, 1)),
        (["A"], None, (0, 0, 1)),
        ({"amount": 5, "currency": "USD"}, {"amount": 5, "currency": "EUR"}, (1, 1, 1)),
        ({"amount": 5}, None, (0, 0, 1)),
    ],
)
def test_leaves_are_compared_by_type(gold, answer, expected):
    assert counts(gold, answer) == expected


def test_long_text_counts_neither_way():
    (leaf,) = score_json_leaves({"use": "words " * 40}, {"use": "other"}, {})
    assert leaf.is_free_text
    assert leaf.counts.fp == 0


def test_a_leaf_that_the_schema_does_not_have_is_not_asked():
    assert counts("stated", None, {"properties": {"another": {}}}) == (0, 0, 0)


def test_a_leaf_is_named_by_its_path():
    (leaf,) = score_json_leaves({"terms": {"date": "2012"}}, {}, {})
    assert leaf.path == "terms.date"
