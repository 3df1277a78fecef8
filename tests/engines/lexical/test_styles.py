"""Clauses in the styles of several markets, read with the shipped lexicon."""

import pytest
from factsheet_schemas import load_schema
from factsheet_schemas.lexicon import load_lexicon
from factsheet_service.core.questions import Kind


@pytest.fixture
def answers(ask):
    schema = load_schema("credit_facility")
    lexicon = load_lexicon("credit_facility", schema)

    async def read(text: str) -> dict[tuple[str, str], str]:
        """By field and facility ("" for all) the surest value."""
        best: dict[tuple[str, str], tuple[float, str]] = {}
        for row in await ask(text, lexicon, Kind.GROUP, schema):
            for facility in row.facilities or ("",):
                found = (row.score, row.value)
                if found[0] > best.get((row.field, facility), (0.0, ""))[0]:
                    best[row.field, facility] = found
        return {key: value for key, (_, value) in best.items()}

    return read


@pytest.fixture
def facilities(ask):
    schema = load_schema("credit_facility")
    lexicon = load_lexicon("credit_facility", schema)

    async def names(text: str) -> set[str]:
        return {row.value for row in await ask(text, lexicon, Kind.DETECT, schema)}

    return names


COVER = """DATED 4 MAY 2023 SELKÄ OY as Borrower SELKÄ HOLDING OY as HoldCo RANTA PANKKI OYJ as
Security Agent and Account Bank SENIOR FACILITIES AGREEMENT relating to a wind farm
"""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("borrower_name", "SELKÄ OY"),
        ("holdco_name", "SELKÄ HOLDING OY"),
        ("senior_facility_name", "SENIOR FACILITIES AGREEMENT"),
    ],
)
async def test_a_cover_page_without_sentence_breaks(answers, field, value):
    assert (await answers(COVER))[field, ""] == value


async def test_a_name_ends_before_its_address(answers):
    text = 'between Reiher Stahl SE, Werkstraße 8, 45127 Essen (the "Borrower") and\n'
    assert (await answers(text))["borrower_name", ""] == "Reiher Stahl SE"


async def test_a_registration_number_is_no_part_of_a_name(answers):
    text = 'Wombat Solar Pty Ltd ABN 11 222 333 444 of Level 9, 2 George Street ("Borrower")\n'
    assert (await answers(text))["borrower_name", ""] == "Wombat Solar Pty Ltd"


async def test_a_guarantor_named_by_a_term_is_who_the_term_means(answers):
    text = """
"Sponsor" means Tuuli Capital Fund II LP.

"Completion Guarantee" means the guarantee by the Sponsor of completion of the Project.
"""
    assert (await answers(text))["completion_guarantor", ""] == "Tuuli Capital Fund II LP"


LOCKUP = """
10.1 A Distribution may be made only if (i) the Historic DSCR is at least 1.16:1; (ii) the
Forecast DSCR is at least 1.19:1; (iii) the LLCR is at least 1.24:1; and (iv) no Event of
Default is continuing.

10.2 The Borrower shall ensure that the Historic DSCR is not less than 1.05:1.
"""


@pytest.mark.parametrize(
    ("field", "value"),
    [("lockup_b_dscr", "1.16x"), ("lockup_f_dscr", "1.19x"), ("lockup_llcr", "1.24x")],
)
async def test_each_limb_of_a_lock_up_has_its_own_level(answers, field, value):
    assert (await answers(LOCKUP))[field, ""] == value


async def test_a_default_ratio_is_no_lock_up(answers):
    text = "The Borrower shall ensure that the Historic DSCR is not less than 1.05:1.\n"
    assert ("lockup_b_dscr", "") not in await answers(text)


async def test_a_projects_readiness_is_its_scheduled_completion(answers):
    text = """
"Longstop Date" means 31 March 2027.

"Scheduled Completion Date" means 30 September 2026.
"""
    found = await answers(text)
    assert (found["readiness_year", ""], found["readiness_month", ""]) == ("2026", "09")


AUSTRALIAN = """
Facility A means the term loan facility made available under clause 2.1(a).

Facility A Limit means A$180,000,000.

Facility B means the revolving working capital facility made available under clause 2.1(b).

Facility B Limit means A$20,000,000.

Facility means Facility A or Facility B.

Base Rate means, for an Interest Period, BBSY Bid for that Interest Period.

Margin means:
(a) for Facility A, 1.85% per annum until 14 March 2025 and 2.05% per annum after that; and
(b) for Facility B, 1.65% per annum.
"""


async def test_terms_without_quotes_name_tranches_and_their_collective_does_not(facilities):
    assert await facilities(AUSTRALIAN) == {"Facility A", "Facility B"}


@pytest.mark.parametrize(
    ("field", "facility", "value"),
    [
        ("credit_limit", "Facility B", "AUD 20,000,000"),
        ("currency", "Facility A", "AUD"),
        ("spread_pct", "Facility A", "1.85%"),
        ("spread_pct", "Facility B", "1.65%"),
        ("base_rate", "", "BBSY Bid"),
    ],
)
async def test_the_core_terms_of_an_australian_agreement(answers, field, facility, value):
    assert (await answers(AUSTRALIAN))[field, facility] == value


async def test_lakh_and_crore(answers):
    text = '"Rupee Term Loan" means the rupee term loan of up to Rs. 812,50,00,000/- only.\n'
    assert (await answers(text))["credit_limit", ""] == "INR 8,125,000,000"


NOTES = """The Company will authorize the issue and sale of (a) $90,000,000 aggregate principal
amount of its 4.35% Series A Senior Notes due June 30, 2046 (the "Series A Notes") and (b)
$50,000,000 aggregate principal amount of its 4.62% Series B Senior Notes due June 30, 2051
(the "Series B Notes" and, together with the Series A Notes, the "Notes").
"""


@pytest.mark.parametrize(
    ("field", "facility", "value"),
    [
        ("credit_limit", "Series B Notes", "USD 50,000,000"),
        ("fixed_rate_pct", "Series A Notes", "4.35%"),
        ("maturity_date", "Series B Notes", "2051-06-30"),
        ("tranche_type", "Series A Notes", "Bond"),
    ],
)
async def test_notes_in_series(answers, facility, field, value):
    assert (await answers(NOTES))[field, facility] == value


SCHULDSCHEIN = """The loan is divided into the following tranches:

Tranche 1: EUR 25,000,000, fixed rate; and
Tranche 2: EUR 20,000,000, floating rate.

Tranche 1 bears interest at a fixed rate of 1.15 per cent. per annum.

Tranche 2 bears interest at six-month EURIBOR plus a margin of 1.05 per cent. per annum.
"""


async def test_numbered_tranches_with_amounts_are_tranches(facilities):
    assert await facilities(SCHULDSCHEIN) == {"Tranche 1", "Tranche 2"}


async def test_fixed_and_floating_are_told_apart(answers):
    found = await answers(SCHULDSCHEIN)
    assert found["fixed_rate_pct", "Tranche 1"] == "1.15%"
    assert found["spread_pct", "Tranche 2"] == "1.05%"
    assert ("spread_pct", "Tranche 1") not in found


REVOLVER = '"Revolving Commitment" means the commitment to make Revolving Loans of $80,000,000.\n'
LETTERS = '"LC Facility" means the letter of credit facility with commitments of $24,000,000.\n'
TERM = '"Term Loan Commitment" means the commitment to make Term Loans of $140,000,000.\n'


@pytest.mark.parametrize(
    ("text", "is_tranche"), [(f"{TERM}\n{LETTERS}", True), (f"{REVOLVER}\n{LETTERS}", False)]
)
async def test_letters_of_credit_are_a_tranche_where_no_revolver_has_them(
    facilities, text, is_tranche
):
    assert ("LC Facility" in await facilities(text)) == is_tranche


async def test_a_repayment_clause_is_read_with_the_table_it_refers_to(answers):
    text = """
"Term Facility" means the term loan facility of EUR 10,000,000.

The Borrower shall repay the Term Facility by paying on each Repayment Date the percentage set
opposite that date in Schedule 5.

SCHEDULE 5 REPAYMENT

Repayment Date | Percentage of Loans
30 June 2027 | 3.00
31 December 2027 | 97.00
"""
    found = await answers(text)
    assert found["repayment_schedule", ""] == "2027-06 3%; 2027-12 97%"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("No hedging is required in respect of the Loan.", "No"),
        ("The Borrower must hedge at least 80% of its exposure by interest rate swaps.", "Yes"),
        ("At least 70% and no more than 105% of the principal may be repaid.", None),
    ],
)
async def test_whether_hedged(answers, text, value):
    assert (await answers(f"{text}\n")).get(("hedged", "")) == value


async def test_a_sweep_to_a_target(answers):
    text = """The Borrower shall apply available cash in prepayment until the Target Balance is
reached, being 120 per cent. of the scheduled instalment.
"""
    found = await answers(text)
    assert found["sweep_structure", ""] == "Targeted debt balance"
    assert found["sweep_targeted_pct", ""] == "120%"


async def test_borrowers_that_a_parenthesis_names_by_their_terms_are_all_told(answers):
    text = (
        'by and between ORLOW BANK, a bank ("Bank"), TALBERT MILLS CORP., an Ohio corporation '
        '("Parent"), and CPO COATINGS, LLC, a company ("Coatings"; Parent and Coatings are each '
        'referred to as a "Borrower" and together as "Borrowers").\n'
    )
    found = await answers(text)
    assert found["borrower_name", ""] == "TALBERT MILLS CORP.; CPO COATINGS, LLC"
    assert ("holdco_name", "") not in found


@pytest.mark.parametrize(
    ("text", "tenors"),
    [
        ("ending in the first, third or sixth calendar month thereafter", "1M, 3M, 6M"),
        ("that is one, two or six (or, if all Lenders agree, twelve) months later", "1M, 2M, 6M"),
    ],
)
async def test_interest_periods_in_words(answers, text, tenors):
    text = f'"Interest Period" means for each Loan the period {text}.\n'
    assert (await answers(text))["base_rate_tenor", ""] == tenors


@pytest.mark.parametrize(
    ("text", "spread"),
    [
        ("El Margen aplicable será de 185 puntos básicos sobre el EURIBOR.", "1.85%"),
        ("La Marge applicable est de 1,75 % l'an.", "1.75%"),
        ("Die Marge beträgt 2,10 Prozent p.a.", "2.1%"),
        ("A margem aplicável é de 2,25 por cento ao ano.", "2.25%"),
        ("Il Margine è pari al 2,50 per cento annuo.", "2.5%"),
        ("Marża wynosi 1,90 % w skali roku.", "1.9%"),
    ],
    ids=["es", "fr", "de", "pt", "it", "pl"],
)
async def test_a_margin_in_other_languages(answers, text, spread):
    assert (await answers(f"{text}\n"))["spread_pct", ""] == spread


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("con vencimiento el 30 de junio de 2024", "2024-06-30"),
        ("dont l'échéance est fixée au 31 décembre 2030", "2030-12-31"),
        ("Endfälligkeit ist der 31. März 2029", "2029-03-31"),
        ("con scadenza il 30 settembre 2027", "2027-09-30"),
        ("com vencimento em 15 de março de 2028", "2028-03-15"),
        ("dzień zapadalności to 31 grudnia 2026", "2026-12-31"),
    ],
    ids=["es", "fr", "de", "it", "pt", "pl"],
)
async def test_a_maturity_in_other_languages(answers, text, date):
    assert (await answers(f"Crédito, {text}.\n"))["maturity_date", ""] == date


async def test_a_borrower_in_a_notarial_deed(answers):
    text = (
        'en nombre de la compañía mercantil "SOLAR LA VEGA, S.L.U.", de nacionalidad española, '
        'con domicilio en Mérida (en adelante, la "Acreditada").\n'
    )
    assert (await answers(text)).get(("borrower_name", "")) == "SOLAR LA VEGA, S.L.U."


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("is hereby increased to $60,000,000", "USD 60,000,000"),
        ("is hereby reduced from $45,000,000 to $30,000,000", "USD 30,000,000"),
        ("may be increased to $60,000,000", None),
    ],
)
async def test_an_amendment_says_what_a_commitment_is_changed_to(answers, words, limit):
    text = f"The aggregate amount of the Revolving Commitments {words}.\n"
    values = [v for (field, _), v in (await answers(text)).items() if field == "credit_limit"]
    assert values == ([limit] if limit else [])
