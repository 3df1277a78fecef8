"""Whether a quote bears a value out."""

from __future__ import annotations

import pytest
from factsheet_schemas import FieldSpec, load_schema
from factsheet_service.core.normalise import agrees, may_entail

FIELDS = load_schema("credit_facility").by_key
SCHEDULE = [{"date": "2026-06-30", "percent": 5.0}, {"date": "2026-12", "percent": 95.0}]
EUR_250M = {"amount": 250_000_000, "currency": "EUR"}


@pytest.mark.parametrize(
    ("key", "value", "quote"),
    [
        ("spread_pct", 2.25, "the Margin is 225 basis points per annum"),
        ("spread_pct", 2.25, "two and one-quarter percent"),
        ("spread_pct", 0.35, "| V | 0.08% | 0.350% |"),
        ("hedge_pct", 66.67, "not less than two-thirds of the aggregate of the Loans"),
        ("hedge_pct", 50.0, "one half (1/2) of the Loans"),
        ("spread_pct", 0.22, "(in basis points per annum): 364-Day Loans 17.5 22.0 29.0"),
        ("rate_floor_pct", 0.0, "if that rate is less than zero, it is deemed to be zero"),
        ("lockup_b_dscr", 1.15, "falls below 1.15:1.00"),
        ("credit_limit", EUR_250M, "up to EUR 250 million"),
        ("credit_limit", EUR_250M, "Facility A (EUR '000): 250,000"),
        ("credit_limit", EUR_250M, "Total Commitments | 250,000,000"),
        ("maturity_date", {"date": "2031-03", "precision": "month"}, "on 15 March 2031"),
        ("borrower_name", ["Alico, Inc."], "between ALICO INC., a Florida corporation"),
        ("facility_name", "Committed Loans", "each such loan, a “Committed Loan”"),
        ("tranche_type", "Revolving Loan (RCF)", "may borrow, repay and reborrow"),
        ("currency", ["USD"], "lawful money of the United States"),
        ("project_country", "NO", "located in Rogaland, Norway"),
        ("base_rate_tenor", ["1M", "3M"], "a period of one, two or three months"),
        ("syndicated", "Yes", "the several lenders party hereto"),
        ("readiness_year", 2026, "not later than 30 June 2026"),
        ("repayment_schedule", SCHEDULE, "June 30, 2026 5% | December 31, 2026 95%"),
        ("repayment_schedule", SCHEDULE, "June 30, 2026 5% | Termination Date 95%"),
        ("repayment_schedule", SCHEDULE, "5% on the last day of each June and December"),
    ],
)
def test_a_quote_that_contains_the_value_agrees(key, value, quote):
    assert agrees(FIELDS[key], value, quote)


@pytest.mark.parametrize(
    ("key", "value", "quote"),
    [
        ("spread_pct", 5.0, "a margin of 15% per annum"),
        ("spread_pct", 2.25, "a margin of 22.5% per annum"),
        ("spread_pct", 0.22, "364-Day Loans 17.5 22.0 29.0"),
        ("hedge_pct", 67.0, "not less than two-thirds of the aggregate of the Loans"),
        ("hedge_pct", 50.0, "one half of one percent"),
        ("hedge_pct", 50.0, "in half-yearly instalments"),
        ("hedge_pct", 25.0, "the last day of each fiscal quarter of the Borrower"),
        ("hedge_pct", 33.33, "the third anniversary of the Closing Date"),
        ("credit_limit", EUR_250M, "up to USD 250,000,000"),
        ("credit_limit", EUR_250M, "up to EUR 25,000,000"),
        ("maturity_date", {"date": "2031-03", "precision": "month"}, "on 15 April 2031"),
        ("borrower_name", ["Alico, Inc.", "Bowen LLC"], "between ALICO INC. and the lenders"),
        ("facility_name", "Term Loan A", "the Term Loan B"),
        ("tranche_type", "Bond", "a term loan"),
        ("currency", ["USD"], "in Canadian Dollars"),
        ("base_rate_tenor", ["12M"], "one, two or three months"),
        ("syndicated", "Yes", "  "),
        ("spread_pct", None, "2.25%"),
        ("repayment_schedule", SCHEDULE, "June 30, 2026 5% | December 31, 2027 95%"),
        ("repayment_schedule", SCHEDULE, "all Loans on the Termination Date"),
        ("repayment_schedule", SCHEDULE[1:], "100% on every Business Day"),
    ],
)
def test_a_quote_without_the_value_does_not_agree(key, value, quote):
    assert not agrees(FIELDS[key], value, quote)


@pytest.mark.parametrize(
    ("value", "quote", "expected"),
    [
        (100.0, "a holding company wholly owned by the Fund", True),
        (100.0, "the entire net electric output", True),
        (100.0, "owned by the Fund", False),
        (75.0, "a holding company wholly owned by the Fund", False),
    ],
)
def test_words_for_the_whole_can_show_100_percent(value, quote, expected):
    assert may_entail(FIELDS["sponsor_ownership_pct"], value, quote) is expected


VISIBLE = FieldSpec.model_validate(
    {
        "key": "cursor_visible",
        "label": "Cursor visible?",
        "type": "yes_no",
        "scope": "deal",
        "options": [
            {"value": "Yes", "synonyms": ["cursor was visible"]},
            {"value": "No", "synonyms": ["cursor was not visible"]},
        ],
    }
)


def test_words_for_yes_bear_out_no_no():
    assert agrees(VISIBLE, "Yes", "The cursor was visible during the reach.")
    assert not agrees(VISIBLE, "No", "The cursor was visible during the reach.")
    assert agrees(VISIBLE, "No", "The cursor was not visible.")
    assert agrees(VISIBLE, "No", "The screen went dark at movement onset.")


def test_an_option_that_must_be_named_is_not_merely_shown():
    field = FieldSpec.model_validate(
        {
            "key": "schedule",
            "label": "Schedule",
            "type": "enum",
            "scope": "deal",
            "is_named": True,
            "options": [{"value": "random_perturbation", "synonyms": ["rotation varied randomly"]}],
        }
    )
    assert not may_entail(field, "random_perturbation", "Targets appeared in random order.")
    assert agrees(field, "random_perturbation", "The rotation varied randomly over trials.")
