from dataclasses import replace

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.lineage import assign_roles
from factsheet_service.core.roles import parted, precedence
from support.build import make_document, make_schema

SCHEMA = make_schema()
AGREEMENT = make_document(
    "FACILITIES AGREEMENT\ndated 14 March 2024\nbetween A and B.", "agreement.txt"
)
AMENDMENT = make_document(
    "AMENDMENT AGREEMENT\ndated 2 May 2025\nrelating to a facilities agreement dated 14 March 2024.\n"
    "The Margin was 2 per cent." + " and so on" * 200 + "\n"
    "The definition shall be replaced: Margin means 3 per cent.",
    "amendment.txt",
)
SHEET = make_document("Indicative TERM SHEET\nJanuary 5, 2024", "sheet.txt")
ROLES = assign_roles([AGREEMENT, AMENDMENT, SHEET], SCHEMA)


def rank(document, words):
    return precedence(ROLES[document.id], "margin", document, document.text.index(words))


def test_documents_are_told_apart_by_the_title_that_comes_first():
    assert [ROLES[d.id].role.key for d in (AGREEMENT, AMENDMENT, SHEET)] == [
        "agreement",
        "amendment",
        "term_sheet",
    ]


def test_dates_are_read_from_the_opening():
    assert [ROLES[d.id].date for d in (AGREEMENT, AMENDMENT, SHEET)] == [
        "2024-03-14",
        "2025-05-02",
        "2024-01-05",
    ]


def test_an_amendment_is_linked_to_the_agreement_of_that_date():
    assert ROLES[AMENDMENT.id].amends == AGREEMENT.id


def test_an_operative_change_beats_the_agreement():
    assert rank(AMENDMENT, "Margin means 3") > rank(AGREEMENT, "between")


def test_what_an_amendment_merely_recites_does_not():
    assert rank(AMENDMENT, "Margin was 2") < rank(AGREEMENT, "between")


def test_a_term_sheet_never_beats_the_agreement():
    assert rank(SHEET, "TERM SHEET") < rank(AGREEMENT, "between")


def test_a_draft_never_beats_an_executed_document():
    draft = make_document("DRAFT 3\nFACILITIES AGREEMENT dated 1 June 2026", "draft.txt")
    role = assign_roles([draft], SCHEMA)[draft.id]
    assert precedence(role, "margin", draft, 0) < rank(AGREEMENT, "between")


def test_the_file_name_helps_where_the_text_has_no_title():
    plain = make_document("Margin: 2 per cent", "term_sheet_v2.txt")
    assert assign_roles([plain], SCHEMA)[plain.id].role.key == "term_sheet"


def test_a_message_about_an_amendment_is_none_where_its_type_says_what_it_is():
    roles = [{"key": "other", "label": "Other", "precedence": 5, "media_types": ["message/rfc822"]}]
    schema = make_schema(roles=[*SCHEMA.model_dump()["roles"], *roles])
    message = replace(AMENDMENT, media_type="message/rfc822")
    assert assign_roles([message], schema)[message.id].role.key == "other"


def test_a_draft_is_known_by_a_name_with_underscores():
    draft = make_document("FACILITIES AGREEMENT dated 1 June 2026", "SFA_draft_v3.txt")
    assert assign_roles([draft], SCHEMA)[draft.id].is_draft


def amended_by(opening):
    amendment = make_document("AMENDMENT AGREEMENT " + opening, "amendment.txt")
    return assign_roles([amendment], SCHEMA)[amendment.id]


def test_what_is_amended_is_older_than_the_amendments_named_beside_it():
    role = amended_by(
        "made as of 1 March 2024 to the agreement dated 5 May 2020, as amended by an amendment"
        " dated 1 June 2021"
    )
    assert (role.date, role.amends_date) == ("2024-03-01", "2020-05-05")


def test_the_amended_date_may_stand_before_the_amendments_own():
    role = amended_by("to the agreement dated 5 May 2020. This amendment is dated 1 March 2024")
    assert (role.date, role.amends_date) == ("2024-03-01", "2020-05-05")


def test_an_amendment_is_linked_to_the_binding_document_of_that_date():
    sheet = make_document("TERM SHEET\ndated 14 March 2024", "a sheet.txt")
    roles = assign_roles([sheet, AGREEMENT, AMENDMENT], SCHEMA)
    assert roles[AMENDMENT.id].amends == AGREEMENT.id


CREDIT = load_schema("credit_facility")
RESTATED = make_document(
    "AMENDED AND RESTATED CREDIT AGREEMENT dated as of May 5, 2019. Margin means 2.25%", "b.txt"
)


def test_a_restatement_has_the_date_it_bears():
    role = assign_roles([RESTATED], CREDIT)[RESTATED.id]
    assert (role.date, role.amends_date) == ("2019-05-05", None)


def test_an_amendment_beats_the_restatement_that_it_changes():
    later = make_document(
        "AMENDMENT NO. 1 dated as of March 1, 2021 to the Amended and Restated Credit Agreement"
        " dated as of May 5, 2019.\nThe definition is amended to read as follows: Margin means 3%",
        "c.txt",
    )
    roles = assign_roles([RESTATED, later], CREDIT)
    new, old = (
        precedence(roles[d.id], "spread_pct", d, d.text.index("Margin means"))
        for d in (later, RESTATED)
    )
    assert new > old


def test_an_amendment_to_an_agreement_that_is_not_here_does_not_bind_beside_one_that_is():
    other = make_document(
        "AMENDMENT AGREEMENT\ndated 2 May 2025\nto a facilities agreement dated 7 July 1999.",
        "x.txt",
    )
    roles = assign_roles([AGREEMENT, other], SCHEMA)
    assert roles[other.id].is_foreign
    assert precedence(roles[other.id], "margin", other, 0) < rank(AGREEMENT, "between")


def test_an_amendment_that_stands_alone_binds():
    roles = assign_roles([AMENDMENT], SCHEMA)
    assert not roles[AMENDMENT.id].is_foreign


def test_an_amendment_to_a_restatement_is_linked_to_it():
    restated = [
        {
            "key": "restatement",
            "label": "Restatement",
            "precedence": 60,
            "amends": True,
            "title_patterns": ["amended and restated"],
        }
    ]
    schema = make_schema(roles=[*restated, *SCHEMA.model_dump()["roles"]])
    restatement = make_document("AMENDED AND RESTATED facilities agreement dated 14 March 2024")
    roles = assign_roles([restatement, AMENDMENT], schema)
    assert roles[AMENDMENT.id].amends == restatement.id


def changed(words, recital=""):
    return make_document(
        f"AMENDMENT NO. 2\ndated as of May 5, 2021\n\n{recital}\n\nNOW, THEREFORE:\n\n{words}",
        "c.txt",
    )


def test_words_of_change_among_the_recitals_make_nothing_operative():
    document = changed(
        "The definition is amended to read as follows: Margin means 1%.",
        "WHEREAS the Agreement, as it is amended from time to time, has a Margin of 2.25%.",
    )
    role = assign_roles([document], CREDIT)[document.id]
    recital, operative = (
        precedence(role, "spread_pct", document, document.text.index(words))
        for words in ("WHEREAS", "The definition")
    )
    assert recital < operative


@pytest.mark.parametrize(
    ("words", "struck"),
    [
        ('the words "1.90 per cent." are deleted and replaced by "1.65 per cent."', "1.90"),
        ("is amended by deleting “$50,000,000” and replacing it with “$75,000,000”", "$50,000,000"),
        ("The Margin shall be reduced from 2.25% to 1.95% per annum", "2.25%"),
        ("by replacing the date 5 May 2025 with 5 May 2027", "5 May 2025"),
        ("The Margin was 2.25 per cent until that day", "2.25 per cent"),
    ],
)
def test_words_that_are_taken_out_are_told_from_those_that_stay(words, struck):
    role = assign_roles([changed(words)], CREDIT).popitem()[1]
    kept, out = parted(role, words)
    assert struck in out
    assert struck not in kept


def test_new_words_are_not_taken_out():
    role = assign_roles([changed("")], CREDIT).popitem()[1]
    kept, _ = parted(role, 'the words "1.90 per cent." are replaced by the words "1.65 per cent."')
    assert "1.65 per cent." in kept


def test_a_confirmation_that_calls_itself_so_in_a_sentence_is_one():
    text = (
        "Bank Tal AG\n\nThe purpose of this letter is to confirm the terms and conditions of the"
        " Swap Transaction entered into between us."
    )
    document = make_document(text)
    assert assign_roles([document], CREDIT)[document.id].role.key == "hedge_confirmation"


@pytest.mark.parametrize(
    ("title", "field"),
    [("FEE LETTER", "upfront_fee_pct"), ("SWAP CONFIRMATION", "hedge_fixed_rate_pct")],
)
def test_a_letter_governs_its_own_fields_and_no_others(title, field):
    letter = make_document(f"{title}\ndated June 1, 2019", "l.txt")
    agreement = make_document("CREDIT AGREEMENT\ndated June 1, 2019", "a.txt")
    roles = assign_roles([letter, agreement], CREDIT)

    def beats(key):
        mine, theirs = (precedence(roles[d.id], key, d, 0) for d in (letter, agreement))
        return mine > theirs

    assert beats(field)
    assert not beats("credit_limit")


def test_a_model_never_overrides_an_agreement():
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    model = replace(make_document("Facilities Agreement inputs", "m.xlsx"), media_type=media)
    agreement = make_document("CREDIT AGREEMENT\ndated June 1, 2019", "a.txt")
    roles = assign_roles([model, agreement], CREDIT)
    mine, theirs = (precedence(roles[d.id], "spread_pct", d, 0) for d in (model, agreement))
    assert mine < theirs
