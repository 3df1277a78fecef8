import pytest
from factsheet_service.core.retrieval.vocabulary import Phrases, Vocabulary, stems
from support.build import make_schema


def test_words_are_compared_without_their_endings():
    assert stems("Repayment Dates") == stems("repayment date")
    assert stems("Rückzahlungsraten") == stems("Rückzahlungen")


def test_accents_make_no_difference():
    assert stems("Período de interés") == stems("periodo de interes")


def test_a_double_s_is_no_plural():
    assert stems("business") == ("business",)


def test_phrases_are_counted_wherever_they_stand():
    phrases = Phrases([("applicab", "margin"), ("margin",)])
    found = phrases.found(stems("the Margin is the Applicable Margin"))
    assert found == {("margin",): 2, ("applicab", "margin"): 1}


def test_a_field_is_looked_for_by_its_label_its_aliases_and_its_options(credit):
    names = Vocabulary(credit.groups).by_field["hedge_type"]
    assert {stems("interest rate swap"), stems("Zinsswap"), stems("FX swaps")} <= set(names)


def test_a_field_without_aliases_is_looked_for_by_its_description_too():
    data = make_schema().model_dump()
    data["groups"][0]["fields"][0]["description"] = "Legal name of the debtor"
    queries = Vocabulary(make_schema(groups=data["groups"]).groups).queries
    assert stems("Legal name") in queries["basics"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("spread_pct", "margen marge Zinsmarge opslag margem margine marża"),
        (
            "maturity_date",
            "vencimiento échéance Endfälligkeit einddatum vencimento scadenza spłaty",
        ),
        ("commitment_fee_pct", "disponibilidad engagement Zusageprovision mancato zaangażowania"),
        ("hedged", "cobertura couverture Absicherung renteafdekking copertura hedgingowa"),
        ("dsra", "reserva réserve Schuldendienstreservekonto reserverekening riserva rezerwy"),
        ("cash_sweep", "excedente excédent Überschussliquidität verplichte caixa cassa nadwyżka"),
        ("credit_limit", "importe montant Gesamtzusagen hoofdsom montante importo kwota"),
        ("borrower_name", "prestatario emprunteur Darlehensnehmer kredietnemer kredytobiorca"),
    ],
)
def test_terms_of_other_languages_are_known(vocabulary, field, words):
    known = {word for phrase in vocabulary.by_field[field] for word in phrase}
    assert [word for word in words.split() if stems(word)[0] not in known] == []


def test_every_group_has_terms_of_all_languages(credit):
    """A field each, by words that are of one language alone."""
    told = " ".join(alias for field in credit.fields() for alias in field.aliases)
    for word in ("préstamo", "prêt", "Darlehen", "lening", "empréstimo", "mutuo", "kredyt"):
        assert word in told
    for group in credit.groups:
        accented = [a for field in group.fields for a in field.aliases if not a.isascii()]
        assert accented, group.key
