import asyncio
import json
import re

import pytest
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.engines.vllm.answers import MAX_CLAIMS, RECOVERED_SCORE
from jsonschema import Draft202012Validator
from support.build import make_window
from support.chat_stub import cut_off, error, hangs, keys_of, rows, says

GOOD = ["borrower", "", "Norrvind Wind AS", 2]
CUT = '[["borrower", "", "Norrv'


def failed_fields(answer):
    return [failure.field for failure in answer.failures]


def verification(schema, num_claims):
    spec = schema.by_key["limit"]
    claims = tuple(Claim(n, spec, (), f"EUR {n}", (3,)) for n in range(1, num_claims + 1))
    return Question(Kind.VERIFY, "verify", (spec,), claims=claims)


@pytest.fixture
def questions(schema, basics):
    """One of each kind."""
    pricing = schema.groups[1]
    return [
        Question(Kind.DETECT, "detect", (schema.by_key["name"],)),
        basics,
        Question(Kind.GROUP, pricing.key, pricing.fields, lender_of_interest="Nordbank"),
        Question(Kind.DEEP, "deep", pricing.fields[:1], facility="Facility A", pointers=("l. 1",)),
        verification(schema, 2),
    ]


async def test_rows_come_back_as_answered(engine, chat_stub, window, basics):
    chat_stub.then(rows(GOOD, ["limit", "Facility A", "EUR 250,000,000", 3]))
    answer = await engine.ask(window, basics)

    assert [(r.field, r.facilities, r.value, r.lines, r.score) for r in answer.rows] == [
        ("borrower", (), "Norrvind Wind AS", (2,), 1.0),
        ("limit", ("Facility A",), "EUR 250,000,000", (3,), 1.0),
    ]
    assert answer.failures == ()


async def test_all_prompts_of_a_window_share_their_prefix_to_the_byte(
    engine, chat_stub, window, questions
):
    chat_stub.script = lambda body: cut_off(CUT) if len(keys_of(body)) == 5 else None
    for question in questions:
        await engine.ask(window, question)

    opening = json.dumps(window.render(), ensure_ascii=False)[1:-1]
    starts = {
        body[: body.index(opening.encode()) + len(opening.encode())]
        for body in chat_stub.raw_bodies
    }
    assert len(chat_stub.raw_bodies) > len(questions)
    assert len(starts) == 1


async def test_each_question_carries_its_own_grammar(engine, chat_stub, window, basics):
    await engine.ask(window, basics)
    (body,) = chat_stub.bodies
    form = body["response_format"]

    Draft202012Validator.check_schema(form["json_schema"]["schema"])
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert keys_of(body) == [field.key for field in basics.fields]


async def test_answers_are_deterministic_and_bounded(engine, chat_stub, window, basics):
    await engine.ask(window, basics)
    (body,) = chat_stub.bodies

    assert (body["temperature"], body["seed"]) == (0, 0)
    assert body["max_completion_tokens"] > 0
    assert not {"priority", "cache_salt", "guided_json"} & body.keys()


async def test_a_tenants_salt_goes_with_every_call(make_engine, chat_stub, window, basics):
    await make_engine(cache_salt="tenant-1").ask(window, basics)

    assert chat_stub.bodies[0]["cache_salt"] == "tenant-1"


async def test_a_call_goes_out_under_its_windows_dispatch_number(engine, chat_stub, window, basics):
    await engine.probe()
    for number in (3, 4):
        await engine.ask(window, basics, number)

    assert [body["priority"] for body in chat_stub.bodies[-2:]] == [3, 4]


async def test_the_parts_of_a_question_keep_its_priority(engine, chat_stub, window, basics):
    await engine.probe()
    num_probes = len(chat_stub.bodies)
    chat_stub.then(cut_off(CUT))
    await engine.ask(window, basics, 5)

    assert [body["priority"] for body in chat_stub.bodies[num_probes:]] == [5, 5, 5]


async def test_recovered_values_are_marked_and_counted(engine, chat_stub, window, basics):
    chat_stub.then(says('[["borrower", "", "Norrvind Wind AS", 2],]'))
    answer = await engine.ask(window, basics)

    assert [(row.is_recovered, row.score) for row in answer.rows] == [(True, RECOVERED_SCORE)]
    assert (answer.usage.recovered_values, answer.usage.calls) == (1, 1)


async def test_a_cut_off_answer_is_asked_again_in_halves(engine, chat_stub, window, basics):
    chat_stub.script = lambda body: (
        cut_off(CUT) if len(keys_of(body)) == 5 else rows([keys_of(body)[0], "", "v", 1])
    )
    answer = await engine.ask(window, basics)

    assert len(keys_of(chat_stub.bodies[0])) == 5
    assert sorted(len(keys_of(body)) for body in chat_stub.bodies[1:]) == [2, 3]
    assert [row.field for row in answer.rows] == ["borrower", "limit"]
    assert (answer.failures, answer.usage.calls) == ((), 3)


async def test_only_the_field_whose_answer_is_always_cut_off_fails(
    engine, chat_stub, window, basics
):
    def script(body):
        asked = keys_of(body)
        return cut_off(CUT) if "limit" in asked else rows(*([key, "", "v", 1] for key in asked))

    chat_stub.script = script
    answer = await engine.ask(window, basics)

    assert [row.field for row in answer.rows] == ["borrower", "name", "signed", "matures"]
    assert failed_fields(answer) == ["limit"]
    assert "cut off" in answer.failures[0].reason


async def test_a_single_field_gets_a_doubled_budget_once(engine, chat_stub, window, one_field):
    chat_stub.script = lambda _: cut_off(CUT)
    answer = await engine.ask(window, one_field)
    first, second = (body["max_completion_tokens"] for body in chat_stub.bodies)

    assert second == 2 * first
    assert failed_fields(answer) == ["borrower"]


async def test_nothing_of_a_cut_off_answer_is_kept(engine, chat_stub, window, one_field):
    chat_stub.script = lambda _: cut_off('[["borrower", "", "Norrvind Wind AS", 2], ["bor')

    assert (await engine.ask(window, one_field)).rows == ()


async def test_an_answer_beyond_repair_is_asked_again_smaller(engine, chat_stub, window, basics):
    chat_stub.then(says("I would rather not."))
    answer = await engine.ask(window, basics)

    assert (len(chat_stub.bodies), answer.failures) == (3, ())


async def test_a_server_that_never_answers_in_form_fails_every_field_with_the_reason(
    engine, chat_stub, window, basics
):
    chat_stub.script = lambda _: says("I would rather not.")
    answer = await engine.ask(window, basics)

    assert failed_fields(answer) == [field.key for field in basics.fields]
    assert {failure.reason for failure in answer.failures} == {
        "the answer is not of the form asked for, twice"
    }


async def test_a_second_try_reminds_of_the_form_behind_the_same_prefix(
    engine, chat_stub, window, one_field
):
    chat_stub.then(says("I would rather not."), rows(GOOD))
    answer = await engine.ask(window, one_field)
    first, second = (body["messages"][1]["content"] for body in chat_stub.bodies)

    assert [body["seed"] for body in chat_stub.bodies] == [0, 1]
    assert second.startswith(first)
    assert "[[field key" in second.removeprefix(first)
    assert [row.value for row in answer.rows] == ["Norrvind Wind AS"]


@pytest.mark.parametrize("content", [None, ""])
async def test_an_empty_answer_is_asked_again_once(engine, chat_stub, window, basics, content):
    chat_stub.then(says(content), rows(GOOD))
    answer = await engine.ask(window, basics)

    assert ([row.field for row in answer.rows], answer.usage.calls) == (["borrower"], 2)


async def test_an_answer_that_stays_empty_fails_its_fields(engine, chat_stub, window, basics):
    chat_stub.script = lambda _: says(None)
    answer = await engine.ask(window, basics)

    assert (len(answer.failures), len(chat_stub.bodies)) == (5, 2)


async def test_a_busy_server_costs_retries_and_no_values(engine, chat_stub, window, basics):
    chat_stub.then(error(503), error(503), rows(GOOD))
    answer = await engine.ask(window, basics)

    assert (len(answer.rows), answer.usage.retries) == (1, 2)


async def test_a_server_that_always_fails_fails_the_fields_with_its_words(
    engine, chat_stub, window, basics
):
    chat_stub.script = lambda _: error(500, "CUDA out of memory")
    answer = await engine.ask(window, basics)

    assert len(answer.failures) == 5
    assert "CUDA out of memory" in answer.failures[0].reason
    assert (answer.usage.calls, answer.usage.retries) == (1, 2)


async def test_a_server_that_is_too_slow_fails_the_fields(make_engine, chat_stub, window, basics):
    chat_stub.script = lambda _: hangs()
    answer = await make_engine(deadline_s=0.2).ask(window, basics)

    assert {failure.reason for failure in answer.failures} == {
        "the server gave no answer within 0.2 s"
    }


TOO_LONG = "This model's maximum context length is 2048 tokens."
LONG = "\n\n".join(
    f"{n}. The Agent shall give notice number {n} to the Parties." for n in range(40)
)


def takes_up_to(num_lines, then=lambda body: rows()):
    """A server that refuses prompts of more lines."""

    def script(body):
        return error(400, TOO_LONG) if len(lines_of(body)) > num_lines else then(body)

    return script


def lines_of(body):
    return [int(n) for n in re.findall(r"^(\d+) ", body["messages"][1]["content"], re.MULTILINE)]


async def test_a_window_too_long_for_the_server_is_asked_in_parts(engine, chat_stub, basics):
    chat_stub.script = takes_up_to(12, lambda body: rows(["limit", "", "v", lines_of(body)[0]]))
    answer = await engine.ask(make_window(LONG), basics)
    taken = [lines_of(body) for body in chat_stub.bodies if len(lines_of(body)) <= 12]

    assert sorted(number for lines in taken for number in lines) == list(range(1, 41))
    assert sorted(row.lines for row in answer.rows) == [(1,), (11,), (21,), (31,)]
    assert (answer.failures, answer.usage.calls) == ((), 7)


async def test_a_row_of_a_part_cites_no_line_beyond_it(engine, chat_stub, basics):
    chat_stub.script = takes_up_to(20, lambda body: rows(["limit", "", "v", 1, 20, 21, 40]))
    answer = await engine.ask(make_window(LONG), basics)

    assert [row.lines for row in answer.rows] == [(1, 20), (21, 40)]


async def test_claims_about_a_window_too_long_are_checked_where_their_lines_stand(
    engine, chat_stub, schema
):
    places = [(3,), (19, 22), (40,)]
    claims = tuple(Claim(n, schema.by_key["limit"], (), "v", at) for n, at in enumerate(places, 7))
    question = Question(Kind.VERIFY, "verify", (schema.by_key["limit"],), claims=claims)
    chat_stub.script = takes_up_to(20, lambda body: rows(["1", "", "", lines_of(body)[0]]))
    answer = await engine.ask(make_window(LONG), question)

    assert sorted((row.field, row.lines) for row in answer.rows) == [
        ("7", (1,)),
        ("8", (19,)),
        ("9", (21,)),
    ]
    assert answer.failures == ()


async def test_a_claim_that_spans_a_window_too_long_fails_alone(engine, chat_stub, schema):
    spec = schema.by_key["limit"]
    claims = (Claim(1, spec, (), "v", (1, 40)), Claim(2, spec, (), "v", (3,)))
    chat_stub.script = takes_up_to(20)
    answer = await engine.ask(
        make_window(LONG), Question(Kind.VERIFY, "verify", (spec,), claims=claims)
    )

    assert failed_fields(answer) == ["1"]


async def test_a_prompt_too_long_whatever_the_window_fails_and_says_so(engine, chat_stub, basics):
    chat_stub.script = lambda _: error(400, TOO_LONG)
    answer = await engine.ask(make_window(LONG), basics)

    assert {failure.reason for failure in answer.failures} == {
        "window too long for the server's context of 2048 tokens; cut smaller windows"
    }
    assert len(chat_stub.bodies) <= 15


async def test_a_second_try_that_has_no_room_is_asked_of_parts(engine, chat_stub, one_field):
    chat_stub.then(cut_off(CUT), error(400, TOO_LONG))
    answer = await engine.ask(make_window(LONG), one_field)

    assert (answer.failures, answer.usage.calls) == ((), 4)


async def test_the_rest_of_a_split_question_survives_a_failing_half(
    engine, chat_stub, window, basics
):
    def script(body):
        asked = keys_of(body)
        if len(asked) == 5:
            return cut_off(CUT)
        return error(400, "no") if "borrower" in asked else rows(["limit", "", "EUR 1", 3])

    chat_stub.script = script
    answer = await engine.ask(window, basics)

    assert [row.field for row in answer.rows] == ["limit"]
    assert failed_fields(answer) == ["borrower", "name"]


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_refused_access_ends_the_run(engine, chat_stub, window, basics, status):
    chat_stub.then(error(status))

    with pytest.raises(EngineUnavailable, match="API key"):
        await engine.ask(window, basics)


async def test_refused_access_within_a_split_ends_the_run(engine, chat_stub, window, basics):
    chat_stub.then(cut_off(CUT))
    chat_stub.script = lambda _: error(401)

    with pytest.raises(EngineUnavailable):
        await engine.ask(window, basics)


async def test_a_server_that_went_away_for_good_ends_the_run(
    make_engine, unused_port, window, basics
):
    engine = make_engine(base_url=f"http://127.0.0.1:{unused_port}/v1", deadline_s=0.2)

    with pytest.raises(EngineUnavailable, match="vllm serve"):
        await engine.ask(window, basics)


async def test_rows_that_fit_nothing_asked_are_counted(make_engine, chat_stub, window, basics):
    chat_stub.then(rows(GOOD, ["margin", "", "2.25%", 5], ["colour", "", "red", 1]))
    answer = await make_engine(has_grammar=False).ask(window, basics)

    assert ([row.field for row in answer.rows], answer.ignored_rows) == (["borrower"], 2)


async def test_cancelling_a_question_closes_its_connections(engine, chat_stub, window, basics):
    chat_stub.then(cut_off(CUT))
    chat_stub.script = lambda _: hangs()
    asking = asyncio.create_task(engine.ask(window, basics))
    await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_open == 2)
    asking.cancel()

    assert await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_hung_up == 2)


async def test_closing_the_engine_cancels_open_questions(engine, chat_stub, window, basics):
    chat_stub.script = lambda _: hangs()
    asking = asyncio.create_task(engine.ask(window, basics))
    await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_open == 1)
    await engine.aclose()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_hung_up == 1)


async def test_a_verification_larger_than_its_grammar_is_split(engine, chat_stub, schema, window):
    chat_stub.script = lambda _: rows(["1", "", "EUR 9", 3])
    answer = await engine.ask(window, verification(schema, MAX_CLAIMS + 2))

    assert sorted(row.field for row in answer.rows) == ["1", "14"]
    assert len(chat_stub.bodies) == 2


async def test_failed_verifications_name_the_claims(engine, chat_stub, schema, window):
    chat_stub.then(error(400, "no"))
    answer = await engine.ask(window, verification(schema, 3))

    assert failed_fields(answer) == ["1", "2", "3"]


async def test_a_question_about_nothing_costs_nothing(engine, chat_stub, window, schema):
    answer = await engine.ask(window, verification(schema, 0))

    assert (answer.usage.calls, chat_stub.bodies) == (0, [])


async def test_what_a_window_costs_again_is_cached(engine, chat_stub, window, questions):
    answers = [await engine.ask(window, question) for question in questions]
    usages = [answer.usage for answer in answers]

    assert usages[0].cached_tokens == 0
    assert all(usage.cached_tokens > 0.7 * usage.prompt_tokens for usage in usages[1:])


async def test_a_values_probability_comes_with_its_row_where_it_is_asked_for(
    make_engine, chat_stub, window, basics
):
    chat_stub.doubts = {"Norrvind": 0.5}
    engine = make_engine(asks_logprobs=True)
    await engine.probe()
    chat_stub.then(rows(GOOD, ["limit", "Facility A", "EUR 250,000,000", 3]))
    answer = await engine.ask(window, basics)
    assert [row.probability for row in answer.rows] == pytest.approx([0.5, 1.0])


async def test_probabilities_are_not_asked_for_unless_told(engine, chat_stub, window, basics):
    await engine.probe()
    chat_stub.then(rows(GOOD))
    answer = await engine.ask(window, basics)
    assert not any("logprobs" in body for body in chat_stub.bodies)
    assert answer.rows[0].probability is None
