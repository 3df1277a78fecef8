"""Columns of analysts' sheets by their labels."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import fold
from factsheet_service.evaluation.labels import columns_of, shipped_labels

SCHEMA = load_schema("credit_facility")
LABELS = shipped_labels("credit_facility", SCHEMA)


def test_the_schemas_own_labels_are_known_and_mean_their_fields():
    found = columns_of([spec.label for spec in SCHEMA.fields()], SCHEMA, LABELS)
    assert {key: SCHEMA.by_key[key].label for key in found.known.values()} == {
        key: label for label, key in found.known.items()
    }
    assert (len(found.known), found.unknown) == (len(SCHEMA.by_key), ())


def test_no_label_stands_for_two_fields():
    written = [fold(label) for labels in LABELS.values() for label in labels if "*" not in label]
    assert len(written) == len(set(written))


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("SPREAD[%]", "spread_pct"),
        ("Spread  [ % ]", "spread_pct"),
        ("Applicable margin (%)", "spread_pct"),
        ("spread_pct", "spread_pct"),
        ("ING share [%]", "lender_share_pct"),
        ("KfW IPEX-Bank share", "lender_share_pct"),
        ("If Nordea commitment specified?", "lender_of_interest_committed"),
        ("Sponsor share", "sponsor_ownership_pct"),
        ("Principal repayment schedule", "repayment_schedule_text"),
        ("Principal repayment schedule [Date : %]", "repayment_schedule"),
        ("D&C Contractor", "dc_contractor_name"),
        ("Interest rate floor [%]", "rate_floor_pct"),
        ("client folder", "company"),
        ("Covenant leading to default: LLCR", None),
        ("Reviewer", None),
    ],
)
def test_case_spacing_marks_and_units_make_no_difference(label, key):
    assert columns_of([label], SCHEMA, LABELS).known.get(label) == key


def test_the_second_column_of_a_field_is_no_field():
    found = columns_of(["Spread [%]", "Margin"], SCHEMA, LABELS)
    assert (found.known, found.unknown) == ({"Spread [%]": "spread_pct"}, ("Margin",))


def test_a_schema_without_other_labels_has_its_own(tmp_path):
    assert shipped_labels(str(tmp_path / "own.json"), SCHEMA) == {}
