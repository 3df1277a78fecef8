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


LONG = "The proceeds shall be used for working capital and general corporate purposes. " * 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (LONG.upper().replace(".", ";"), (1, 0, 0)),
        (f"Use of proceeds. {LONG}", (1, 0, 0)),
        ("The proceeds are nobody's business.", (0, 1, 1)),
        (None, (0, 0, 1)),
    ],
)
def test_long_text_is_compared_by_the_overlap_of_its_words(answer, expected):
    assert counts(LONG, answer) == expected


def test_objects_in_lists_are_paired_by_what_they_share():
    gold = [{"name": "A", "margin": 1}, {"name": "B", "margin": 2}]
    answer = [{"name": "B", "margin": 2}, {"name": "A", "margin": 3}]
    assert counts(gold, answer) == (3, 1, 1)


def test_objects_that_are_missing_or_invented_count_leaf_by_leaf():
    gold = [{"name": "A", "margin": 1}]
    assert counts(gold, []) == (0, 0, 2)
    assert counts([{"name": "A"}], [{"name": "A"}, {"name": "Z", "margin": None}]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("gold", "text", "kind"),
    [
        ("Alpha, Inc.", "made with ALPHA INC today", "literal"),
        ("2024-05-03", "dated the 3rd day of May, 2024", "literal"),
        ("2027-05-03", "the third anniversary of 3 May 2024", "other"),
        (250_000_000, "a limit of EUR 250 million", "literal"),
        (7, "a limit of EUR 250 million", "other"),
        (False, "nothing of the kind", "judged"),
        (LONG, "", "clause"),
    ],
)
def test_a_gold_leaf_is_literal_where_the_text_states_it(gold, text, kind):
    (leaf,) = score_json_leaves({"leaf": gold}, {}, {}, text or "-")
    assert leaf.kind == kind


def test_a_leaf_that_the_schema_does_not_have_is_not_asked():
    assert counts("stated", None, {"properties": {"another": {}}}) == (0, 0, 0)


def test_a_leaf_is_named_by_its_path():
    (leaf,) = score_json_leaves({"terms": {"date": "2012"}}, {}, {})
    assert leaf.path == "terms.date"
