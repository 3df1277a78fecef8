"""Fields that have many values: all that are surely stated."""

import pytest
from factsheet_schemas import FieldSpec, FieldType, Origin, Status
from factsheet_schemas.schema import Role
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.candidates import candidate, candidates_of
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.reconcile.gathering import decide_all
from factsheet_service.core.roles import DocumentRole
from support.build import make_window

LENDERS = FieldSpec(key="lenders", label="Lenders", type=FieldType.TEXT, scope="deal", is_many=True)
WINDOW = make_window("Bank One and Bank Two are lenders.\n\nBANK ONE and Bank Three lend too.")


def stated(*values, window=WINDOW, line=1):
    question = Question(Kind.GROUP, "g", (LENDERS,))
    rows = tuple(Row("lenders", (), value, (line,)) for value in values)
    return [(one, False) for one in candidates_of(window, question, Answer(rows=rows))]


def decided(found, roles=None):
    cell, _ = decide_all(found, LENDERS, roles or {}, Asked(1, 1))
    return cell


AGREEMENT = make_window("AGREEMENT\n\nThe lenders are named elsewhere.", "agreement.docx")
TERM_SHEET = Role(
    key="sheet", label="Term sheet", precedence=1, is_binding=False, title_patterns=("sheet",)
)


def test_all_values_stand_in_the_order_of_the_text_each_once():
    second = len(WINDOW.lines)
    cell = decided([*stated("BANK ONE", "Bank Three", line=second), *stated("Bank One; Bank Two")])
    assert cell.status is Status.PRESENT
    assert [one.casefold() for one in cell.value] == ["bank one", "bank two", "bank three"]
    assert len(cell.evidence) >= 2


def test_a_space_that_a_page_lost_makes_no_other_value():
    window = make_window("Bank One, National Association.\n\nBank One, NationalAssociation.")
    names = ("Bank One, National Association", "Bank One, NationalAssociation")
    found = [s for n, name in enumerate(names, 1) for s in stated(name, window=window, line=n)]
    assert decided(found).value == [names[0]]


def test_a_value_that_its_lines_do_not_have_stays_an_alternative():
    cell = decided(stated("Bank One", "Bank Nine"))
    assert cell.value == ["Bank One"]
    assert [one.value for one in cell.alternatives] == ["Bank Nine"]


def test_where_no_value_is_sure_the_likeliest_may_be_there():
    cell = decided(stated("Bank Nine"))
    assert cell.status is Status.POSSIBLY_PRESENT
    assert cell.value == ["Bank Nine"]


def test_a_list_of_a_document_that_does_not_bind_is_in_doubt_beside_one_that_does():
    roles = {
        WINDOW.document.id: DocumentRole(TERM_SHEET),
        AGREEMENT.document.id: DocumentRole(None),
    }
    assert decided(stated("Bank One", "Bank Two"), roles).status is Status.POSSIBLY_PRESENT


def test_a_list_that_only_a_replaced_document_has_is_no_value_but_an_alternative():
    roles = {
        WINDOW.document.id: DocumentRole(None, replaced_by=AGREEMENT.document.id),
        AGREEMENT.document.id: DocumentRole(None, name="agreement.docx"),
    }
    cell = decided(stated("Bank One", "Bank Two"), roles)
    assert (cell.status, cell.value) == (Status.NOT_FOUND, None)
    assert [one.value for one in cell.alternatives] == ["Bank One", "Bank Two"]


def test_where_nothing_is_said_nothing_is_found():
    assert decided([]).status is Status.NOT_FOUND


PURPOSE = FieldSpec(key="purpose", label="Purpose", type=FieldType.PASSAGE, scope="deal")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("to buy a ship", "to buy a ship"),
        ("acquisition of a vessel", "The loan is there to buy a ship, and for nothing else."),
    ],
)
def test_a_passage_is_as_written_where_its_lines_have_the_words_and_else_the_lines(written, value):
    window = make_window("The loan is there to buy a ship, and for nothing else.")
    found = candidate(PURPOSE, (), Row("purpose", (), written, (1,)), window, Origin.SWEEP)
    assert found.value == value
    assert found.is_grounded
