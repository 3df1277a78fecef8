from factsheet_schemas import Status, load_schema
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.assemble import Sources, assemble, rows_of
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.reconcile.names import Mention
from factsheet_service.core.roles import assign_roles
from support.build import SCHEMA as PLAIN
from support.build import make_document, make_schema, make_window

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


def deal_wide(key):
    """The small schema with one more deal-wide field, which applies where ``hedged`` is Yes."""
    groups = [dict(group) for group in PLAIN["groups"]]
    parent = {"key": "secured", "label": "Secured?", "type": "yes_no", "scope": "deal"}
    child = {"key": key, "label": key, "type": "text", "scope": "deal"}
    condition = {"applies_if": {"field": "secured", "values": ["Yes"]}}
    groups[0]["fields"] = [*groups[0]["fields"], parent, child | condition]
    return make_schema(groups=groups)


def test_a_no_for_one_row_leaves_the_details_of_the_deal_applicable():
    schema = deal_wide("security")
    window = make_window("The Facilities are secured.\n\nFacility B is not secured by any asset.")
    asked = Question(Kind.GROUP, "basics", (schema.by_key["secured"],))
    rows = (Row("secured", (), "Yes", (1,)), Row("secured", ("Facility B",), "No", (2,)))
    mentions = [Mention(n, (), window.document, ((0, 1),)) for n in ("Facility A", "Facility B")]
    found = list(candidates_of(window, asked, Answer(rows=rows)))
    sheet = assemble(Sources(found, mentions, {}, lambda _spec: Asked(1, 1)), schema)
    assert sheet.deal["security"].status is Status.NOT_FOUND


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
    rows, warnings = rows_of(Sources([], mentions, roles, lambda _spec: None), credit)
    assert [row.name for row in rows] == ["Term Loan B"]
    assert "Term Loan A" in warnings[0]
