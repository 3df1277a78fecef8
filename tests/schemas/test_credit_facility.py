"""The shipped credit-facility schema: the 12 groups and 72 columns that analysts know."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from factsheet_schemas import FieldType, Schema, load_schema
from factsheet_schemas.rules import rule_fields

LABELS = (Path(__file__).parent / "credit_facility_labels.txt").read_text("utf-8").splitlines()
CORE = {
    "credit_limit",
    "maturity_date",
    "spread_pct",
    "fixed_rate_pct",
    "rate_floor_pct",
    "upfront_fee_pct",
    "commitment_fee_pct",
    "lc_fee_pct",
    "sweep_predetermined_pct",
    "sweep_targeted_pct",
    "sweep_transmission_pct",
    "repayment_schedule",
}


@pytest.fixture(scope="module")
def schema() -> Schema:
    return load_schema("credit_facility")


def test_it_has_72_fields_in_12_groups(schema):
    assert (len(schema.groups), len(list(schema.fields()))) == (12, 72)


def test_merging_leaves_8_groups(schema):
    assert len([group for group in schema.groups if group.merge_with is None]) == 8


def test_no_group_merges_into_one_that_is_merged_away(schema):
    kept = {group.key for group in schema.groups if group.merge_with is None}
    assert {group.merge_with for group in schema.groups} - {None} <= kept


def test_the_labels_are_the_columns_that_users_know(schema):
    assert [field.label for field in schema.fields()] == LABELS


def test_the_metadata_columns_are_the_four_that_users_know(schema):
    assert [column.label for column in schema.columns] == [
        "Client Folder",
        "Source Files",
        "Comments",
        "Confidence Score",
    ]


def test_the_rules_are_numbered_1_to_12(schema):
    assert sorted({rule.number for rule in schema.rules}) == list(range(1, 13))


def test_the_share_is_only_required_where_a_lender_of_interest_is_configured(schema):
    (rule,) = (rule for rule in schema.rules if rule.number == 1)
    assert rule.only_if_configured == "lender_of_interest"


def test_a_rule_never_names_a_field_twice(schema):
    for rule in schema.rules:
        assert len(set(rule_fields(rule))) == len(rule_fields(rule))


def test_the_core_terms_are_those_an_analyst_checks_first(schema):
    assert {field.key for field in schema.fields() if field.core} == CORE


def test_each_field_explains_itself_in_one_line(schema):
    assert all(10 < len(field.description) <= 110 for field in schema.fields())


def test_all_definitions_together_stay_near_1900_tokens(schema):
    shown = "\n".join(f"{f.key} ({f.type}): {f.description}" for f in schema.fields())
    assert len(shown) / 4 < 1900


def test_conditions_and_rules_on_enums_use_values_that_the_field_can_have(schema):
    conditions = [field.applies_if for field in schema.fields() if field.applies_if]
    conditions += [rule.when for rule in schema.rules if hasattr(rule, "when")]
    conditions += [rule.then for rule in schema.rules if hasattr(rule, "then")]
    for condition in conditions:
        assert set(condition.values) <= possible_values(schema, condition.field)


def possible_values(schema: Schema, key: str) -> set[str]:
    field = schema.by_key[key]
    options = {option.value for option in field.options}
    return options or ({"Yes", "No"} if field.type is FieldType.YES_NO else set())


def test_no_word_stands_for_two_options_of_one_field(schema):
    for field in schema.fields():
        words = list({(w, o.value) for o in field.options for w in map(str.casefold, o.synonyms)})
        assert len({word for word, _ in words}) == len(words), field.key


def test_the_row_is_named_by_a_facility_field(schema):
    assert schema.by_key[schema.entity.name_field].scope == "facility"


@pytest.mark.parametrize(
    ("opening", "role"),
    [
        ("AMENDMENT NO. 2 TO CREDIT AGREEMENT dated as of", "amendment"),
        ("FIRST AMENDMENT TO THE AMENDED AND RESTATED CREDIT AGREEMENT", "amendment"),
        ("AMENDED AND RESTATED CREDIT AGREEMENT", "restatement"),
        ("AMENDMENT AND RESTATEMENT AGREEMENT", "restatement"),
        ("SENIOR FACILITIES AGREEMENT between", "facilities_agreement"),
        ("CREDIT AGREEMENT", "facilities_agreement"),
        ("Indicative Terms and Conditions", "term_sheet"),
        ("FEE LETTER", "fee_letter"),
        ("Swap Transaction Confirmation", "hedge_confirmation"),
        ("CONTRATO DE CRÉDITO entre", "facilities_agreement"),
    ],
)
def test_the_first_role_whose_title_matches_is_the_documents(schema, opening, role):
    assert next(r.key for r in schema.roles if matches(r.title_patterns, opening)) == role


def matches(patterns: tuple[str, ...], opening: str) -> bool:
    return any(re.search(pattern, opening) for pattern in patterns)
