import json

import pytest
from factsheet_service.core.questions import Kind, Question
from factsheet_service.engines.vllm.answers import RECOVERED_SCORE
from factsheet_service.engines.vllm.door import Accepted, Again, Refused, Split, Try, judge
from factsheet_service.engines.vllm.wire import Reply
from hypothesis import given
from hypothesis import strategies as st
from support.build import make_schema, make_window

SCHEMA = make_schema()
WINDOW = make_window("One line.\n\nAnother line.\n\nA third line.")
BASICS = Question(Kind.GROUP, "basics", SCHEMA.groups[0].fields)
ONE = Question(Kind.GROUP, "basics", SCHEMA.groups[0].fields[:1])
ROW = ["borrower", "", "Norrvind Wind AS", 2]
GOOD = json.dumps([ROW])
SECOND = Try(300, is_second=True)
LIMIT = '["limit", "Facility A", "EUR 250,000,000", 3]'


def judged(content, question=BASICS, finish_reason="stop", asked=Try(300)):  # noqa: B008
    return judge(Reply(content, finish_reason), question, WINDOW, asked)


def accepted(content, question=BASICS):
    verdict = judged(content, question)
    assert isinstance(verdict, Accepted), verdict
    return verdict.reading.rows


def test_an_answer_of_the_form_is_taken_at_full_score():
    (row,) = accepted(GOOD)

    assert (row.value, row.score, row.is_recovered) == ("Norrvind Wind AS", 1.0, False)


def test_an_empty_answer_of_the_form_is_an_answer():
    assert accepted("[]") == ()


@pytest.mark.parametrize("content", ["Nothing: []", '{"rows": []}', "```json\n[]\n```"])
def test_an_empty_answer_in_another_form_is_an_answer(content):
    assert accepted(content) == ()


@pytest.mark.parametrize("content", ["[", "[[", '{"rows": [', '{"rows": [[', "```json\n["])
def test_what_breaks_off_before_its_first_row_is_no_empty_answer(content):
    assert judged(content) == Split()


MALFORMED = {
    "trailing comma": GOOD[:-1] + ",]",
    "text around": f"Here is the answer:\n```json\n{GOOD}\n```\nI hope this helps [1]!",
    "single quotes": GOOD.replace('"', "'"),
    "a missing bracket": GOOD[:-1],
    "objects for rows": '[{"field": "borrower", "value": "Norrvind Wind AS", "lines": [2]}]',
    "an object around it": json.dumps({"rows": [ROW]}),
    "a bare row": json.dumps(ROW),
    "names and lines in lists": '[["borrower", [], "Norrvind Wind AS", [2]]]',
    "lines in a list": '[["borrower", "", "Norrvind Wind AS", [2]]]',
    "lines in quotes": '[["borrower", "", "Norrvind Wind AS", "2"]]',
    "another key beside": '{"thought": "so be it", "rows": [["borrower", "", "Norrvind Wind AS", 2]]}',
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_malformed_json_is_recovered_and_marked(content):
    (row,) = accepted(content)

    assert (row.field, row.value, row.lines) == ("borrower", "Norrvind Wind AS", (2,))
    assert (row.score, row.is_recovered) == (RECOVERED_SCORE, True)


def test_a_quote_in_the_place_of_line_numbers_is_kept_with_its_row():
    (row,) = accepted(
        '[["borrower", "", "Norrvind Wind AS", "between Norrvind Wind AS and others"]]'
    )

    assert (row.lines, row.quote) == ((), "between Norrvind Wind AS and others")
    assert (row.score, row.is_recovered) == (RECOVERED_SCORE, True)


def test_quotes_that_were_not_escaped_are_kept():
    (row,) = accepted('[["borrower", [], "Norrvind (the "Borrower") AS", 2]]')

    assert row.value == 'Norrvind (the "Borrower") AS'


@pytest.mark.parametrize("rows", [[ROW], []])
def test_the_form_repeated_before_the_answer_is_none_of_its_rows(rows):
    form = '[[field key, "name; name", value, line, line, ...], ...]'
    found = accepted(f"In the form {form}:\n" + json.dumps(rows))

    assert [row.value for row in found] == [row[2] for row in rows]


def test_an_answer_that_lost_a_row_is_asked_again_smaller():
    assert judged(f'[{LIMIT}, ["borrower", "", "Norr') == Split()


@pytest.mark.parametrize("between", ["\n", " and also ", "```\n```json\n", ", "])
def test_several_answers_in_one_are_told_apart(between):
    rows = accepted(GOOD + between + f"[{LIMIT}]")

    assert [(row.field, row.value) for row in rows] == [
        ("borrower", "Norrvind Wind AS"),
        ("limit", "EUR 250,000,000"),
    ]


def test_a_broken_answer_does_not_spoil_its_neighbour():
    rows = accepted('[["borrower", "", "the "Company"", 2],]' + f"[{LIMIT}]")

    assert [row.field for row in rows] == ["borrower", "limit"]


def test_brackets_inside_a_value_end_no_answer():
    (row,) = accepted('Sure: [["borrower", "", "X {holding} [AS]", 2],] [done]')

    assert row.value == "X {holding} [AS]"


@pytest.mark.parametrize(
    "text", ['say \\"no\\"', "C:\\\\x\\\\new", "tab\\there", "\\u00e9t\\u00e9"]
)
def test_escapes_survive_repair(text):
    (row,) = accepted(f'[["borrower", "", "{text}", 2],]')

    assert row.value == json.loads(f'"{text}"')


def test_drafts_in_a_models_reasoning_are_no_answer():
    rows = accepted(f"<think>maybe [{LIMIT}]?</think>\n{GOOD}")

    assert [row.field for row in rows] == ["borrower"]


@pytest.mark.parametrize(
    "content", ["I cannot say.", '{"borrower": "X"}', "[1, 2]", '{"rows": "no"}']
)
def test_an_answer_of_another_form_is_asked_again_smaller(content):
    assert judged(content) == Split()


@pytest.mark.parametrize("content", ["I cannot say.", '[["borrower", "X"]]'])
def test_a_single_field_that_cannot_be_read_is_asked_again_once(content):
    assert judged(content, ONE) == Again(300)


@pytest.mark.parametrize("content", ["I cannot say.", '[["borrower", "X"]]'])
def test_a_single_field_that_cannot_be_read_twice_is_given_up_with_the_reason(content):
    verdict = judged(content, ONE, asked=SECOND)

    assert isinstance(verdict, Refused)
    assert "answer" in verdict.reason


@pytest.mark.parametrize("content", ["[" * 2000, '{"rows":' * 2000, "[" * 5000])
def test_nesting_without_end_is_refused_without_a_crash(content):
    assert isinstance(judged(content, ONE, asked=SECOND), Refused)


def test_an_endless_malformed_answer_is_not_repaired():
    assert isinstance(judged('[["x"],' + '["x"],' * 50_000, ONE, asked=SECOND), Refused)


@pytest.mark.parametrize("finish_reason", ["length", "repetition"])
def test_a_cut_off_answer_is_split_and_never_patched_up(finish_reason):
    assert judged(GOOD[:-2], BASICS, finish_reason) == Split()


def test_a_single_field_that_was_cut_off_gets_twice_the_budget_once():
    assert judged(GOOD[:-2], ONE, "length", Try(300)) == Again(600)


def test_a_single_field_cut_off_twice_is_given_up():
    verdict = judged(GOOD[:-2], ONE, "length", Try(600, is_second=True))

    assert verdict == Refused("the answer was cut off at 600 tokens")


def test_endless_white_space_is_named_as_such():
    verdict = judged("[" + "\n" * 600, ONE, "length", Try(600, is_second=True))

    assert isinstance(verdict, Refused)
    assert "white space" in verdict.reason


@pytest.mark.parametrize("content", [None, "", "  \n", "<think>hm</think>"])
def test_nothing_at_all_is_asked_again_once(content):
    assert judged(content) == Again(300)


def test_nothing_at_all_twice_is_given_up():
    assert isinstance(judged(None, asked=SECOND), Refused)


@given(st.text(alphabet='{}[]",:\\ \nrowsborrower12', max_size=200))
def test_no_text_whatever_breaks_the_door(content):
    assert isinstance(judged(content), Accepted | Again | Split)
