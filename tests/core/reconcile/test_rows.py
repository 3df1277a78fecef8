import pytest
from factsheet_schemas import FieldValue, Status, load_schema
from factsheet_service.core.lineage import assign_roles
from factsheet_service.core.reconcile.names import Mention, merge_mentions
from factsheet_service.core.reconcile.rows import named, rows_of
from support.build import make_document, make_schema

SCHEMA = make_schema()
DRAFT = make_document("DRAFT\nFACILITIES AGREEMENT dated 14 March 2024", "draft.txt")
SHEET = make_document("TERM SHEET dated 14 January 2024", "sheet.txt")


def test_a_draft_agreement_names_the_rows_rather_than_the_term_sheet_beside_it():
    mentions = [
        Mention("Facility A", (), DRAFT, ((0, 5),)),
        Mention("Bridge Loan", (), SHEET, ((0, 5),)),
    ]
    roles = assign_roles([DRAFT, SHEET], SCHEMA)
    rows, warnings = rows_of(mentions, roles, SCHEMA)
    assert [row.name for row in rows] == ["Facility A"]
    assert len(warnings) == 1


def test_a_row_that_only_the_restated_agreement_names_is_none():
    old = make_document("CREDIT AGREEMENT dated as of May 5, 2015", "a.txt")
    new = make_document(
        "AMENDED AND RESTATED CREDIT AGREEMENT dated as of May 5, 2019, which restates the"
        " Credit Agreement dated as of May 5, 2015",
        "b.txt",
    )
    credit = load_schema("credit_facility")
    mentions = [
        Mention("Term Loan A", (), old, ((0, 5),)),
        Mention("Term Loan B", (), new, ((0, 5),)),
    ]
    roles = assign_roles([old, new], credit)
    rows, warnings = rows_of(mentions, roles, credit)
    assert [row.name for row in rows] == ["Term Loan B"]
    assert "Term Loan A" in warnings[0]


@pytest.mark.parametrize(
    "opening",
    [
        "AMENDMENT AGREEMENT\ndated 2 May 2025\nto a facilities agreement dated 7 July 1999",
        "DRAFT\nAMENDMENT AGREEMENT\ndated 2 May 2025\nto an agreement dated 14 March 2024",
    ],
)
def test_a_row_that_only_an_amendment_of_no_standing_names_is_none(opening):
    agreement = make_document("FACILITIES AGREEMENT dated 14 March 2024", "a.txt")
    other = make_document(opening, "x.txt")
    mentions = [
        Mention("Facility A", (), agreement, ((0, 5),)),
        Mention("Bridge Loan", (), other, ((0, 5),)),
    ]
    rows, warnings = rows_of(mentions, assign_roles([agreement, other], SCHEMA), SCHEMA)
    assert [row.name for row in rows] == ["Facility A"]
    assert "Bridge Loan" in warnings[0]


TEXT = (
    'Facility A is spoken of here.\nHere too: Facility A.\n"Facility A" means the loan of EUR 5m.'
)
DEFINED = TEXT.index('"'), len(TEXT)


def evidence_of(*spans):
    document = make_document(TEXT)
    mentions = [Mention("Facility A", (), document, (span,)) for span in spans]
    (facility,) = merge_mentions(mentions, SCHEMA.entity)
    cells = named(facility, SCHEMA, {"name": FieldValue(status=Status.NOT_FOUND)})
    return [one.quote for one in cells["name"].evidence]


def test_a_name_is_shown_by_its_definition_first():
    assert evidence_of((0, 29), DEFINED)[0] == '"Facility A" means the loan of EUR 5m.'


def test_a_name_is_also_shown_where_it_is_used():
    assert evidence_of((0, 29), DEFINED)[1:] == ["Facility A is spoken of here."]
