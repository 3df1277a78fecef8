from dataclasses import replace

from factsheet_schemas import ExtractOptions, Settings
from factsheet_schemas.options import Lender
from factsheet_service.core.deepening import plan_deep
from factsheet_service.core.planning import plan_sweep
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


def deep(sheet, windows, settings, **options):
    asked = ExtractOptions(settings=settings, **options)
    return plan_deep(sheet, SCHEMA, plan_sweep(windows, SCHEMA, asked), asked)


def test_a_pointer_is_asked_behind_the_window_with_that_heading():
    (step,) = deep(POINTER, WINDOWS, Settings())
    (question,) = step.questions
    assert any("SCHEDULE 7" in line.text for line in step.window.lines)
    assert (question.kind, question.facility) == (Kind.DEEP, "Facility A")
    assert question.pointers == ("The Margin on Facility A is set out in Schedule 7.",)


def test_at_full_coverage_what_is_missing_is_not_asked_again():
    assert deep(NOTHING, WINDOWS, Settings()) == []


def test_missing_fields_are_asked_for_each_row_by_name_where_the_preset_says_so():
    steps = deep(NOTHING, WINDOWS, Settings(deep_missing=True))
    names = {question.facility for step in steps for question in step.questions}
    assert {"Facility A", "Facility B"} <= names


def test_the_cap_counts_fields_per_row_the_likeliest_first():
    (step,) = deep(POINTER, WINDOWS, Settings(deep_missing=True, deep_cap=1))[-1:]
    asked = [(q.facility, [f.key for f in q.fields]) for q in step.questions]
    assert ("Facility A", ["margin"]) in asked


def test_a_cap_of_none_asks_nothing():
    assert deep(POINTER, WINDOWS, Settings(deep_cap=0)) == []


def test_only_a_share_of_the_windows_is_read_again():
    many = tuple(replace(WINDOWS[0], index=n) for n in range(20))
    steps = deep(NOTHING, many, Settings(deep_missing=True))
    assert len(steps) <= 6


def test_fields_that_the_run_does_not_ask_for_are_not_asked_deeply():
    steps = deep(NOTHING, WINDOWS, Settings(deep_missing=True), fields=("margin",))
    assert {f.key for step in steps for q in step.questions for f in q.fields} == {"margin"}


def test_a_deep_question_names_the_lender_of_interest():
    steps = deep(POINTER, WINDOWS, Settings(), lender_of_interest=Lender(name="Sandvik Bank"))
    assert {q.lender_of_interest for s in steps for q in s.questions} == {"Sandvik Bank"}


def test_a_pointer_to_schedule_2_is_not_followed_to_schedule_20():
    words = "The parties set out what they have agreed in the rows that stand below here. " * 4
    document = make_document(f"SCHEDULE 20\n\n{words}\n\nSCHEDULE 2\n\n{words}")
    twenty, two = cut_windows(document, 100)
    row = Row("margin", ("Facility A",), "see Schedule 2.", (2,))
    (step,) = deep(sheet(row), (twenty, two), Settings())
    assert step.window is two


MARGIN = "The rate on Facility B is the Applicable Margin set for all Loans. "


def pointed(target, *texts):
    """Windows of a text each, and which of them are asked, the first pointing to ``target``."""
    parts = (MARGIN + FILLER, *(text + FILLER for text in texts))
    windows = [
        cut_windows(make_document(part, f"{n}.txt"), 9_000)[0] for n, part in enumerate(parts)
    ]
    asked = Question(Kind.GROUP, "q", (SCHEMA.by_key["margin"],))
    answer = Answer(rows=(Row("margin", ("Facility B",), f"see {target}", (1,)),))
    found = list(candidates_of(windows[0], asked, answer))
    mentions = [
        Mention(n, (), windows[0].document, ((0, 1),)) for n in ("Facility A", "Facility B")
    ]
    sources = Sources(found, mentions, {}, lambda _spec: Asked(len(windows), len(windows)))
    many = (*windows, *(windows[0] for _ in range(8)))  # so that the share allows a few
    return [many.index(step.window) for step in deep(assemble(sources, SCHEMA), many, Settings())]


DEFINED = '"Applicable Margin" means 2 per cent. a year. "Other" means nothing. '


def test_a_pointer_to_a_term_is_asked_behind_the_window_that_defines_it():
    assert pointed("Applicable Margin", "Nothing. ", DEFINED) == [2]


def test_a_term_is_found_in_longer_words():
    assert pointed("the then Applicable Margin for Loans", "Nothing. ", DEFINED) == [2]


def test_a_term_is_found_without_its_first_word():
    assert pointed("Consolidated Applicable Margin", "Nothing. ", DEFINED) == [2]


def test_a_definition_that_may_run_on_is_asked_with_the_window_behind_it():
    assert pointed("Applicable Margin", '"Applicable Margin" means: ', "2 per cent. ") == [1, 2]


def test_windows_that_are_pointed_to_go_before_those_with_more_open_cells():
    steps = deep(POINTER, WINDOWS, Settings(deep_missing=True, deep_cap=None))
    (window,) = (step.window for step in steps)
    assert any("SCHEDULE 7" in line.text for line in window.lines)
