from factsheet_service.core.retrieval.hope import hope, signs_of
from factsheet_service.core.retrieval.matches import matches
from factsheet_service.core.retrieval.passages import cut_passages
from factsheet_service.core.retrieval.ranks import ranks_of
from support.build import make_document

CLAUSES = {
    "margin": '"Applicable Margin" means 2.25 per cent. per annum.',
    "limit": "The Lenders make available a term loan facility of EUR 40,000,000 to the Borrower.",
    "repayment": "The Borrower shall repay the Loans in instalments on the last day of each quarter.",
    "assignment": "No party may assign its rights without the prior consent of the other parties.",
    "indemnity": "The Borrower indemnifies the Agent against any cost that it incurs in good faith.",
    "rule": "In this agreement a reference to a person includes its successors and transferees.",
}


def hopes(credit, vocabulary, clauses):
    passages = cut_passages(make_document("\n\n".join(clauses.values())))
    assert len(passages) == len(clauses)
    ranks = ranks_of(matches(passages, vocabulary), vocabulary.group_of, len(passages))
    signs = signs_of(passages, ranks, credit.entities)
    return dict(zip(clauses, map(hope, signs), strict=True))


def numbered(clauses):
    return {key: f"{n}. Clause. {text}" for n, (key, text) in enumerate(clauses.items(), 1)}


def test_terms_are_more_hopeful_than_boilerplate(credit, vocabulary):
    found = hopes(credit, vocabulary, numbered(CLAUSES))
    ranked = sorted(found, key=lambda key: -found[key])
    assert set(ranked[:3]) == {"margin", "limit", "repayment"}


def test_terms_are_more_hopeful_in_a_language_without_english_headings(credit, vocabulary):
    german = {
        "margin": "Die Marge beträgt 2,25 % p.a.",
        "limit": "Die Bank gewährt dem Darlehensnehmer ein Darlehen von EUR 40.000.000.",
        "repayment": "Die Tilgung erfolgt in zwanzig Raten, erstmals am 30. Juni 2027.",
        "assignment": "Rechte aus diesem Vertrag sind ohne Zustimmung nicht abtretbar.",
        "notices": "Mitteilungen bedürfen der Schriftform und werden per Post versandt.",
        "law": "Sollte eine Bestimmung unwirksam sein, bleiben die übrigen davon unberührt.",
    }
    found = hopes(credit, vocabulary, numbered(german))
    ranked = sorted(found, key=lambda key: -found[key])
    assert set(ranked[:3]) == {"margin", "limit", "repayment"}
