import pytest
from factsheet_service.core.opening import dated_in, dates_in, draft_mark, in_common, parties_in


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("dated 14 March 2024", "2024-03-14"),
        ("made as of the 5th day of May, 2019", "2019-05-05"),
        ("suscrito el 28 de junio de 2024", "2024-06-28"),
        ("vom 28. Juni 2024", "2024-06-28"),
        ("en date du 3 septembre 2021", "2021-09-03"),
        ("dated 2024-06-28", "2024-06-28"),
    ],
)
def test_days_are_read_in_the_languages_of_the_documents(text, iso):
    assert [found for _, found in dates_in(text)] == [iso]


def test_a_month_without_its_day_dates_no_document():
    assert list(dates_in("the report of March 2024")) == []


@pytest.mark.parametrize(
    "text",
    [
        "dated as of May 5, 2019",
        "dated as of the 5th day of May, 2019",
        "de fecha 5 de mayo de 2019",
        "Kreditvertrag vom 5. Mai 2019",
        "en date du 5 mai 2019",
    ],
)
def test_what_something_is_dated_is_told_from_other_dates(text):
    said = f"On 1 June 2021 it was agreed to change the agreement {text}."
    assert [iso for _, iso in dated_in(said)] == ["2019-05-05"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DRAFT 3\nFACILITIES AGREEMENT", "a.pdf"),
        ("Borrador de 4 de mayo", "a.pdf"),
        ("FACILITIES AGREEMENT dated [●] 2024", "a.pdf"),
        ("FACILITIES AGREEMENT dated as of [ ], 2024", "a.pdf"),
        ("FACILITIES AGREEMENT", "SFA_draft_v3.docx"),
    ],
)
def test_a_draft_is_known_by_its_title_page_its_open_date_or_its_name(text, name):
    assert draft_mark(text, name) is not None


@pytest.mark.parametrize(
    "text",
    [
        "EXECUTION VERSION\nFACILITIES AGREEMENT, draft of 3 May",
        "FACILITIES AGREEMENT\nDRAFT\nIN WITNESS WHEREOF\n/s/ A. Person",
        "FACILITIES AGREEMENT dated 14 March 2024",
        "Projet de parc éolien: CONTRAT DE CRÉDIT",
    ],
)
def test_what_is_signed_or_to_be_signed_is_no_draft(text):
    assert draft_mark(text, "a.pdf") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("between Norrvind Wind AS (the Borrower) and", {"norrvind wind"}),
        ("KAARNAVUORI TUULIVOIMA OY as Borrower", {"kaarnavuori tuulivoima"}),
        ("among ALPHA, INC., AS BORROWER, AND", {"alpha"}),
        ("Bank of Examples, N.A., as Agent", {"bank of examples"}),
        ("Bankhaus Müller & Söhne AG", {"bankhaus muller and sohne"}),
        ("each Lender and the Company agree as follows", set()),
        ("THE BORROWER AS PLEDGOR", set()),
    ],
)
def test_parties_are_names_that_end_in_a_legal_form(text, names):
    assert parties_in(text) == names


def test_a_party_is_the_same_whatever_its_form_and_case():
    assert parties_in("ALPHA MINING CORP.") == parties_in("between Alpha Mining Corporation and")


def test_a_party_is_found_in_common_behind_words_that_do_not_belong_to_it():
    cover = parties_in("Orla Lines Corp. as\nLenders\nTern Bank AG as Agent")
    assert in_common(cover, parties_in("between Tern Bank AG and others")) == 1


def test_one_word_in_common_makes_no_party_in_common():
    assert in_common(parties_in("Wind Power Ltd"), parties_in("Solar Power Ltd")) == 0
