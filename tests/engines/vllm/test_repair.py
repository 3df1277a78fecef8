import json
import time

import pytest
from factsheet_service.engines.vllm.repair import MAX_CHARS, Unreadable, repaired, rows_in
from hypothesis import example, given
from hypothesis import strategies as st

KEYS = {"borrower", "limit"}
LIMIT = ["limit", "Facility A", "EUR 250,000,000", 3, 4]
BORROWER = ["borrower", "", "Norrvind Wind AS", 2]
BOTH = json.dumps([BORROWER, LIMIT])


def refuses(text):
    with pytest.raises(Unreadable):
        rows_in(text, KEYS)
    return True


@pytest.mark.parametrize(
    "value", ["the Borrower's limit", 'the "Limit"', '"Limit", as amended', "see [Schedule 1], (a)"]
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_value_is_read_as_it_stands_whatever_quotes_are_in_it(value, quote):
    text = f"[[{quote}limit{quote},{quote}{quote},{quote}{value}{quote},3]]"
    assert rows_in(text, KEYS) == [["limit", "", value, 3]]


def test_names_are_read_as_they_stand_whatever_quotes_are_in_them():
    text = "[['limit','Lender's Facility; A, B','EUR 1',3]]"
    assert rows_in(text, KEYS) == [["limit", "Lender's Facility; A, B", "EUR 1", 3]]


def test_typographic_quotes_are_quotes():
    text = "[[“limit”,“Facility A”,“the ‘Limit’”,3]]"
    assert rows_in(text, KEYS) == [["limit", "Facility A", "the ‘Limit’", 3]]


def test_keys_may_go_without_quotes_even_beside_others_with_them():
    text = '[[limit,"Facility A","EUR 1",3],["limit","","EUR 2",4]]'
    assert rows_in(text, KEYS) == [["limit", "Facility A", "EUR 1", 3], ["limit", "", "EUR 2", 4]]


def test_names_and_lines_may_stand_in_lists_of_their_own():
    text = "[['limit',['Lender's Facility','A, B'],'the 'Limit'',[3,4]]]"
    assert rows_in(text, KEYS) == [["limit", ["Lender's Facility", "A, B"], "the 'Limit'", 3, 4]]


def test_a_claim_may_be_disputed_without_lines():
    text = '[["1","",""],["2","Facility A","the "Limit"",3],]'
    assert rows_in(text, {"1", "2"}) == [["1", "", ""], ["2", "Facility A", 'the "Limit"', 3]]


def test_a_list_in_a_key_s_place_is_no_key():
    assert refuses("[[['limit'],'','EUR 1',3],]")


@pytest.mark.parametrize(
    "row",
    [
        '["limit","EUR 250,000,000",3,4]',
        '["limit","Facility A","Facility B","EUR 1",3]',
        '["limit","","EUR 1"]',
    ],
    ids=["no names", "names apart", "no lines"],
)
def test_a_row_that_may_mean_something_else_is_refused(row):
    assert refuses(f"[{row},]")


@pytest.mark.parametrize("rows", [[BORROWER, LIMIT], []])
def test_quotes_about_the_whole_are_taken_off(rows):
    assert rows_in(json.dumps(json.dumps(rows)), KEYS) == rows


@pytest.mark.parametrize("text", ["[,]", "[]\n[]", 'Lines [3] and [7] speak of "it".\n[]'])
def test_what_is_plainly_empty_has_no_rows(text):
    assert rows_in(text, KEYS) == []


@pytest.mark.parametrize(
    "text", ["[limit, [], EUR 1", '[limit, "", EUR 1', "[[", 'Lines [3] and "no" more.']
)
def test_an_empty_list_in_a_broken_row_is_no_empty_answer(text):
    assert refuses(text)


def test_python_s_escapes_are_resolved():
    text = "[['limit', '', 'EUR\\xa01', 3]]"
    assert rows_in(text, KEYS) == [["limit", "", "EUR\xa01", 3]]


def test_objects_that_are_rows_are_told_apart():
    named = [
        {"field": "borrower", "facilities": [], "value": "Norrvind Wind AS", "lines": [2]},
        {"field": "limit", "facilities": ["Facility A"], "value": "EUR 1", "lines": [3]},
        {"field": "limit", "facilities": ["Facility B"], "value": "EUR 2", "lines": [4]},
    ]
    assert rows_in("\n".join(map(json.dumps, named)), KEYS) == named


def test_rows_may_stand_one_a_line():
    assert rows_in(f"{json.dumps(BORROWER)}\n{json.dumps(LIMIT)}", KEYS) == [BORROWER, LIMIT]


def test_rows_of_other_keys_are_given_too_so_that_they_are_counted():
    assert rows_in('[["other","","x",1],]', KEYS) == [["other", "", "x", 1]]


@pytest.mark.parametrize("length", range(BOTH.index("limit") - 1, len(BOTH) - 1))
def test_an_answer_that_breaks_off_in_a_row_is_refused_as_a_whole(length):
    assert refuses(BOTH[:length])


VALUE = "the [1], (see [Schedule 1]) 2]"
BRACKETED = [
    json.dumps(["limit", "", VALUE, 23, 24]),
    json.dumps(["limit", ["Facility A"], VALUE, [23]]),
    json.dumps({"field": "limit", "facilities": ["Facility A"], "value": VALUE, "lines": [23]}),
]


@pytest.mark.parametrize("row", BRACKETED, ids=["flat", "in lists", "an object"])
def test_brackets_inside_a_row_do_not_end_one_that_breaks_off(row):
    for length in range(row.index(VALUE), len(row) - 1):
        assert refuses(f"[{row[:length]}")


@pytest.mark.parametrize(
    "text",
    [
        '[["limit","","EUR 1,3],["borrower","","Norrvind",2]]',
        '[["limit","","EUR 1"],["borrower","","Norrvind",2]]',
    ],
)
def test_a_row_that_cannot_be_told_from_the_next_makes_the_answer_unreadable(text):
    assert refuses(text)


@pytest.mark.parametrize(
    "part",
    [
        *('["limit","","', '["limit",[],"', '["limit","', '{"field":"limit",', '","'),
        *('["limit","",1', '["limit",', '["limit","",', '["limit",{"limit":', "[[", "{"),
        *('["', '“"', '"a": ', '{"a"}', '}:"a"', ' "a"“', '\'"a",,', '[“"'),
    ],
)
def test_rows_without_end_cost_little(part):
    text = part * (MAX_CHARS // len(part))
    started = time.process_time()

    assert refuses(text)
    assert time.process_time() - started < 2


def test_a_malformed_answer_longer_than_any_is_refused_at_once():
    started = time.process_time()

    assert refuses('["limit",' * MAX_CHARS)
    assert time.process_time() - started < 0.5


WORDS = st.text(alphabet="abc '\"“”(),.:;[]{}\\5%", max_size=40).map(str.strip)


@example([("borrower", "',5")])
@example([("borrower", ""), ("borrower", '",')])
@given(st.lists(st.tuples(st.sampled_from(sorted(KEYS)), WORDS), min_size=1, max_size=4))
def test_a_comma_too_many_never_changes_a_value(found):
    rows = [[key, "Facility A", value, 1] for key, value in found]
    text = json.dumps(rows)[:-1] + ",]"
    assert rows_in(text, KEYS) == rows


def only_unreadable(text):
    try:
        return isinstance(rows_in(text, KEYS), list)
    except Unreadable:
        return True


def malformed(shared_data):
    lines = (shared_data / "json" / "malformed.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["input"] for line in lines]


def test_repairs_are_those_that_others_expect(shared_data):
    lines = (shared_data / "json" / "malformed.jsonl").read_text("utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if is_plain(case)]
    assert len(cases) > 150
    assert all(repaired(case["input"]) == json.loads(case["expected"]) for case in cases)


def is_plain(case):
    """Whether a case is of JSON in and JSON out, without options of its own."""
    return case["expected_valid_json"] and case["expected_kind"] == "text" and not case["kwargs"]


@pytest.mark.parametrize("num", [400, 1_500, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', '["limit",'])
@pytest.mark.parametrize("tail", ["", json.dumps(BORROWER)])
def test_nesting_without_end_is_unreadable_or_holds_the_row_inside(opening, num, tail):
    started = time.process_time()
    try:
        rows = rows_in(opening * num + tail, KEYS)
    except Unreadable:
        rows = [BORROWER]
    assert rows == [BORROWER]
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "value",
    [
        'a \\"quoted\\" word',
        "a \\\\ stroke",
        "C:\\\\new\\\\table",
        "caf\\u00e9",
        "one\\ntwo",
        "50 \\/ 50",
    ],
)
@pytest.mark.parametrize("tail", ["]", ",]", ""], ids=["whole", "a comma too many", "not closed"])
def test_escapes_are_resolved_once(value, tail):
    expected = json.loads(f'"{value}"')
    assert rows_in(f'[["limit","Facility A","{value}",3]{tail}', KEYS) == [
        ["limit", "Facility A", expected, 3]
    ]


def test_malformed_texts_as_others_collected_them_never_end_in_another_error(shared_data):
    assert all(map(only_unreadable, malformed(shared_data)))


def test_texts_made_to_torture_parsers_never_end_in_another_error(shared_data):
    files = sorted((shared_data / "json" / "JSONTestSuite" / "test_parsing").glob("*.json"))
    assert len(files) > 100
    assert all(only_unreadable(file.read_bytes().decode("utf-8", "replace")) for file in files)


def test_a_malformed_value_among_good_rows_spoils_none_of_them(shared_data):
    for text in malformed(shared_data):
        answer = f'[{json.dumps(BORROWER)},["limit","","{text}",3]]'
        try:
            rows = rows_in(answer, KEYS)
        except Unreadable:
            continue
        assert rows[0] == BORROWER, answer
