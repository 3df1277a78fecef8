from factsheet_schemas import Status
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.assemble import Sources, assemble, open_cells
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.reconcile.names import Mention
from support.build import SCHEMA as PLAIN
from support.build import make_schema, make_window

SCHEMA = make_schema()


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


def sheet_of(text, *rows):
    window = make_window(text)
    asked = Question(Kind.GROUP, "q", tuple(SCHEMA.by_key[row.field] for row in rows))
    found = list(candidates_of(window, asked, Answer(rows=rows)))
    mentions = [Mention(n, (), window.document, ((0, 1),)) for n in ("Facility A", "Facility B")]
    return assemble(Sources(found, mentions, {}, lambda _spec: Asked(1, 1)), SCHEMA)


def test_a_date_is_counted_from_an_event_that_a_document_defines():
    sheet = sheet_of(
        '"Funding Date" means 3 May 2021 and no other day of that year.\n\n'
        "Facility A matures five years after the Funding Date, or earlier.",
        Row("matures", ("Facility A",), "five years after the Funding Date", (2,)),
    )
    matures = sheet.rows[0][1]["matures"]
    assert (matures.status, matures.value["date"]) == (Status.PRESENT, "2026-05-03")
    assert len(matures.evidence) == 2


def test_a_cell_whose_own_words_point_elsewhere_is_open_where_general_words_give_a_value():
    sheet = sheet_of(
        "The Margin is 2.25 per cent. per annum on each Loan made.\n\n"
        "The Margin on Facility B is set out in Schedule 4 to this Agreement.",
        Row("margin", (), "2.25%", (1,)),
        Row("margin", ("Facility B",), "see Schedule 4", (2,)),
    )
    assert [(f.name, key) for f, key in open_cells(sheet, False)] == [("Facility B", "margin")]
