import json

import pytest
from factsheet_schemas import FieldType, load_schema, shipped_schemas
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.engines.vllm import answers
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from support.build import make_schema, make_window

SCHEMA = make_schema()
GROUPS = [Question(Kind.GROUP, group.key, group.fields) for group in SCHEMA.groups]
BASICS = GROUPS[0]
WINDOW = make_window("\n\n".join(f"30 June 20{n} | {n}%" for n in range(31, 40)))
DETECTION = Question(Kind.DETECT, "detect", (SCHEMA.by_key["name"],))


def verification(num_claims: int, first: int = 1) -> Question:
    spec = SCHEMA.by_key["limit"]
    claims = tuple(
        Claim(number, spec, ("A",), "EUR 1", (1,)) for number in range(first, first + num_claims)
    )
    return Question(Kind.VERIFY, "verify", (spec,), claims=claims)


def shipped_questions():
    for name in shipped_schemas():
        schema = load_schema(name)
        yield Question(Kind.DETECT, "detect", (schema.by_key[schema.entity.name_field],))
        yield from (Question(Kind.GROUP, group.key, group.fields) for group in schema.groups)


ALL = [*GROUPS, DETECTION, verification(3), *shipped_questions()]
QUESTIONS = pytest.mark.parametrize("question", ALL, ids=lambda question: question.key)


def subschemas(schema):
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from subschemas(value)
    if isinstance(schema, list):
        for value in schema:
            yield from subschemas(value)


@QUESTIONS
def test_the_grammar_is_valid_json_schema(question):
    Draft202012Validator.check_schema(answers.answer_schema(question))


@QUESTIONS
def test_every_string_array_and_integer_of_the_grammar_is_bounded(question):
    for part in subschemas(answers.answer_schema(question)):
        match part.get("type"):
            case "string":
                assert "maxLength" in part or "enum" in part
            case "array":
                assert "maxItems" in part
            case "integer":
                assert part["maximum"] <= 999


@QUESTIONS
def test_the_grammar_uses_no_keyword_that_a_backend_refuses(question):
    used = {key for part in subschemas(answers.answer_schema(question)) for key in part}

    assert not used & {"uniqueItems", "pattern", "format", "multipleOf", "contains", "if"}


@QUESTIONS
def test_a_full_answer_obeys_the_grammar(question):
    names = list(answers.asked_names(question))
    rows = [[name, "Facility A", "EUR 1", 1, 2] for name in names]

    Draft202012Validator(answers.answer_schema(question)).validate(rows)


def test_the_grammar_refuses_a_field_that_was_not_asked():
    grammar = Draft202012Validator(answers.answer_schema(BASICS))

    assert not grammar.is_valid([["margin", "", "2 %", 1]])


def test_the_grammar_asks_for_evidence():
    grammar = Draft202012Validator(answers.answer_schema(BASICS))

    assert not grammar.is_valid([["borrower", "", "X"]])


def test_the_grammar_lets_a_claim_be_disputed_without_lines():
    grammar = Draft202012Validator(answers.answer_schema(verification(1)))

    assert grammar.is_valid([["1", "", ""]])


def test_the_grammar_bounds_the_lines_of_a_row():
    grammar = Draft202012Validator(answers.answer_schema(BASICS))

    assert not grammar.is_valid([["borrower", "", "X", *range(1, answers.MAX_LINES + 2)]])


@pytest.mark.parametrize(
    "row",
    [["borrower", "", "X"], ["borrower", "", 2, 1], ["borrower", "", "X", "1"], ["1", ""]],
    ids=["no line", "a number for the value", "a line in quotes", "no value"],
)
def test_what_is_no_row_of_the_form_is_refused(row):
    with pytest.raises(ValidationError):
        answers.Form.model_validate_json(json.dumps([row]))


def test_all_verifications_share_one_grammar():
    assert answers.answer_schema(verification(2)) == answers.answer_schema(verification(9, 5))


def test_a_fields_longest_answer_fits_its_grammar():
    spec = SCHEMA.by_key["borrower"].model_copy(update={"max_chars": 500})
    row = answers.answer_schema(Question(Kind.GROUP, "x", (spec,)))["items"]

    assert row["prefixItems"][2]["maxLength"] >= 500


def test_output_budgets_grow_with_the_fields_asked():
    budgets = [
        answers.output_tokens(Question(Kind.GROUP, "basics", BASICS.fields[:n]))
        for n in range(2, 6)
    ]

    assert budgets == sorted(set(budgets))


def test_output_budgets_grow_with_the_length_of_the_fields_answers():
    long = tuple(spec.model_copy(update={"max_chars": 600}) for spec in BASICS.fields)

    assert answers.output_tokens(Question(Kind.GROUP, "x", long)) > answers.output_tokens(BASICS)


@QUESTIONS
def test_an_output_budget_has_a_ceiling(question):
    assert 0 < answers.output_tokens(question) <= answers.MAX_OUTPUT_TOKENS


@QUESTIONS
def test_an_output_budget_holds_two_full_rows_for_every_field(question):
    names = list(answers.asked_names(question))
    chars = 30 * (question.kind is not Kind.VERIFY)
    rows = [[name, "Facility A", "x" * chars, 12, 13] for name in names] * 2

    assert len(json.dumps(rows)) / 4 <= answers.output_tokens(question)


def test_lines_that_the_window_does_not_have_are_left_out():
    reading = answers.read_repaired([["borrower", "", "X", 0, 3, 99, 3]], BASICS, WINDOW)

    assert [row.lines for row in reading.rows] == [(3,)]


def test_a_row_whose_lines_are_all_wrong_stays_without_evidence():
    reading = answers.read_repaired([["borrower", "", "X", 99]], BASICS, WINDOW)

    assert [(row.value, row.lines) for row in reading.rows] == [("X", ())]


def test_a_line_number_of_thousands_of_digits_is_left_out():
    reading = answers.read_repaired([["borrower", "", "X", "9" * 5000, 2]], BASICS, WINDOW)

    assert [row.lines for row in reading.rows] == [(2,)]


def test_rows_for_fields_that_were_not_asked_are_counted_and_left_out():
    reading = answers.read_repaired(
        [["margin", "", "2", 1], ["borrower", "", "X", 1]], BASICS, WINDOW
    )

    assert ([row.field for row in reading.rows], reading.num_ignored) == (["borrower"], 1)


def test_a_repeated_row_counts_once():
    reading = answers.read_repaired([["borrower", "", "X", 1]] * 3, BASICS, WINDOW)

    assert len(reading.rows) == 1


def test_a_table_is_read_from_the_lines_cited():
    reading = answers.read_repaired([["borrower", "", "Table", 1, 2]], BASICS, WINDOW)

    assert [row.value for row in reading.rows] == ["30 June 2031 | 31%; 30 June 2032 | 32%"]


def test_a_row_that_was_cut_for_its_length_is_put_together_again():
    window = make_window(
        "Dates and amounts of the loan are these: " + "June 30, 2031 EUR 1,000 " * 30
    )
    lines = [line.number for line in window.lines]

    reading = answers.read_repaired([["borrower", "", "table", *lines]], BASICS, window)

    assert reading.rows[0].value.count("June 30, 2031 EUR 1,000") == 30


def test_a_schedule_may_cite_every_row_of_its_table():
    spec = SCHEMA.by_key["borrower"].model_copy(update={"type": FieldType.SCHEDULE})
    grammar = Draft202012Validator(answers.answer_schema(Question(Kind.GROUP, "x", (spec,))))

    assert grammar.is_valid([["borrower", "", "table", *range(1, 41)]])


PASSAGE = SCHEMA.by_key["borrower"].model_copy(update={"type": FieldType.PASSAGE})


def test_a_passage_may_cite_a_page_of_lines_and_leave_its_words_to_them():
    window = make_window("The loan is for ships.\n\nIt is for nothing else.")
    lines = [line.number for line in window.lines]
    question = Question(Kind.GROUP, "x", (PASSAGE,))

    reading = answers.read_repaired([["borrower", "", "text", *lines]], question, window)

    grammar = Draft202012Validator(answers.answer_schema(question))
    assert grammar.is_valid([["borrower", "", "text", *range(1, 25)]])
    assert reading.rows[0].value == "The loan is for ships. It is for nothing else."


def test_the_word_for_cited_lines_is_a_word_like_others_where_there_is_no_passage():
    reading = answers.read_repaired([["borrower", "", "text", 1]], BASICS, WINDOW)

    assert reading.rows[0].value == "text"


def test_a_claim_does_not_repeat_a_passage():
    assert answers.claimed(Claim(1, PASSAGE, (), "x" * 121, (1,))) == answers.TEXT


def test_claims_are_numbered_from_one_in_the_prompt_and_named_by_their_own_number():
    reading = answers.read_repaired([["2", "", "EUR 2", 1]], verification(3, first=21), WINDOW)

    assert [row.field for row in reading.rows] == ["22"]


@pytest.mark.parametrize(
    ("written", "read"), [(True, "Yes"), (False, "No"), (2.5, "2.5"), (None, ""), (" a ", "a")]
)
def test_scalars_are_read_as_text(written, read):
    reading = answers.read_repaired([["borrower", None, written, 1]], BASICS, WINDOW)

    assert [(row.value, row.facilities, row.lines) for row in reading.rows] == [(read, (), (1,))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.lists(JSON | st.tuples(st.sampled_from(["borrower", "name"]), JSON, JSON, JSON)))
def test_no_rows_whatever_they_are_break_the_reading(rows):
    reading = answers.read_repaired(rows, BASICS, WINDOW)

    assert all(1 <= line <= 9 for row in reading.rows for line in row.lines)


SCHEDULE = SCHEMA.by_key["limit"].model_copy(update={"type": FieldType.SCHEDULE, "max_chars": 40})


@pytest.mark.parametrize(
    ("spec", "chars", "is_table"),
    [(SCHEDULE, 41, True), (SCHEDULE, 40, False), (SCHEMA.by_key["borrower"], 999, False)],
)
def test_a_claim_does_not_repeat_the_rows_of_a_table(spec, chars, is_table):
    claim = Claim(1, spec, (), "x" * chars, (1,))

    assert (answers.claimed(claim) == answers.TABLE) is is_table
