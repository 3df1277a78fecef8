"""Reading gold files."""

from __future__ import annotations

import json

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.gold import Kind, read_gold

SCHEMA = load_schema("credit_facility")
GOLD = {
    "document": "a.txt",
    "deal": {
        "borrower_name": {"value": "A plc; B Ltd", "kind": "literal", "quote": "q"},
        "maintenance_covenants": {"value": []},
    },
    "facilities": [
        {
            "facility_name": {"value": "Term Loan", "quote": "q", "aliases": ["TL"]},
            "credit_limit": {"value": {"amount": 5, "currency": "EUR"}, "quote": "q"},
            "maturity_date": {"value": "10/2020", "quote": "q", "quotes": ["q", "r"]},
            "repayment_schedule": {
                "value": [{"date": "10/2020", "pct": 100.0}],
                "alt": ["NOT_FOUND"],
                "kind": "derived",
            },
            "spread_pct": {
                "value": 2.5,
                "alt": [2.25],
                "superseded": [{"value": 3.0}, {"value": [1, 2]}, 2.0],
            },
            "commitment_fee_pct": {"value": 40.0, "basis": "of_margin"},
            "hedged": {"value": None, "unscored": "doubtful"},
            "optional": True,
        }
    ],
    "absent": {"deal": ["has_holdco"], "facility": ["rate_cap_pct"]},
    "unscored": {"sector_nace": "no code"},
}


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    path = tmp_path_factory.mktemp("gold") / "a.gold.json"
    path.write_text(json.dumps(GOLD), "utf-8")
    return read_gold(path, SCHEMA)


def test_values_are_in_wire_form(gold):
    values = {key: value.values[:1] for key, value in gold.rows[0].values.items()}
    assert values["maturity_date"] == ({"date": "2020-10", "precision": "month"},)
    assert values["repayment_schedule"] == ([{"date": "2020-10", "percent": 100.0}],)
    assert gold.deal["borrower_name"].values == (["A plc", "B Ltd"],)


def test_the_names_of_a_row_are_its_answer_and_aliases(gold):
    assert gold.rows[0].names == ("Term Loan", "TL")


def test_alternatives_are_right_too(gold):
    assert gold.rows[0].values["spread_pct"].values == (2.5, 2.25)


def test_an_alternative_of_not_found_accepts_absence(gold):
    schedule = gold.rows[0].values["repayment_schedule"]
    assert (schedule.accepts_absence, len(schedule.values)) == (True, 1)


def test_superseded_values_are_kept_where_the_type_can_hold_them(gold):
    assert gold.rows[0].values["spread_pct"].superseded == (3.0, 2.0)


def test_the_basis_is_kept(gold):
    assert gold.rows[0].values["commitment_fee_pct"].is_of_margin is True


def test_a_value_without_kind_is_of_the_kind_of_its_type(gold):
    kinds = {key: value.kind for key, value in gold.rows[0].values.items()}
    assert kinds["spread_pct"] is Kind.LITERAL
    assert kinds["repayment_schedule"] is Kind.DERIVED


def test_every_quote_is_kept_once(gold):
    assert gold.rows[0].values["maturity_date"].quotes == ("q", "r")


def test_a_doubtful_cell_of_one_row_is_unscored(gold):
    assert gold.of_row(gold.rows[0], "hedged").is_unscored


def test_a_field_that_is_unscored_throughout_is_unscored(gold):
    assert gold.of_deal("sector_nace").is_unscored


def test_what_is_neither_valued_nor_unscored_is_absent(gold):
    assert gold.of_deal("has_sponsor") is None


def test_the_optional_mark_of_a_row_is_kept(gold):
    assert gold.rows[0].is_optional


def test_fields_that_the_schema_does_not_have_are_passed_by(gold):
    assert "maintenance_covenants" not in gold.deal


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as JSON"),
        ('{"terms": {}}', "no 'facilities'"),
        (
            '{"deal": {"readiness_year": {"value": "soon"}}, "facilities": []}',
            "deal.readiness_year: no year",
        ),
    ],
)
def test_a_broken_gold_is_refused_with_the_place(tmp_path, text, message):
    path = tmp_path / "b.gold.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=message):
        read_gold(path, SCHEMA)


def test_all_gold_of_real_agreements_can_be_read(shared_data):
    paths = [
        *shared_data.glob("credit_agreements_text/*.gold.json"),
        *shared_data.glob("credit_agreements_pdf/*.facilities.gold.json"),
    ]
    assert len([read_gold(path, SCHEMA).rows for path in paths]) == 9
