import pytest
from factsheet_service.core.retrieval.matches import matches, num_shaped
from factsheet_service.core.retrieval.passages import cut_passages
from support.build import make_document

OTHERS = [f"{n}. Notices are given to the Agent in writing, and by no other means." for n in "123"]


def scores_of(vocabulary, key, *paragraphs):
    passages = cut_passages(make_document("\n\n".join((*paragraphs, *OTHERS))))
    scores = matches(passages, vocabulary)[key]
    return [scores.get(number, 0.0) for number in range(len(passages))]


def best(vocabulary, key, *paragraphs):
    scores = scores_of(vocabulary, key, *paragraphs)
    return scores.index(max(scores)) if max(scores) else None


LONG = "words that say nothing of what anybody pays, to whom, or when, and that fill a passage up "


def test_the_passage_that_has_the_fields_name_fits_it(vocabulary):
    assert best(vocabulary, "spread_pct", "1. " + LONG * 3, "2. The margin is 2 per cent.") == 1


def test_a_name_with_a_figure_of_its_kind_fits_better_than_one_without(vocabulary):
    bare = "1. A commitment fee falls due. " + LONG * 3
    stated = "2. A commitment fee falls due of 0.40 % a year. " + LONG * 3
    assert best(vocabulary, "commitment_fee_pct", bare, stated) == 1


def test_a_definition_of_the_name_fits_better_than_its_use(vocabulary):
    used = "Where the Margin changes, the Agent says so. " + LONG * 3
    assert best(vocabulary, "spread_pct", used, '"Margin" means what Schedule 3 says. ' + LONG) == 1


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("spread_pct", "Die Zinsmarge beträgt 2,25 % p.a."),
        ("maturity_date", "La date d'échéance est le 30 juin 2031."),
        ("commitment_fee_pct", "La comisión de disponibilidad será del 0,40 % anual."),
        ("repayment_schedule_text", "De aflossing geschiedt in twintig halfjaarlijkse termijnen."),
        ("credit_limit", "O montante máximo é de 40.000.000 euros."),
        ("base_rate", "Il parametro di riferimento è l'Euribor a sei mesi."),
        ("borrower_name", "Kredytobiorca: Wiatraki Północne Sp. z o.o."),
    ],
)
def test_passages_in_other_languages_are_found(vocabulary, key, text):
    assert best(vocabulary, key, "1. " + LONG * 3, text) == 1


def test_a_groups_queries_are_matched_by_pairs_of_words(vocabulary):
    text = "The Lenders agree to lend to the Borrower on the terms below."
    assert best(vocabulary, "basic_info", "1. " + LONG * 3, text) == 1


def test_figures_are_counted_by_shape():
    text = "USD 1,000,000 at 2.25 % until 30 June 2031, and a ratio of 1.20 to 1.00, for six months"
    assert all(num_shaped(text).values())


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("tenor", "Períodos de Interés de seis (6) meses"),
        ("tenor", "périodes de 1 ou 3 mois"),
        ("date", "transcurridos doce meses desde la firma"),
        ("date", "am fünften Jahrestag der Unterzeichnung"),
        ("percent", "150 puntos básicos"),
        ("percent", "150 Basispunkte"),
        ("amount", "40 Mio. EUR"),
        ("amount", "12.500.000 zł"),
    ],
)
def test_figures_are_seen_in_other_languages(shape, text):
    assert num_shaped(text)[shape]
