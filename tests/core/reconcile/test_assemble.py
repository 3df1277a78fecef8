from factsheet_service.core.reconcile.assemble import Sources, rows_of
from factsheet_service.core.reconcile.names import Mention
from factsheet_service.core.roles import assign_roles
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
    rows, warnings = rows_of(Sources([], mentions, roles, lambda _spec: None), SCHEMA)
    assert [row.name for row in rows] == ["Facility A"]
    assert len(warnings) == 1
