"""From words to wire form, type by type."""

from __future__ import annotations

import pytest
from factsheet_schemas import FieldSpec, FieldType, load_schema
from factsheet_service.core.normalise import NotAValue, normalise

FIELDS = load_schema("credit_facility").by_key


def of_type(kind: str) -> FieldSpec:
    options = ({"value": "a"},) if kind in {"enum", "enum_list", "tally"} else ()
    return FieldSpec(key="field", label="Field", type=kind, scope="deal", options=options)


def value(key: str, written: str, quote: str = "") -> object:
    return normalise(FIELDS[key], written, quote).value


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize("written", ["not specified", "N/A", "n/a", "-", "", "None", "TBD", "[●]"])
def test_words_that_state_nothing_are_no_value_of_any_type(kind, written):
    with pytest.raises(NotAValue):
        normalise(of_type(kind), written)


def test_not_specified_in_a_place_is_no_value():
    with pytest.raises(NotAValue, match="states nothing"):
        normalise(of_type("text"), "Not specified in the methods section")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Yes", "Yes"),
        ("yes (club deal)", "Yes"),
        ("Sí", "Yes"),
        ("No", "No"),
        ("NO.", "No"),
        ("No, one lender only", "No"),
        ("Nein", "No"),
    ],
)
def test_yes_and_no_are_read(written, expected):
    assert value("syndicated", written) == expected


@pytest.mark.parametrize(
    "written",
    [
        *("no information", "No hedging is needed", "none", "not stated", "nothing", "maybe"),
        *("n. a.", "No - not specified", "No (not stated)", "Yes/No", "Non spécifié", "No consta"),
    ],
)
def test_words_that_begin_with_no_are_not_no(written):
    with pytest.raises(NotAValue):
        normalise(FIELDS["syndicated"], written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2.25%", 2.25),
        ("2,25 %", 2.25),
        ("2.500% per annum", 2.5),
        ("1,250 %", 1.25),
        ("2.25", 2.25),
        ("225 bps", 2.25),
        ("22.5 basis points", 0.225),
        ("25 puntos básicos", 0.25),
        ("3 per cent. per annum", 3.0),
        ("2 1/4%", 2.25),
        ("2½%", 2.5),
        ("1/4 of 1%", 0.25),
        ("one-half of one percent", 0.5),
        ("three-quarters of 1% (0.75%)", 0.75),
        ("two and one-half percent (2.50%)", 2.5),
        ("twenty-five percent", 25.0),
        ("EURIBOR plus 1.85 per cent.", 1.85),
        ("zero", 0.0),
        ("-0.35%", -0.35),
        ("−0.35 %", -0.35),
        ("minus 0.35 percent", -0.35),
    ],
)
def test_percentages_are_percent_points(written, expected):
    assert value("spread_pct", written) == pytest.approx(expected)


def test_a_share_of_the_margin_keeps_its_number_and_says_what_it_is_a_share_of():
    found = normalise(FIELDS["commitment_fee_pct"], "40% of the applicable Margin")
    assert (found.value, found.qualifiers.basis) == (40.0, "of_margin")


def test_the_basis_is_read_in_the_quote_behind_the_same_number():
    quote = "a fee of 35 per cent. of the Margin and an agency fee of 1 per cent. flat"
    found = normalise(FIELDS["commitment_fee_pct"], "35%", quote)
    assert found.qualifiers.basis == "of_margin"


def test_of_several_levels_the_highest_is_taken_and_all_are_kept():
    found = normalise(FIELDS["spread_pct"], "2.25% rising to 2.75%")
    assert found.value == 2.75
    assert found.qualifiers.steps == ({"value": 2.25}, {"value": 2.75})
    assert found.qualifiers.rule == "highest level"


@pytest.mark.parametrize(
    ("written", "comparator"),
    [("at least 75%", "min"), ("not to exceed 5%", "max"), ("2.25%", None)],
)
def test_a_bound_is_a_comparator(written, comparator):
    assert normalise(FIELDS["hedge_pct"], written).qualifiers.comparator == comparator


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1.25 to 1.00", 1.25),
        ("1.25:1", 1.25),
        ("1.25 : 1.00", 1.25),
        ("1.20x", 1.2),
        ("1,10x", 1.1),
        ("120 %", 1.2),
        ("75%", 0.75),
        ("not less than 1.15:1.00", 1.15),
        ("4.5:1", 4.5),
    ],
)
def test_ratios_are_times(written, expected):
    assert value("lockup_b_dscr", written) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("EUR 250m", 250_000_000, "EUR"),
        ("USD 1.5 billion", 1_500_000_000, "USD"),
        ("US$20,000,000.00", 20_000_000, "USD"),
        ("EUR 250.000.000,00", 250_000_000, "EUR"),
        ("EUR 250,000 ('000)", 250_000_000, "EUR"),
        ("EUR'000 12.500", 12_500_000, "EUR"),
        ("TEUR 12.500", 12_500_000, "EUR"),
        ("USD 5,000 thousand", 5_000_000, "USD"),
        ("€12.5 million", 12_500_000, "EUR"),
        ("1,5 Mrd. EUR", 1_500_000_000, "EUR"),
        ("250 millones de euros", 250_000_000, "EUR"),
        ("SEK 1 250 000 000", 1_250_000_000, "SEK"),
        ("CHF 1'250'000", 1_250_000, "CHF"),
        ("25,000,000 Canadian Dollars", 25_000_000, "CAD"),
        ("A$30m", 30_000_000, "AUD"),
        ("Fifty million Dollars", 50_000_000, "USD"),
        ("THREE MILLION AND NO/100 DOLLARS ($3,000,000)", 3_000_000, "USD"),
        ("£12,345.67", 12_345.67, "GBP"),
        ("Tranche 2: EUR 250m", 250_000_000, "EUR"),
        ("by 31 December 2026 EUR 5m", 5_000_000, "EUR"),
    ],
)
def test_amounts_are_whole_units_with_their_currency(written, amount, currency):
    assert value("credit_limit", written) == {"amount": amount, "currency": currency}


def test_a_currency_that_only_the_quote_has_is_taken_from_beside_the_same_number():
    quote = "USD 5,000,000 to the agent and EUR 250,000,000 to the lenders"
    assert value("credit_limit", "250,000,000", quote) == {
        "amount": 250_000_000,
        "currency": "EUR",
    }


def test_an_amount_without_any_currency_has_none():
    assert value("credit_limit", "40,000,000") == {"amount": 40_000_000, "currency": None}


@pytest.mark.parametrize(
    ("written", "date", "precision"),
    [
        ("September 30, 2002", "2002-09-30", "day"),
        ("30 September 2002", "2002-09-30", "day"),
        ("30th day of September, 2002", "2002-09-30", "day"),
        ("30.09.2002", "2002-09-30", "day"),
        ("12/31/2030", "2030-12-31", "day"),
        ("31/12/2030", "2030-12-31", "day"),
        ("2031-03-15", "2031-03-15", "day"),
        ("10/2006", "2006-10", "month"),
        ("2031-03", "2031-03", "month"),
        ("March 2031", "2031-03", "month"),
        ("31 de diciembre de 2030", "2030-12-31", "day"),
        ("31. Dezember 2030", "2030-12-31", "day"),
        ("30 grudnia 2031", "2031-12-30", "day"),
        ("1er mars 2029", "2029-03-01", "day"),
        ("2031", "2031", "year"),
        ("the earlier of (i) January 8, 2018 and (ii) acceleration", "2018-01-08", "day"),
        ("7 years from signing 03/2024", "2031-03", "month"),
    ],
)
def test_dates_are_as_precise_as_stated(written, date, precision):
    assert value("maturity_date", written) == {"date": date, "precision": precision}


@pytest.mark.parametrize(
    "written", ["03/04/2025", "31/02/2025", "5 out of 2000", "Section 4.1", "later"]
)
def test_a_date_that_cannot_be_told_is_none(written):
    with pytest.raises(NotAValue):
        normalise(FIELDS["maturity_date"], written)


@pytest.mark.parametrize(
    ("written", "anchor", "offset"),
    [
        ("the fifth anniversary of the Closing Date", "Closing Date", "P5Y"),
        ("the date that is five (5) years after the Closing Date", "Closing Date", "P5Y"),
        ("sixty months following the Conversion Date", "Conversion Date", "P60M"),
        ("364 days after the date of this Agreement", "date of this Agreement", "P364D"),
    ],
)
def test_a_date_counted_from_an_event_has_no_value_but_anchor_and_offset(written, anchor, offset):
    found = normalise(FIELDS["maturity_date"], written)
    assert found.value is None
    assert (found.qualifiers.anchor, found.qualifiers.offset) == (anchor, offset)


@pytest.mark.parametrize(("written", "expected"), [("2026", 2026), ("31/12/2026", 2026)])
def test_years_have_four_digits(written, expected):
    assert value("readiness_year", written) == expected


def test_half_a_year_is_no_year():
    with pytest.raises(NotAValue):
        normalise(FIELDS["readiness_year"], "19")


@pytest.mark.parametrize("written", ["12", "December", "31 December 2026", "12/2026"])
def test_months_are_numbers(written):
    assert value("readiness_month", written) == 12


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("revolving credit facility", "Revolving Loan (RCF)"),
        ("Term Loan B Facility", "Term Loan"),
        ("TL", "Term Loan"),
        ("Senior Notes", "Bond"),
    ],
)
def test_an_option_is_found_by_its_synonyms(written, expected):
    assert value("tranche_type", written) == expected


def test_a_synonym_inside_a_word_does_not_count():
    with pytest.raises(NotAValue, match="none of the options"):
        normalise(FIELDS["tranche_type"], "stalled")


def test_two_options_at_once_are_no_answer():
    with pytest.raises(NotAValue, match="names Term Loan and Revolving"):
        normalise(FIELDS["tranche_type"], "Term Loan and RCF")


def test_a_list_of_options_keeps_all_that_are_named():
    assert value("hedge_type", "interest rate swap and a cross-currency swap") == [
        "interest rate swaps",
        "FX swaps",
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Euros", ["EUR"]),
        ("U.S. Dollars", ["USD"]),
        ("£", ["GBP"]),
        ("Canadian Dollars", ["CAD"]),
        ("lawful money of the United States", ["USD"]),
        ("USD, EUR and NOK", ["USD", "EUR", "NOK"]),
    ],
)
def test_currencies_are_iso_codes(written, expected):
    assert value("currency", written) == expected


def test_a_word_in_capitals_that_is_also_a_code_is_no_currency():
    with pytest.raises(NotAValue):
        normalise(FIELDS["currency"], "ALL LOANS")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Norway", "NO"),
        ("Deutschland", "DE"),
        ("U.S.", "US"),
        ("State of Florida, United States", "US"),
        ("NLD", "NL"),
        ("Nigeria", "NG"),
        ("Niger", "NE"),
    ],
)
def test_countries_are_iso_codes(written, expected):
    assert value("project_country", written) == expected


def test_a_classification_code_comes_without_its_description():
    assert value("sector_nace", "D 35.11 Production of electricity") == "D35.11"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("one, two, three or six months", ["1M", "2M", "3M", "6M"]),
        ("1M, 2M, 3M or 6M", ["1M", "2M", "3M", "6M"]),
        ("one week or one, three or six months", ["1W", "1M", "3M", "6M"]),
        ("one (1), three (3) or six (6) months", ["1M", "3M", "6M"]),
        ("one, two or six (or, if agreed, twelve) months", ["1M", "2M", "6M", "12M"]),
        ("3-month", ["3M"]),
        (
            "one, two, three, six or, if available to all relevant Lenders, nine or twelve months",
            ["1M", "2M", "3M", "6M", "9M", "12M"],
        ),
        ("one year", ["12M"]),
        ("90 days", ["90D"]),
        ("un, trois ou six mois", ["1M", "3M", "6M"]),
        ("1, 3 y 6 meses", ["1M", "3M", "6M"]),
        ("drei Monate", ["3M"]),
        ("once in any three months", ["3M"]),
        ("the first, second, third or sixth calendar month thereafter", ["1M", "2M", "3M", "6M"]),
    ],
)
def test_interest_periods_are_a_set(written, expected):
    assert value("base_rate_tenor", written) == expected


def test_a_schedule_is_dated_percentages():
    assert value("repayment_schedule", "09/2001 1.25%; 12/2001 98.75%") == [
        {"date": "2001-09", "percent": 1.25},
        {"date": "2001-12", "percent": 98.75},
    ]


def test_a_schedule_is_dated_amounts():
    written = "September 30, 2001: $125,000\nDecember 31, 2001: $130,000"
    assert value("repayment_schedule", written) == [
        {"date": "2001-09-30", "amount": 125_000},
        {"date": "2001-12-31", "amount": 130_000},
    ]


def test_a_schedule_that_does_not_sum_to_100_says_so():
    found = normalise(FIELDS["repayment_schedule"], "06/2027 45%; 12/2027 45%")
    assert found.qualifiers.rule == "percentages sum to 90"


def test_a_bullet_waits_for_the_maturity_date():
    found = normalise(FIELDS["repayment_schedule"], "100% at final maturity")
    assert (found.value, found.qualifiers.anchor) == (None, "Maturity Date")


def test_the_last_row_of_a_table_may_wait_for_the_maturity_date():
    written = "March 31, 2007 U.S.$60,000 Termination Date U.S.$40,000 provided, however, that"
    found = normalise(FIELDS["repayment_schedule"], written)
    assert found.value == [{"date": "2007-03-31", "amount": 60_000}]
    assert found.qualifiers.anchor == "Maturity Date"
    assert found.qualifiers.steps == ({"condition": "on Maturity Date", "amount": 40_000},)


def test_a_maturity_date_that_names_a_dated_row_is_no_row_of_its_own():
    written = "30 June 2033 62% 30 June 2034 (Final Maturity Date) 38%"
    found = normalise(FIELDS["repayment_schedule"], written)
    assert [step["percent"] for step in found.value] == [62.0, 38.0]
    assert found.qualifiers.steps == ()


def test_bare_figures_that_sum_to_100_are_percentages():
    assert value("repayment_schedule", "1 30 June 2027 2.50; 2 31 December 2027 97.50") == [
        {"date": "2027-06-30", "percent": 2.5},
        {"date": "2027-12-31", "percent": 97.5},
    ]


@pytest.mark.parametrize(
    "written",
    [
        "shall occur at 10:00 a.m. on May 12, 2014",
        "due on May 12, 2026. 8.2 Voluntary prepayment",
        "24 November 2020 fixed, 1.38 % p.a.",
        "On May 12, 2027 and on each May 12 thereafter to May 12, 2030 U.S.$13,000,000",
    ],
)
def test_hours_sections_and_rates_are_no_instalments_nor_are_examples_of_them(written):
    with pytest.raises(NotAValue):
        normalise(FIELDS["repayment_schedule"], written)


def test_amounts_may_stand_without_a_currency():
    assert value("repayment_schedule", "30 June 2027 | 4,000,000; 30 June 2028 | 2,000,000") == [
        {"date": "2027-06-30", "amount": 4_000_000},
        {"date": "2028-06-30", "amount": 2_000_000},
    ]


def test_all_at_once_on_a_date_is_the_whole():
    assert value("drawdown_schedule", "in a single advance on 5 March 2010") == [
        {"date": "2010-03-05", "percent": 100.0}
    ]


def test_all_at_once_on_an_event_waits_for_its_date():
    found = normalise(FIELDS["drawdown_schedule"], "in a single advance as of the Closing Date")
    assert (found.value, found.qualifiers.anchor) == (None, "Closing Date")


def test_instalments_on_an_event_that_recurs_are_no_schedule():
    with pytest.raises(NotAValue):
        normalise(FIELDS["drawdown_schedule"], "on the Interest Payment Date")


def test_a_fraction_of_the_whole_is_a_percentage():
    assert value("hedge_pct", "at least two-thirds") == 66.67


def test_names_are_split_at_semicolons_and_kept_as_written():
    assert value("borrower_name", "ALICO, INC.; Alico-Agri, Ltd.; Alico Inc") == [
        "ALICO, INC.",
        "Alico-Agri, Ltd.",
    ]


@pytest.mark.parametrize(("written", "expected"), [("158 people", 158), ("1,250", 1250)])
def test_integers_are_read(written, expected):
    assert normalise(of_type("integer"), written).value == expected


@pytest.mark.parametrize("kind", ["integer", "number"])
@pytest.mark.parametrize("written", ["18-30", "18 to 30", "between 18 and 30"])
def test_a_range_is_no_number(kind, written):
    with pytest.raises(NotAValue):
        normalise(of_type(kind), written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2.500 cm", 2.5), ("1,250.5", 1250.5), ("1.5 x 10^3", 1500), ("2e-3", 0.002)],
)
def test_numbers_are_read(written, expected):
    assert normalise(of_type("number"), written).value == expected
