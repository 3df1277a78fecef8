from dataclasses import replace

import pytest
from factsheet_schemas import Budget, ExtractOptions
from factsheet_service.core.planning import detection, group_question, judge_of, plan_run
from factsheet_service.core.questions import Kind
from factsheet_service.core.worth import CORE_WORTH, asked_for, most_valuable_first, worth_of
from support.build import make_document, make_schema

SCHEMA = make_schema()
OPTIONS = ExtractOptions(budget=Budget(calls=1))
FILLER = "Each notice to the other Parties shall be given in writing and in English. " * 40
AGREEMENT = make_document(
    "FACILITIES AGREEMENT\n\nNorrvind AS is the Borrower of Facility A.\n\n"
    + "".join(f"SECTION {n}\n\n{FILLER}\n\n" for n in range(1, 4))
    + "SECTION 9\n\nThe Margin on Facility A is 2.25 per cent. a year, the Limit of Facility A is "
    "EUR 40,000,000 and its Maturity Date is 1 May 2031.\n\n" + FILLER
)


@pytest.fixture(scope="module")
def plan():
    return plan_run([AGREEMENT], 700, SCHEMA, OPTIONS, judge_of(SCHEMA, OPTIONS))


@pytest.fixture(scope="module")
def ordered(plan):
    return most_valuable_first(plan.steps, SCHEMA, judge_of(SCHEMA, OPTIONS))


def test_nothing_is_left_out_and_nothing_added(plan, ordered):
    def asked(steps):
        return sorted((step.window.key, q.key) for step in steps for q in step.questions)

    assert asked(ordered) == asked(plan.steps)
    assert len(ordered) > 3


def test_the_window_that_speaks_of_the_fields_comes_before_those_that_do_not(ordered):
    where = [next(n for n, s in enumerate(ordered) if word in s.window.text) for word in ("2.25",)]
    assert where[0] <= 1


def test_the_opening_which_names_the_rows_is_among_the_first(ordered):
    assert 0 in [step.window.index for step in ordered[:2]]


def test_detection_is_first_in_a_window_and_the_rest_by_its_fields(ordered):
    for step in ordered:
        kinds = [question.kind for question in step.questions]
        assert kinds == [Kind.DETECT, *[Kind.GROUP] * (len(kinds) - 1)]
        worths = [asked_for(question, SCHEMA) for question in step.questions[1:]]
        assert worths == sorted(worths, reverse=True)


def test_a_core_field_is_worth_several_others():
    group = SCHEMA.groups[0]
    plain = group_question(
        group.model_copy(
            update={"fields": tuple(f.model_copy(update={"core": False}) for f in group.fields)}
        ),
        OPTIONS,
    )
    core = replace(
        plain, fields=(plain.fields[0].model_copy(update={"core": True}), *plain.fields[1:])
    )
    assert asked_for(plain, SCHEMA) == len(plain.fields)
    assert asked_for(core, SCHEMA) == len(plain.fields) - 1 + CORE_WORTH
    num_core = sum(field.core for field in SCHEMA.fields())
    assert asked_for(detection(SCHEMA), SCHEMA) == CORE_WORTH * max(1, num_core)


def test_a_question_is_worth_less_in_a_window_of_a_lower_rank(plan):
    step = plan.steps[1]
    keys = [q.key for q in step.questions if q.kind is Kind.GROUP]
    worths = [worth_of(step, 1, {key: {1: rank} for key in keys}, SCHEMA) for rank in range(3)]
    assert worths == sorted(worths, reverse=True)
    assert len(set(worths)) == 3


def test_the_order_is_the_same_each_time(plan, ordered):
    again = most_valuable_first(plan.steps, SCHEMA, judge_of(SCHEMA, OPTIONS))
    assert [step.window.key for step in again] == [step.window.key for step in ordered]
