from factsheet_schemas import Status
from factsheet_service.reports.views.chains import chains
from support.build import SCHEMA as DATA
from support.build import cite, make_document, make_schema
from support.records import make_document_record, make_record, present


def as_core(field):
    return {**field, "core": True} if field["key"] == "margin" else field


SCHEMA = make_schema(
    groups=[{**group, "fields": list(map(as_core, group["fields"]))} for group in DATA["groups"]]
)
AGREEMENT = make_document(
    "The Interest Rate is the Applicable Margin.\n\n"
    '"Applicable Margin" means 2.25%, or, where the Leverage Ratio is below 3, 1.75%.\n\n'
    '"Consolidated EBITDA" means net income plus interest and tax.\n\n'
    '"Leverage Ratio" means the ratio of Debt to Consolidated EBITDA.'
)


def terms(words, document=AGREEMENT, others=(), status=Status.PRESENT):
    cited = cite(document, words)
    base = make_record()
    cell = present(2.25, evidence=(cited,), status=status)
    row = base.facilities[0].model_copy(update={"fields": {"margin": cell, "hedge_rate": cell}})
    documents = (document, *others)
    known = tuple(make_document_record(d.name, id=d.id) for d in documents)
    record = base.model_copy(update={"facilities": (row,), "deal": {}, "documents": known})
    return chains(record, SCHEMA, documents)


def told(found):
    return [(term.depth, term.term) for chain in found for term in chain.terms]


CHAIN = [(0, "Applicable Margin"), (1, "Leverage Ratio"), (2, "Consolidated EBITDA")]


def test_a_chain_leads_from_the_margin_over_the_ratio_to_what_it_is_made_of():
    assert told(terms("Interest Rate is the Applicable Margin")) == CHAIN


def test_evidence_inside_a_definition_begins_with_it():
    assert told(terms("below 3, 1.75%")) == CHAIN


def test_each_term_has_its_sentence_with_its_place():
    (chain,) = terms("the Applicable Margin")
    ratio = chain.terms[1].definition
    assert ratio.quote == '"Leverage Ratio" means the ratio of Debt to Consolidated EBITDA.'
    assert ratio.page == 1
    assert AGREEMENT.text[ratio.start : ratio.end] == ratio.quote


def test_an_amendment_takes_its_terms_from_what_it_amends():
    amendment = make_document("The Applicable Margin is 2.25 per cent. from now on.", "new.txt")
    assert told(terms("Applicable Margin is 2.25", amendment, (AGREEMENT,))) == CHAIN


def test_terms_that_go_round_in_a_circle_are_told_once():
    document = make_document('"Alpha" means Beta.\n\n"Beta" means Alpha.\n\nIt is Alpha.')
    assert told(terms("It is Alpha", document)) == [(0, "Alpha"), (1, "Beta")]


def test_only_what_is_present_and_looked_at_first_is_explained():
    assert [chain.field for chain in terms("the Applicable Margin")] == ["margin"]
    assert terms("the Applicable Margin", status=Status.POSSIBLY_PRESENT) == ()
