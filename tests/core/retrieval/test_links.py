from factsheet_service.core.retrieval.links import Terms, referred_worth
from factsheet_service.core.retrieval.passages import cut_passages
from factsheet_service.core.retrieval.vocabulary import stems
from support.build import make_document, make_schema

ENTITIES = make_schema().entities
DEFINITIONS = (
    '"Spread Rate" means 2.25 per cent a year.',
    'The Bank lends up to EUR 5,000,000 (the "Harbour Loan") to the Borrower.',
    '"Business Day" means a day on which banks are open in Oslo and in London.',
    "SECTION 4",
    "Interest on the Harbour Loan is paid at the Spread Rate.",
)


def passages():
    return cut_passages(make_document("\n\n".join(DEFINITIONS)))


def at(words):
    return next(n for n, one in enumerate(passages()) if words in one.text)


def test_terms_are_those_that_a_document_defines_in_either_way():
    terms = Terms(passages(), ENTITIES)
    assert set().union(*terms.introduced) == {
        stems("Spread Rate"),
        stems("Harbour Loan"),
        stems("Business Day"),
    }


def test_row_terms_are_what_this_agreement_calls_its_facilities():
    assert Terms(passages(), ENTITIES).row_terms == {stems("Harbour Loan")}


def test_a_definition_is_worth_what_those_who_use_it_are():
    worth = [0.0] * len(passages())
    worth[at("Interest on")] = 3.0
    terms = Terms(passages(), ENTITIES)
    assert terms.worth_of_users(at("Spread Rate"), worth) == 3.0
    assert terms.worth_of_users(at("Business Day"), worth) == 0.0


def test_a_schedule_is_worth_what_refers_to_it_is():
    parts = ("The loan is repaid as set out in Schedule 3.", "SCHEDULE 2", "A", "SCHEDULE 3", "B")
    found = cut_passages(make_document("\n\n".join(parts)))
    worth = [5.0] + [0.0] * (len(found) - 1)
    of_heading = dict(
        zip([one.heading for one in found], referred_worth(found, worth), strict=True)
    )
    assert (of_heading["SCHEDULE 3"], of_heading["SCHEDULE 2"]) == (5.0, 0.0)
