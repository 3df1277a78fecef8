"""Sameness of values: by number, date and name, never by substrings."""

from __future__ import annotations

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.normalise import same

FIELDS = load_schema("credit_facility").by_key


def test_5_percent_never_equals_15_percent():
    assert not same(FIELDS["spread_pct"], 5.0, 15.0)


def test_numbers_are_equal_within_a_millionth():
    assert same(FIELDS["spread_pct"], 0.1 + 0.2, 0.3)


def test_numbers_a_thousandth_apart_differ():
    assert not same(FIELDS["spread_pct"], 2.25, 2.251)


def test_amounts_need_the_same_currency():
    euros, dollars = {"amount": 5, "currency": "EUR"}, {"amount": 5, "currency": "USD"}
    assert not same(FIELDS["credit_limit"], euros, dollars)


def test_amounts_need_the_same_number():
    first, second = {"amount": 5, "currency": "EUR"}, {"amount": 5000, "currency": "EUR"}
    assert not same(FIELDS["credit_limit"], first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Alico, Inc.", "ALICO INC"),
        ("Norrvind Wind A/S", "Norrvind Wind AS"),
        ("The Walt Disney Company", "WALT DISNEY CO."),
        ("Société Générale S.A.", "Societe Generale"),
        ("Smith & Sons Ltd", "Smith and Sons Limited"),
        ("Wiatr Sp. z o.o.", "WIATR"),
    ],
)
def test_names_are_equal_after_folding(first, second):
    assert same(FIELDS["senior_facility_name"], first, second)


@pytest.mark.parametrize(
    ("first", "second"), [("Facility A", "Facility B"), ("Facility", "Facility Z"), ("Co", "Inc")]
)
def test_names_that_differ_in_a_word_differ(first, second):
    assert not same(FIELDS["facility_name"], first, second)


def test_lists_are_sets():
    assert same(FIELDS["borrower_name"], ["A plc", "B Ltd"], ["B Limited", "A PLC"])


def test_a_list_is_not_a_part_of_itself():
    assert not same(FIELDS["base_rate_tenor"], ["1M", "3M"], ["1M", "3M", "6M"])


def test_dates_are_equal_by_month():
    day, month = {"date": "2031-03-15", "precision": "day"}, {"date": "2031-03", "precision": "m"}
    assert same(FIELDS["maturity_date"], day, month)


def test_a_year_equals_no_month():
    year, month = {"date": "2031", "precision": "year"}, {"date": "2031-03", "precision": "month"}
    assert not same(FIELDS["maturity_date"], year, month)


def test_schedules_are_equal_when_one_month_is_split():
    split = [{"date": "2020-10-01", "percent": 1.25}, {"date": "2020-10-31", "percent": 98.75}]
    assert same(FIELDS["repayment_schedule"], split, [{"date": "2020-10", "percent": 100.0}])


def test_schedules_with_another_date_differ():
    one, other = [{"date": "2020-10", "percent": 100}], [{"date": "2020-11", "percent": 100}]
    assert not same(FIELDS["repayment_schedule"], one, other)


def test_percentages_are_no_amounts():
    one, other = [{"date": "2020-10", "percent": 100}], [{"date": "2020-10", "amount": 100}]
    assert not same(FIELDS["repayment_schedule"], one, other)


def test_a_code_with_its_section_letter_equals_the_code_without():
    assert same(FIELDS["sector_nace"], "D35.11", "35.11")


def test_codes_with_other_letters_differ():
    assert not same(FIELDS["sector_nace"], "D35.11", "E35.11")


def test_nothing_equals_only_nothing():
    assert same(FIELDS["spread_pct"], None, None)
    assert not same(FIELDS["spread_pct"], None, 0.0)
