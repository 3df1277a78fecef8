from dataclasses import replace

import pytest
from factsheet_schemas import load_schema, shipped_schemas
from factsheet_service.core.planning import detection
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.core.windows import estimate_tokens, part_of
from factsheet_service.engines.vllm import Prompts
from support.build import make_schema, make_window

SCHEMA = make_schema()
PROMPTS = Prompts(SCHEMA)
FIELDS = SCHEMA.groups[0].fields
WINDOW = make_window("Facility A is a term loan.\n\nFacility B is a revolving loan.")
MARKED = f"<text {PROMPTS.mark(WINDOW)}>\n{WINDOW.render()}\n</text {PROMPTS.mark(WINDOW)}>"
CLAIM = Claim(7, SCHEMA.by_key["limit"], ("Facility A",), "EUR 1", (1, 4, 5, 6))

QUESTIONS = {
    "detect": Question(Kind.DETECT, "detect", (SCHEMA.by_key["name"],)),
    "group": Question(Kind.GROUP, "basics", FIELDS, lender_of_interest="Nordbank"),
    "deep": Question(
        Kind.DEEP, "deep", FIELDS[:2], facility="Facility A", pointers=("see Schedule 2",)
    ),
    "verify": Question(Kind.VERIFY, "verify", FIELDS[:1], claims=(CLAIM,)),
}
EACH = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


@EACH
def test_all_questions_about_a_window_begin_alike(question):
    system, user = PROMPTS.messages(WINDOW, question)

    assert system == {"role": "system", "content": PROMPTS.system}
    assert user["content"] == MARKED + "\n\n" + PROMPTS.question(question)


def test_a_window_stands_between_marks_of_its_document_and_of_the_key():
    other = make_window("Facility A is a term loan.")
    part = part_of(WINDOW, 1, 2)
    mark = PROMPTS.mark(WINDOW)
    assert PROMPTS.mark(part) == mark == Prompts(make_schema()).mark(WINDOW)
    assert len({mark, PROMPTS.mark(other), Prompts(SCHEMA, b"key").mark(WINDOW)}) == 3
    assert PROMPTS.beginning(WINDOW)[1]["content"] == MARKED


def test_the_marks_are_never_in_the_system_prompt():
    assert Prompts(SCHEMA, b"key").system == PROMPTS.system
    assert PROMPTS.mark(WINDOW) not in PROMPTS.system


def test_the_system_prompt_is_the_same_for_every_instance():
    assert Prompts(make_schema()).system == PROMPTS.system


@pytest.mark.parametrize("spec", tuple(SCHEMA.fields()), ids=lambda spec: spec.key)
def test_the_system_prompt_defines_every_field(spec):
    assert f"- {spec.key}: {spec.label}; {spec.type.value}" in PROMPTS.system


def test_the_system_prompt_carries_the_form_with_an_example():
    assert '[["borrower", "",' in PROMPTS.system
    assert "Nothing found: []" in PROMPTS.system


def test_a_question_names_its_fields():
    assert "borrower, name, limit, signed, matures" in PROMPTS.question(QUESTIONS["group"])


def test_the_lender_of_interest_stands_in_the_question_alone():
    assert "Nordbank" in PROMPTS.question(QUESTIONS["group"])
    assert "Nordbank" not in PROMPTS.system


def test_a_deep_question_names_its_facility_and_the_lines_that_point_here():
    text = PROMPTS.question(QUESTIONS["deep"])

    assert '"Facility A"' in text
    assert "> see Schedule 2" in text


def test_a_verification_lists_its_claims_from_one():
    assert "1. limit | Facility A | EUR 1 | 1, 4-6" in PROMPTS.question(QUESTIONS["verify"])


def test_a_verification_shows_the_lines_that_point_to_its_claims():
    pointed = replace(QUESTIONS["verify"], pointers=("see Schedule 2",))

    assert "> see Schedule 2" in PROMPTS.question(pointed)


@pytest.mark.parametrize("name", shipped_schemas())
def test_no_question_of_a_shipped_schema_is_longer_than_150_tokens(name):
    schema = load_schema(name)
    prompts = Prompts(schema)
    questions = [
        Question(Kind.GROUP, g.key, g.fields, lender_of_interest="X") for g in schema.groups
    ]

    assert max(estimate_tokens(prompts.question(one)) for one in questions) <= 150


EXPERIMENT = {
    "key": "experiment",
    "label": "experiment",
    "plural": "experiments",
    "name_field": "title",
    "description": "one experiment of the paper",
}
ARM = {**EXPERIMENT, "key": "arm", "label": "group", "plural": "groups", "name_field": "arm"}


def of_papers(*entities):
    scopes = {"title": "experiment", "arm": "arm"} if entities else {"title": "deal"}
    fields = [{"key": k, "label": k, "type": "text", "scope": s} for k, s in scopes.items()]
    groups = [{"key": "g", "title": "G", "fields": fields}]
    return make_schema(
        entities=entities, groups=groups, rules=(), quotients=(), anchors=(), roles=()
    )


def test_rows_within_others_are_asked_for_with_the_name_of_those():
    schema = of_papers(EXPERIMENT, {**ARM, "parent": "experiment"})
    prompts = Prompts(schema)
    assert "A group's name stands behind that of its experiment" in prompts.system
    assert "- arm: arm; text; of each group" in prompts.system
    asked = prompts.question(detection(schema))
    assert "which experiments and which groups do the lines name?" in asked
    assert '["arm", "its other names in the lines", "its experiment\'s name > its name"' in asked


def test_a_schema_without_rows_asks_for_no_names():
    system = Prompts(of_papers()).system
    assert '- names: always "".' in system
    assert "carry" not in system
