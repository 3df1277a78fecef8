"""The reader that opens no document."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.baselines import (
    common_answers,
    constant_record,
    shipped_constants,
)
from factsheet_service.evaluation.scoring import score
from support.build import make_schema
from support.scoring import answer, gold, row

SCHEMA = make_schema()


def golds(*answers):
    """One company each with one facility, hedged as answered."""
    return [gold(row("A", **({"hedged": answer(one)} if one else {}))) for one in answers]


def test_the_answer_that_most_companies_share_is_given():
    assert common_answers(golds("Yes", "Yes", "No"), SCHEMA) == {"hedged": "Yes"}


def test_absence_is_an_answer_too():
    assert common_answers(golds("Yes", None, None), SCHEMA) == {}


def test_absence_wins_ties():
    assert common_answers(golds("Yes", "Yes", None, None), SCHEMA) == {}


def test_an_answer_of_one_company_among_several_is_not_given():
    assert common_answers(golds("Yes", "No"), SCHEMA) == {}


def test_many_rows_of_one_company_count_once():
    many = gold(*(row(name, hedged=answer("No")) for name in "ABCD"))
    assert common_answers([many, *golds("Yes", "Yes")], SCHEMA) == {"hedged": "Yes"}


def test_the_constants_are_given_for_every_row():
    expected = gold(row("A", hedged=answer("Yes")), row("B", hedged=answer("No")))
    counts = score(
        constant_record({"hedged": "Yes"}, expected, SCHEMA), expected, SCHEMA, {}
    ).counts
    assert (counts.tp, counts.fp, counts.fn) == (1, 1, 1)


def test_the_shipped_table_is_in_wire_form():
    constants = shipped_constants("credit_facility", load_schema("credit_facility"))
    assert constants["base_rate_tenor"] == ["1M", "2M", "3M", "6M"]


def test_a_schema_without_a_table_has_no_constants(tmp_path):
    (tmp_path / "schema.toml").write_text("", "utf-8")
    assert shipped_constants(str(tmp_path), SCHEMA) == {}


def test_a_table_with_an_unknown_field_is_refused(tmp_path):
    (tmp_path / "schema.toml").write_text("", "utf-8")
    (tmp_path / "constants.toml").write_text('[answers]\ngone = "x"\n', "utf-8")
    with pytest.raises(UsageError, match="must map fields of schema loans"):
        shipped_constants(str(tmp_path), SCHEMA)
