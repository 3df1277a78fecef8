import pytest
from factsheet_schemas import load_schema
from factsheet_schemas.lexicon import load_lexicon
from factsheet_service.core.questions import Kind

TERM_AND_REVOLVER = """
"Term Commitment" means the obligation to make Term Loans in an amount of $300,000,000.

"Revolving Credit Commitment" means the obligation to make Revolving Credit Loans of $200,000,000.
"""


async def names(ask, lexicon, text):
    return {row.value for row in await ask(text, lexicon, Kind.DETECT)}


async def test_commitments_of_their_own_are_tranches(ask, lexicon_of):
    assert await names(ask, lexicon_of(), TERM_AND_REVOLVER) == {
        "Term Loans",
        "Revolving Credit Loans",
    }


@pytest.mark.parametrize(
    "no_tranche",
    [
        '"Swing Line Commitment" means the obligation to lend up to $5,000,000.',
        '"Letter of Credit Commitment" means the sublimit of $20,000,000.',
        '"Incremental Term Commitment" means any commitment of up to $50,000,000.',
        '"Existing Revolving Facility" means the facility of $80,000,000 repaid today.',
    ],
)
async def test_sublimits_options_and_earlier_loans_are_no_tranches(ask, lexicon_of, no_tranche):
    found = await names(ask, lexicon_of(), f"{TERM_AND_REVOLVER}\n{no_tranche}\n")
    assert found == {"Term Loans", "Revolving Credit Loans"}


async def test_a_name_that_gathers_others_is_no_tranche(ask, lexicon_of):
    text = """
"Tranche A Term Commitment" means the commitment of $100,000,000.

"Tranche B Term Commitment" means the commitment of $150,000,000.

"Term Loans" means the Tranche A Term Loans and the Tranche B Term Loans.
"""
    found = await names(ask, lexicon_of(), text)
    assert found == {"Tranche A Term Loans", "Tranche B Term Loans"}


async def test_an_agreement_of_one_loan_has_one_tranche(ask, lexicon_of):
    text = 'The Bank agrees to lend the sum of $25,000,000 (the "Loan").\n'
    assert await names(ask, lexicon_of(), text) == {"Loan"}


async def test_a_promise_with_an_inline_name_is_a_tranche(ask, lexicon_of):
    text = """Each Lender agrees to make term loans (each, a "Term Loan") on the Closing Date.

Each Lender agrees to make loans (each, a "Revolving Loan") from time to time.
"""
    assert await names(ask, lexicon_of(), text) == {"Term Loan", "Revolving Loan"}


async def test_a_term_sheet_names_its_tranches_with_their_amounts(ask, lexicon_of):
    text = "Term Loan Facility | EUR 85,000,000\nRevolving Facility | EUR 6,000,000\n"
    assert await names(ask, lexicon_of(), text) == {"Term Loan Facility", "Revolving Facility"}


async def test_the_kind_of_a_tranche_gives_its_type(ask, lexicon_of):
    finder = {"kind": "entity_kind", "values": {"term": "Term", "revolving": "Revolving"}}
    rows = await ask(TERM_AND_REVOLVER, lexicon_of(kind=[finder]))
    assert {(row.facilities, row.value) for row in rows if row.field == "kind"} == {
        (("Term Loans",), "Term"),
        (("Revolving Credit Loans",), "Revolving"),
    }


async def test_words_of_the_document_tell_the_kind_where_the_name_does_not(ask, lexicon_of):
    finder = {"kind": "entity_kind", "values": {"term": "Term", "revolving": "Revolving"}}
    text = 'The Bank agrees to lend (the "Loan").\n\nThe Borrower may prepay and reborrow.\n'
    rows = await ask(text, lexicon_of(kind=[finder]))
    assert [row.value for row in rows if row.field == "kind"] == ["Revolving"]


LISTED = """Each Financier agrees to provide its Commitment under Facility A, a term facility, and
Facility B, a revolving facility.

The limits are: (a) for Facility A, $310,000,000; and (b) for Facility B, $45,000,000. Facility A
is repaid at maturity. Facility B is repaid each year.
"""


async def test_tranches_that_are_only_listed_with_amounts_are_found(ask, lexicon_of):
    assert await names(ask, lexicon_of(), LISTED) == {"Facility A", "Facility B"}


async def test_a_revolver_and_a_revolving_loan_are_the_same(ask):
    text = """"Maximum Revolver Amount" means $60,000,000.

"Revolver Commitment" means the commitment of a Lender to make Revolving Loans.

Each Lender agrees (severally, not jointly) to make revolving loans ("Revolving Loans") to it.

Each Lender agrees (severally, not jointly) to make term loans (the "Term Loan") to it.
"""
    schema = load_schema("credit_facility")
    rows = await ask(text, load_lexicon("credit_facility", schema), Kind.DETECT, schema)
    assert {row.value for row in rows} == {"Revolving Loans", "Term Loan"}


async def test_what_is_promised_under_a_name_is_a_tranche_without_a_definition(ask):
    text = """Each Lender agrees: (i) to make an Initial Term Loan to the Borrower at closing; and
(ii) to make Revolving Loans to it from time to time.
"""
    schema = load_schema("credit_facility")
    rows = await ask(text, load_lexicon("credit_facility", schema), Kind.DETECT, schema)
    assert {row.value for row in rows} == {"Initial Term Loan", "Revolving Loans"}
