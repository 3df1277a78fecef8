from dataclasses import replace

from factsheet_schemas import Settings
from factsheet_service.core.deepening import plan_deep
from factsheet_service.core.questions import Answer, Kind, Question, Row
from factsheet_service.core.reconcile.assemble import Sources, assemble
from factsheet_service.core.reconcile.candidates import candidates_of
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.reconcile.names import Mention
from factsheet_service.core.windows import cut_windows
from support.build import make_document, make_schema

SCHEMA = make_schema()
FILLER = "Each notice under this Agreement shall be given in writing to the Agent. " * 25
DOCUMENT = make_document(
    "SECTION 1\n\nThe Margin on Facility A is set out in Schedule 7.\n\n" + FILLER + "\n\n"
    "SECTION 2\n\nThe Limit of Facility B may change from time to time.\n\n" + FILLER + "\n\n"
    "SCHEDULE 7\n\nFacility A: 2 per cent a year, as agreed by the Parties.\n\n" + FILLER
)
WINDOWS = cut_windows(DOCUMENT, 500)


def sheet(*rows):
    window = WINDOWS[0]
    fields = tuple(SCHEMA.by_key[row.field] for row in rows)
    asked = Question(Kind.GROUP, "q", fields)
    found = list(candidates_of(window, asked, Answer(rows=rows)))
    mentions = [Mention(n, (), DOCUMENT, ((0, 1),)) for n in ("Facility A", "Facility B")]
    sources = Sources(found, mentions, {}, lambda _spec: Asked(len(WINDOWS), len(WINDOWS)))
    return assemble(sources, SCHEMA)


POINTER = sheet(Row("margin", ("Facility A",), "see Schedule 7", (2,)))
NOTHING = sheet()


def test_a_pointer_is_asked_behind_the_window_with_that_heading():
    (step,) = plan_deep(POINTER, WINDOWS, SCHEMA, Settings())
    (question,) = step.questions
    assert any("SCHEDULE 7" in line.text for line in step.window.lines)
    assert (question.kind, question.facility) == (Kind.DEEP, "Facility A")
    assert question.pointers == ("The Margin on Facility A is set out in Schedule 7.",)


def test_at_full_coverage_what_is_missing_is_not_asked_again():
    assert plan_deep(NOTHING, WINDOWS, SCHEMA, Settings()) == []


def test_missing_fields_are_asked_for_each_row_by_name_where_the_preset_says_so():
    steps = plan_deep(NOTHING, WINDOWS, SCHEMA, Settings(deep_missing=True))
    names = {question.facility for step in steps for question in step.questions}
    assert {"Facility A", "Facility B"} <= names


def test_the_cap_counts_fields_per_row_the_likeliest_first():
    (step,) = plan_deep(POINTER, WINDOWS, SCHEMA, Settings(deep_missing=True, deep_cap=1))[-1:]
    asked = [(q.facility, [f.key for f in q.fields]) for q in step.questions]
    assert ("Facility A", ["margin"]) in asked


def test_a_cap_of_none_asks_nothing():
    assert plan_deep(POINTER, WINDOWS, SCHEMA, Settings(deep_cap=0)) == []


def test_only_a_share_of_the_windows_is_read_again():
    many = tuple(replace(WINDOWS[0], index=n) for n in range(20))
    steps = plan_deep(NOTHING, many, SCHEMA, Settings(deep_missing=True))
    assert len(steps) <= 6
