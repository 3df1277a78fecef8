"""Which document amends which: by the base's date and parties, never by its title."""

import pytest
from factsheet_schemas import load_schema
from factsheet_service.core.lineage import assign_roles
from factsheet_service.core.roles import is_binding, precedence
from support.build import make_document

CREDIT = load_schema("credit_facility")
PARTIES = "among Orlena Shipping Corp., as Borrower, and Harrow Bank N.A., as Agent"
SIGNED = "The Margin is 2 per cent per annum on every Loan made under this Agreement, payable."


def agreement(date, name, parties=PARTIES, title="CREDIT AGREEMENT"):
    return make_document(f"{title}\ndated as of {date}\n{parties}.\n{SIGNED * 3}", name)


def amendment(number, date, base_date, name, parties=PARTIES):
    text = (
        f"AMENDMENT NO. {number} TO CREDIT AGREEMENT\ndated as of {date}\n{parties}.\n\n"
        f"Reference is made to the Credit Agreement dated as of {base_date}.\n\n"
        f"NOW, THEREFORE, the Margin is amended to read as follows: {number} per cent."
    )
    return make_document(text, name)


def restatement(date, name, base_date=None, parties=PARTIES, words=6):
    base = f"restating the Credit Agreement dated as of {base_date}" if base_date else ""
    text = f"AMENDED AND RESTATED CREDIT AGREEMENT\ndated as of {date}\n{parties}\n{base}.\n"
    return make_document(text + SIGNED * words, name)


NEW = agreement("June 1, 1999", "a.txt")
OLD = agreement("May 4, 1998", "b.txt")


def test_amendments_of_one_title_are_linked_to_the_agreement_whose_date_each_names():
    changes = [
        amendment(1, "January 5, 2000", "June 1, 1999", "c.txt"),
        amendment(2, "March 5, 2000", "June 1, 1999", "d.txt"),
        amendment(3, "May 5, 2000", "May 4, 1998", "e.txt"),
        amendment(4, "July 5, 2000", "May 4, 1998", "f.txt"),
    ]
    roles = assign_roles([NEW, OLD, *changes], CREDIT)
    assert [roles[d.id].amends for d in changes] == [NEW.id, NEW.id, OLD.id, OLD.id]


def test_an_amendment_beats_what_it_amends_and_no_newer_agreement():
    change = amendment(3, "May 5, 2000", "May 4, 1998", "e.txt")
    roles = assign_roles([NEW, OLD, change], CREDIT)
    new, old, changed = (
        precedence(roles[d.id], "spread_pct", d, d.text.index("Margin")) for d in (NEW, OLD, change)
    )
    assert old < changed < new


def test_of_two_agreements_of_one_date_the_one_with_the_same_parties_is_amended():
    ours = agreement("June 1, 1999", "a.txt", "between Alpha Mining Inc. and Harrow Bank N.A.")
    theirs = agreement("June 1, 1999", "b.txt", "between Beta Rail Ltd. and Harrow Bank N.A.")
    change = amendment(
        1, "May 5, 2000", "June 1, 1999", "c.txt", "between Alpha Mining Inc. and Harrow Bank N.A."
    )
    for order in ([ours, theirs, change], [theirs, ours, change]):
        assert assign_roles(order, CREDIT)[change.id].amends == ours.id


def test_an_amendment_of_that_date_between_others_is_foreign():
    change = amendment(1, "May 5, 2000", "June 1, 1999", "c.txt", "between Beta Ltd. and Gamma AG")
    role = assign_roles([NEW, change], CREDIT)[change.id]
    assert (role.amends, role.is_foreign) == (None, True)


def test_a_borrower_that_was_renamed_is_the_same_party():
    renamed = "between Orla Lines Corp. (formerly known as Orlena Shipping Corp.) and Tern Bank AG"
    change = amendment(1, "May 5, 2000", "June 1, 1999", "c.txt", renamed)
    assert assign_roles([NEW, change], CREDIT)[change.id].amends == NEW.id


def test_an_amendment_that_names_no_date_goes_to_the_only_agreement_of_its_parties():
    change = make_document(
        f"AMENDMENT NO. 1\ndated May 5, 2000\n{PARTIES}\nThe Margin is amended to be 3%.", "c.txt"
    )
    assert assign_roles([NEW, change], CREDIT)[change.id].amends == NEW.id
    assert assign_roles([NEW, OLD, change], CREDIT)[change.id].amends is None


def test_a_date_of_something_older_that_is_not_here_hides_no_base():
    text = (
        f"AMENDMENT NO. 1 dated as of May 5, 2000 to the Credit Agreement dated as of June 1, 1999,"
        f" {PARTIES}, which ends the letter dated as of January 3, 1990.\n\nThe Margin is amended to"
        " read as follows: 3 per cent."
    )
    change = make_document(text, "c.txt")
    role = assign_roles([NEW, change], CREDIT)[change.id]
    assert (role.amends, role.is_foreign) == (NEW.id, False)


def test_a_letter_of_the_same_date_is_not_what_is_amended():
    letter = make_document(f"FEE LETTER\ndated June 1, 1999\n{PARTIES}", "fee.txt")
    change = amendment(1, "May 5, 2000", "June 1, 1999", "c.txt")
    assert assign_roles([letter, NEW, change], CREDIT)[change.id].amends == NEW.id
    assert assign_roles([letter, change], CREDIT)[change.id].amends is None


def replaced(documents):
    roles = assign_roles(documents, CREDIT)
    return {d.name for d in documents if roles[d.id].replaced_by}


CHANGE = amendment(1, "January 5, 2000", "June 1, 1999", "c.txt")
RESTATED = restatement("May 5, 2001", "r.txt", "June 1, 1999")


def test_a_restatement_replaces_its_base_and_what_had_amended_that():
    assert replaced([NEW, OLD, CHANGE, RESTATED]) == {"a.txt", "c.txt"}


def test_a_restatement_replaces_earlier_amendments_of_a_base_that_is_not_here():
    assert replaced([CHANGE, RESTATED]) == {"c.txt"}


def test_a_later_restatement_replaces_the_earlier_one():
    second = restatement("May 5, 2003", "s.txt", "May 5, 2001")
    assert replaced([NEW, CHANGE, RESTATED, second]) == {"a.txt", "c.txt", "r.txt"}


def test_a_restatement_that_names_no_date_replaces_the_only_agreement_of_its_parties():
    undated = restatement("May 5, 2001", "r.txt")
    assert replaced([NEW, undated]) == {"a.txt"}
    assert replaced([NEW, OLD, undated]) == set()


def test_a_restatement_far_shorter_than_its_base_replaces_nothing():
    short = restatement("May 5, 2001", "r.txt", "June 1, 1999", words=1)
    long = make_document(NEW.text + SIGNED * 40, "a.txt")
    assert replaced([long, short]) == set()


def test_the_draft_of_a_restatement_replaces_nothing():
    draft = make_document(f"DRAFT\n{RESTATED.text}", "r.txt")
    assert replaced([NEW, draft]) == set()


def test_an_amendment_made_after_the_restatement_amends_it_whichever_date_it_names():
    later = amendment(2, "January 5, 2002", "June 1, 1999", "d.txt")
    roles = assign_roles([NEW, RESTATED, later], CREDIT)
    assert roles[later.id].amends == RESTATED.id
    assert is_binding(roles[later.id])


def test_what_is_replaced_does_not_bind():
    roles = assign_roles([NEW, RESTATED], CREDIT)
    assert not is_binding(roles[NEW.id])


def test_a_fee_letter_outlives_the_restatement():
    letter = make_document(f"FEE LETTER\ndated June 1, 1999\n{PARTIES}", "fee.txt")
    assert replaced([NEW, letter, RESTATED]) == {"a.txt"}
    assert replaced([letter, restatement("May 5, 2001", "r.txt")]) == set()


def test_the_evidence_of_a_role_is_its_title_its_date_and_the_date_that_it_amends():
    role = assign_roles([NEW, CHANGE], CREDIT)[CHANGE.id]
    words = [CHANGE.text[start:end] for start, end in role.evidence]
    assert words[1:] == ["January 5, 2000", "June 1, 1999"]
    assert words[0].startswith("AMENDMENT")


FOREIGN = [
    (
        "CONTRATO DE CRÉDITO de fecha 28 de junio de 2024 entre Viento Alto S.L. y Banco Faro S.A.",
        "NOVACIÓN MODIFICATIVA de fecha 3 de marzo de 2025 del contrato de crédito de fecha 28 de"
        " junio de 2024 entre Viento Alto S.L. y Banco Faro S.A.\n\nACUERDAN\n\nSe modifica la"
        " Cláusula 5: el Margen será del 2,10%.",
    ),
    (
        "Kreditvertrag vom 28. Juni 2024 zwischen der Windpark Elm GmbH und der Bank Tal AG",
        "Nachtrag Nr. 1 vom 3. März 2025 zum Kreditvertrag vom 28. Juni 2024 zwischen der Windpark"
        " Elm GmbH und der Bank Tal AG\n\nZiffer 5 wird wie folgt geändert: Die Marge beträgt"
        " 2,10 %.",
    ),
    (
        "CONTRAT DE CRÉDIT en date du 28 juin 2024 entre Éoliennes du Plateau SAS et Banque Sud SA",
        "AVENANT N° 1 en date du 3 mars 2025 au contrat de crédit en date du 28 juin 2024 entre"
        " Éoliennes du Plateau SAS et Banque Sud SA\n\nL'article 5 est modifié comme suit : la Marge"
        " est de 2,10 %.",
    ),
]


@pytest.mark.parametrize(("base", "change"), FOREIGN, ids=("es", "de", "fr"))
def test_amendments_in_other_languages_are_linked_and_beat_their_base(base, change):
    old, new = make_document(base, "old.txt"), make_document(change, "new.txt")
    roles = assign_roles([old, new], CREDIT)
    assert [roles[d.id].role.key for d in (old, new)] == ["facilities_agreement", "amendment"]
    assert roles[new.id].amends == old.id
    at = new.text.index("2,10")
    assert precedence(roles[new.id], "spread_pct", new, at) > precedence(
        roles[old.id], "spread_pct", old, 0
    )
