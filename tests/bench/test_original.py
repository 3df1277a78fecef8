import pytest
from support.build import make_document, make_schema

from bench.original import CHUNK_CHARS, STEP_CHARS, Original, chunks, spread

CLAUSE = "The Margin on the Loan is 2.25 per cent. a year, and the Limit is EUR 9,000,000. "
SCHEMA = make_schema()


@pytest.fixture(scope="module")
def original():
    return Original([make_document(CLAUSE * 500)], SCHEMA)


def calls_of(original, kind, passes=2, deep=3):
    return [one for one in original.calls("Facility A", passes, deep) if one.kind == kind]


def test_a_company_costs_a_detection_and_each_facility_its_own_calls(original):
    assert original.num_calls(2, 2, 3) == 1 + 2 * len(original.calls("Facility A", 2, 3))


def test_a_group_is_asked_once_by_bm25_and_once_per_section_pass(original):
    assert len(calls_of(original, "group")) == len(SCHEMA.groups) * 3


def test_all_passes_read_every_chunk(original):
    read = "".join(one.prompt for one in calls_of(original, "group", original.all_passes))

    assert all(chunk in read for chunk in chunks(CLAUSE * 500))


def test_deep_extraction_asks_field_by_field(original):
    assert len(calls_of(original, "deep")) == 3


def test_every_prompt_names_the_facility_before_the_excerpts(original):
    for one in original.calls("Facility A", 1, 2):
        assert one.prompt.index('"Facility A"') < one.prompt.index("\nExcerpts\n")


def test_an_answers_length_is_forced(original):
    body = calls_of(original, "verify")[0].body("tiny")

    assert body["min_tokens"] == body["max_completion_tokens"] == 400
    assert body["ignore_eos"]


def test_chunks_overlap():
    first, second, *_ = chunks(CLAUSE * 500)

    assert first[STEP_CHARS:] == second[: CHUNK_CHARS - STEP_CHARS]


def test_a_short_text_is_one_chunk():
    assert chunks("Short.") == ["Short."]


def test_a_part_is_drawn_evenly_from_all_calls():
    assert spread(range(100), 4) == [0, 25, 50, 75]


def test_a_part_as_large_as_the_whole_is_the_whole():
    assert spread(range(5), 9) == [0, 1, 2, 3, 4]
