"""Which facilities a company has, whatever its documents: long, foreign, many, amended, or silent."""

from __future__ import annotations

import pytest
from factsheet_schemas import ExtractOptions, Status, load_schema
from factsheet_schemas.lexicon import load_lexicon
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Kind
from factsheet_service.core.windows import estimate_tokens
from factsheet_service.engines.lexical import LexicalEngine
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document
from support.scripted import ScriptedEngine

SCHEMA = load_schema("credit_facility")
OPENING = (
    "FACILITIES AGREEMENT\n\ndated 14 March 2024 between Norrvind Wind AS (the “Borrower”) and Harrow"
    " Bank N.A. (the “Lender”).\n\n"
)
CLAUSE = (
    "{n}.1 The Borrower shall supply to the Agent, promptly upon becoming aware of them, the details"
    " of any litigation, arbitration or administrative proceedings which are current, threatened or"
    " pending against it, and such further information as the Agent may reasonably request.\n\n"
)


def defined(name, amount, words="term loan"):
    return f"“{name}” means the {words} facility made available in an amount of EUR {amount:,}.\n\n"


async def read(engine, *documents):
    options = ExtractOptions(engine="vllm")
    return await extract(Job("a", documents, SCHEMA, options), engine, silent)


async def lexically(*texts):
    engine = LexicalEngine(SCHEMA, load_lexicon("credit_facility", SCHEMA))
    documents = [make_document(text, f"{n}.txt") for n, text in enumerate(texts)]
    return await read(engine, *documents)


def names(record):
    return [row.name for row in record.facilities]


def limits(record):
    cells = {row.name: row.fields["credit_limit"].value for row in record.facilities}
    return {name: value and value["amount"] for name, value in cells.items()}


@pytest.fixture(scope="module")
def long_text():
    """About 400,000 tokens, with the facilities defined where nobody looks first."""
    clauses = [CLAUSE.format(n=n) for n in range(1, 6100)]
    clauses.insert(3000, defined("Facility A", 90_000_000))
    clauses.insert(5000, defined("Facility B", 20_000_000))
    text = OPENING + "".join(clauses)
    assert estimate_tokens(text) > 400_000
    return text


async def test_facilities_are_found_in_a_file_of_400_000_tokens(long_text):
    record = await lexically(long_text)
    assert limits(record) == {"Facility A": 90_000_000, "Facility B": 20_000_000}
    assert record.coverage.windows == record.coverage.windows_asked > 50


async def test_an_engine_is_asked_for_facilities_in_every_window_of_it(long_text):
    engine = ScriptedEngine({"“Facility A” means": [("detect", (), "Facility A")]})
    options = ExtractOptions(engine="vllm", groups=["basic_info"], settings={"window_tokens": 6500})
    job = Job("a", (make_document(long_text),), SCHEMA, options)
    record = await extract(job, engine, silent)
    assert names(record) == ["Facility A"]
    assert record.facilities[0].fields["facility_name"].status is Status.PRESENT
    looked = {window.key for window, question in engine.asked if question.kind is Kind.DETECT}
    assert len(looked) == record.coverage.windows > 50


SPANISH = """CONTRATO DE CRÉDITO SINDICADO

En Madrid, a 28 de junio de 2024

Parque Eólico Sierra Alta, S.L. (el "Prestatario"), y Banco Faro, S.A. y Caja del Norte, S.A. (las
"Entidades Acreditantes").

"Tramo A" significa el préstamo a largo plazo puesto a disposición del Prestatario por un importe
máximo de 45.000.000 euros.

"Tramo B" significa la línea de crédito revolving puesta a disposición del Prestatario por un
importe máximo de 5.000.000 euros.

"Fecha de Vencimiento Final" significa el 30 de junio de 2039.

2.1 Dentro del Tramo B podrán emitirse avales hasta un sublímite de 1.000.000 euros.
"""
GERMAN = """KREDITVERTRAG

vom 28. Juni 2024

zwischen der Windpark Elm GmbH (der "Kreditnehmer") und der Bank Tal AG (die "Bank").

"Darlehen A" bezeichnet das dem Kreditnehmer gewährte Darlehen in Höhe von bis zu EUR 32.000.000.

"Betriebsmittelkredit" bezeichnet den revolvierenden Kredit in Höhe von bis zu EUR 3.000.000.

"Endfälligkeit" bezeichnet den 30. Juni 2038.

Die Bank stellt dem Kreditnehmer das Darlehen A und den Betriebsmittelkredit zur Verfügung.
"""
FRENCH = """CONTRAT DE CRÉDIT

en date du 28 juin 2024

Éoliennes du Plateau SAS (l'"Emprunteur") et Banque Sud SA et Crédit du Rhône SA (les "Prêteurs").

"Crédit Long Terme" désigne le crédit à terme mis à la disposition de l'Emprunteur pour un montant
maximum de 28.500.000 euros.

"Crédit Revolving" désigne l'ouverture de crédit renouvelable mise à la disposition de l'Emprunteur
pour un montant maximum de 2.500.000 euros.

"Date d'Échéance Finale" désigne le 30 juin 2037.
"""
FOREIGN = {
    "es": (SPANISH, {"Tramo A": 45_000_000, "Tramo B": 5_000_000}, "2039-06"),
    "de": (GERMAN, {"Darlehen A": 32_000_000, "Betriebsmittelkredit": 3_000_000}, "2038-06"),
    "fr": (FRENCH, {"Crédit Long Terme": 28_500_000, "Crédit Revolving": 2_500_000}, "2037-06"),
}
each_language = pytest.mark.parametrize("language", FOREIGN)


@each_language
async def test_facilities_are_found_in_agreements_that_are_not_in_english(language):
    text, wanted, _ = FOREIGN[language]
    assert limits(await lexically(text)) == wanted


@each_language
async def test_their_kinds_are_told_apart(language):
    record = await lexically(FOREIGN[language][0])
    kinds = [row.fields["tranche_type"].value for row in record.facilities]
    assert kinds == ["Term Loan", "Revolving Loan (RCF)"]


@each_language
async def test_their_dates_are_read(language):
    text, _, matures = FOREIGN[language]
    record = await lexically(text)
    dates = {row.fields["maturity_date"].value["date"][:7] for row in record.facilities}
    assert dates == {matures}


@each_language
async def test_names_in_another_language_are_rows_of_their_own(language):
    text, wanted, _ = FOREIGN[language]
    script = {f'"{name}"': [("detect", (), name)] for name in wanted}
    assert names(await read(ScriptedEngine(script), make_document(text))) == list(wanted)


async def test_an_agreement_of_one_facility_has_one_row():
    assert names(await lexically(OPENING + defined("Term Facility", 5_000_000))) == [
        "Term Facility"
    ]


async def test_twelve_facilities_are_twelve_rows():
    wanted = {f"Facility {letter}": n * 1_000_000 for n, letter in enumerate("ABCDEFGHIJKL", 1)}
    text = OPENING + "".join(defined(*item) for item in wanted.items())
    assert names(await lexically(text)) == list(wanted)


PARTS = (
    "“Letter of Credit Sublimit” means EUR 2,000,000, which is part of the Revolving Facility.\n\n",
    "“Swingline Commitment” means the sublimit of EUR 1,000,000 within the Revolving Facility.\n\n",
    "The Borrower may ask for an increase (an “Incremental Facility”) of up to EUR 15,000,000; no"
    " Lender is committed to it.\n\n",
    "“Accordion Facility” means the uncommitted increase of up to EUR 15,000,000.\n\n",
    "“Existing Term Facility” means the facility of EUR 80,000,000 that is repaid today.\n\n",
)


@pytest.mark.parametrize("part", PARTS)
async def test_sublimits_and_accordions_are_no_facilities(part):
    both = defined("Term Facility", 5_000_000) + defined(
        "Revolving Facility", 4_000_000, "revolving"
    )
    record = await lexically(OPENING + both + part)
    assert sorted(names(record)) == ["Revolving Facility", "Term Facility"]


AMENDMENT = (
    "AMENDMENT NO. 1 dated 2 May 2025 to the Facilities Agreement dated 14 March 2024 between"
    " Norrvind Wind AS and Harrow Bank N.A.\n\nThe definition of Term Facility is amended to read as"
    " follows: "
)


async def test_an_amendment_that_mentions_facilities_adds_none():
    text = OPENING + defined("Term Facility", 5_000_000)
    record = await lexically(text, AMENDMENT + defined("Term Facility", 7_000_000))
    assert limits(record) == {"Term Facility": 7_000_000}


async def test_an_amendment_to_another_agreement_adds_none():
    other = AMENDMENT.replace("14 March 2024", "7 July 1999")
    text = OPENING + defined("Term Facility", 5_000_000)
    record = await lexically(text, other + defined("Bridge Facility", 7_000_000))
    assert limits(record) == {"Term Facility": 5_000_000}


@pytest.mark.parametrize("text", ["Nothing of any loan is said here.", OPENING])
async def test_where_no_facility_is_named_the_company_has_one_unnamed_row(text):
    assert names(await lexically(text)) == ["Primary Facility"]
    assert names(await read(ScriptedEngine({}), make_document(text))) == ["Primary Facility"]


async def test_what_is_said_without_a_name_goes_to_the_unnamed_row():
    engine = ScriptedEngine({"Margin": [("spread_pct", (), "2.25%")]})
    record = await read(engine, make_document("The Margin is 2.25 per cent. per annum."))
    assert record.facilities[0].fields["spread_pct"].value == 2.25
