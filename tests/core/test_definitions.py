from factsheet_service.core.definitions import Glossary, definitions_in
from support.build import make_document

AGREEMENT = make_document(
    '"Applicable Margin" means 2.25%, or, where the Leverage Ratio of the Borrower is below 3, 1.75%.\n\n'
    '"Borrower" means Norrvind AS. The Borrower, the Borrower and the Borrower.\n\n'
    '"Consolidated EBITDA" means net income; plus interest:\n\n(a) and tax.\n\n'
    '"Leverage Ratio" means the ratio of Debt to Consolidated EBITDA.\n\n'
    "2.1 Interest\n\nInterest is the Applicable Margin."
)
GLOSSARY = Glossary([AGREEMENT])


def of(term, document=AGREEMENT, glossary=GLOSSARY):
    return glossary.of(term, document)


def words(span, document=AGREEMENT):
    return document.text[span[0] : span[1]]


def test_a_term_is_found_with_its_sentence():
    sentence = words(of("Leverage Ratio").sentence)
    assert sentence == '"Leverage Ratio" means the ratio of Debt to Consolidated EBITDA.'


def test_a_definition_goes_on_in_its_list_and_ends_at_the_next_paragraph():
    assert words(of("Consolidated EBITDA").span).endswith("(a) and tax.")
    assert words(of("Leverage Ratio").span).endswith("Consolidated EBITDA.")


def test_a_term_is_found_in_the_plural():
    assert of("Leverage Ratios").term == "Leverage Ratio"


def test_a_definition_is_made_of_the_terms_that_it_names():
    margin = of("Applicable Margin")
    assert GLOSSARY.terms_in(AGREEMENT, margin.span, margin.term) == ("Leverage Ratio", "Borrower")


def test_of_many_terms_the_rarest_are_told():
    names = ["Alpha", "Beta", "Gamma", "Delta", "Omega"]
    defined = "\n\n".join(f'"{name}" means a thing.' for name in names)
    document = make_document(f"{defined}\n\n{'Omega, ' * 9}\n\nAll: {', '.join(names)}.")
    start = document.text.index("All:")
    found = Glossary([document]).terms_in(document, (start, len(document.text)))
    assert found == ("Alpha", "Beta", "Gamma", "Delta")


def test_the_stretch_around_a_place_is_found():
    assert GLOSSARY.around(AGREEMENT, AGREEMENT.text.index("1.75%")).term == "Applicable Margin"
    assert GLOSSARY.around(AGREEMENT, AGREEMENT.text.index("Interest is")) is None


def test_a_documents_own_definition_goes_before_that_of_another():
    other = make_document('"Leverage Ratio" means debt to equity.', "b.txt")
    both = Glossary([AGREEMENT, other])
    assert of("Leverage Ratio", other, both).document is other
    assert of("Applicable Margin", other, both).document is AGREEMENT


def test_other_languages_define_too():
    document = make_document('«»\n"Margen" significa 2,10%.\n\n„Marge“ bedeutet 2,10 %.')
    assert [one.term for one in definitions_in(document)] == ["Margen", "Marge"]
