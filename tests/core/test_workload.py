from itertools import chain

import pytest
from factsheet_schemas import ExtractOptions, Settings, load_schema
from factsheet_schemas.options import Coverage
from factsheet_service.core.cost import PROFILES, predict
from factsheet_service.core.planning import plan_sweep
from factsheet_service.core.windows import estimate_tokens
from factsheet_service.core.workload import system_tokens, workload
from factsheet_service.engines.vllm.prompt import Prompts
from support.build import make_schema, make_window

SCHEMA = make_schema()  # ten fields in two groups
WINDOWS = [make_window(f"Clause {n}: the Margin is {n} per cent.", f"{n}.txt") for n in range(10)]


def workload_with(**settings):
    options = ExtractOptions(settings=Settings(**settings))
    return workload(plan_sweep(WINDOWS, SCHEMA, options), SCHEMA, options, system_tokens=1000)


def calls_of(work):
    return list(chain.from_iterable(visit.calls() for visit in work.visits))


def test_a_window_is_counted_once_uncached_and_every_time_as_prompt():
    work = workload_with(skip_verification=True)
    cost = predict(PROFILES["a100-80gb"], work.visits)
    assert cost.calls == 30  # detection and two groups
    questions = sum(call.suffix_tokens for call in calls_of(work))
    assert cost.uncached_tokens == 1000 + work.document_tokens + questions
    assert cost.prompt_tokens == 30 * 1000 + 3 * work.document_tokens + questions


def test_a_window_is_verified_when_its_questions_are_answered():
    work = workload_with()
    assert [[len(calls) for calls in visit.rounds] for visit in work.visits] == [[3, 1]] * 10


def test_a_verification_shows_the_claims_of_its_window():
    """15 rows over 10 windows: one claim in every other, two in the next."""
    verified = [visit.rounds[1][0].suffix_tokens for visit in workload_with().visits]
    assert sorted(set(verified)) == [90 + 25, 90 + 2 * 25]
    assert sum(verified) == 10 * 90 + 15 * 25


def test_questions_of_many_fields_are_longer():
    asked = workload_with(skip_verification=True).visits[0].rounds[0]
    detection, basics, prices = (call.suffix_tokens for call in asked)
    assert detection < basics < prices


def test_what_is_found_is_spread_over_the_group_questions():
    """15 rows of 24 tokens over 20 group questions; every answer takes 3 tokens at least."""
    calls = calls_of(workload_with())
    assert sum(call.output_tokens for call in calls) == 40 * 3 + 15 * 24
    assert {call.output_tokens for call in calls} == {3, 3 + 18}


@pytest.mark.parametrize(
    ("settings", "num_calls", "num_windows"),
    [
        ({"deep_cap": 2, "deep_missing": True}, 4, 3),
        ({"deep_missing": True}, 10, 3),
        ({"deep_cap": 0, "deep_missing": True}, 0, 0),
        ({}, 0, 0),
        ({"coverage": Coverage.BM25, "deep_cap": 10, "deep_missing": True}, 20, 3),
    ],
)
def test_deep_extraction_reads_a_share_of_the_windows_again(settings, num_calls, num_windows):
    work = workload_with(**settings)
    deep = work.visits[work.windows_asked :]
    assert sum(len(visit.calls()) for visit in deep) == num_calls
    assert len(deep) == num_windows


def test_the_fixed_prompt_is_estimated_within_a_tenth():
    schema = load_schema("credit_facility")
    prompt = estimate_tokens(Prompts(schema).system)
    assert system_tokens(schema) == pytest.approx(prompt, rel=0.1)


def test_a_plan_without_steps_has_no_calls():
    options = ExtractOptions(settings=Settings(deep_cap=5, deep_missing=True))
    assert workload(plan_sweep([], SCHEMA, options), SCHEMA, options, 1000).visits == ()
