import pytest
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.engines.vllm.abilities import (
    BEST_HYBRID_TOKENS,
    BEST_WINDOW_TOKENS,
    CACHE_SHARE,
    OWN_TOKENS,
)
from factsheet_service.engines.vllm.probe import window_tokens
from support.chat_stub import Step, error, rows, says


async def test_an_ideal_server_needs_no_warning(engine):
    info = await engine.probe()

    assert (info.name, info.model, info.warnings) == ("vllm", "stub", ())
    assert (info.details["version"], info.details["max_model_len"]) == ("0.33.0", 16384)
    assert info.window_tokens == BEST_WINDOW_TOKENS


async def test_a_probe_costs_a_few_tiny_calls(engine, chat_stub):
    await engine.probe()

    assert len(chat_stub.bodies) == 3
    assert all(body["max_completion_tokens"] < 100 for body in chat_stub.bodies)


async def test_a_grammar_that_does_not_bind_is_said_and_not_sent(engine, chat_stub, window, basics):
    chat_stub.has_grammar = False
    info = await engine.probe()
    chat_stub.has_grammar = True
    await engine.ask(window, basics)

    assert any("disable_any_whitespace" in warning for warning in info.warnings)
    assert "response_format" not in chat_stub.bodies[-1]


async def test_json_that_the_grammar_would_not_have_let_through_is_no_proof(engine, chat_stub):
    chat_stub.script = lambda _: rows(["borrower", "", "Paris", 1])

    assert not (await engine.probe()).details["has_grammar"]


@pytest.mark.parametrize("status", [400, 422, 500])
async def test_a_grammar_that_is_refused_is_said_with_the_servers_words(engine, chat_stub, status):
    chat_stub.script = lambda body: (
        error(status, "unknown field") if "response_format" in body else None
    )
    info = await engine.probe()

    assert any("unknown field" in warning for warning in info.warnings)


async def test_a_setting_overrules_the_probe(make_engine, chat_stub, window, basics):
    engine = make_engine(has_grammar=False)
    await engine.probe()
    await engine.ask(window, basics)

    assert "response_format" not in chat_stub.bodies[-1]


async def test_free_white_space_is_said(engine, chat_stub):
    chat_stub.writes_pretty = True

    (warning,) = (await engine.probe()).warnings
    assert "white space" in warning


@pytest.mark.parametrize("step", [Step("Paris", reasoning="Hm."), says("<think>Hm.")])
async def test_a_model_that_thinks_aloud_is_said(engine, chat_stub, step):
    chat_stub.then(step)

    (warning,) = (await engine.probe()).warnings
    assert "enable_thinking" in warning


async def test_a_context_too_small_for_the_system_prompt_names_the_flag(engine, chat_stub):
    chat_stub.then(error(400, "This model's maximum context length is 512 tokens."))

    with pytest.raises(EngineUnavailable, match=r"512 tokens.*--max-model-len"):
        await engine.probe()


async def test_a_server_without_priorities_gets_none(engine, chat_stub, window, basics):
    chat_stub.has_priority = False
    (warning,) = (await engine.probe()).warnings
    await engine.ask(window, basics)

    assert "--scheduling-policy priority" in warning
    assert "priority" not in chat_stub.bodies[-1]


async def test_a_server_that_takes_priorities_and_tells_of_another_order_gets_none(
    engine, chat_stub, window, basics
):
    chat_stub.policy = "fcfs"
    (warning,) = (await engine.probe()).warnings
    await engine.ask(window, basics)

    assert "--scheduling-policy priority" in warning
    assert "priority" not in chat_stub.bodies[-1]


async def test_a_server_that_tells_of_its_order_is_believed(engine, chat_stub):
    chat_stub.policy = "priority"
    info = await engine.probe()

    assert (info.warnings, info.details["priorities"]) == ((), "heeded")


async def test_a_server_that_does_not_tell_of_its_order_is_not_warned_of(engine):
    info = await engine.probe()

    assert (info.warnings, info.details["has_priority"]) == ((), True)
    assert "--scheduling-policy priority" in info.details["priorities"]


async def test_missing_cache_counts_are_said(engine, chat_stub):
    chat_stub.tells_cached = False

    (warning,) = (await engine.probe()).warnings
    assert "--enable-prompt-tokens-details" in warning


async def test_a_cache_that_never_hits_is_said(engine, chat_stub):
    chat_stub.has_cache = False

    (warning,) = (await engine.probe()).warnings
    assert "--enable-prefix-caching" in warning


async def test_a_server_that_does_not_tell_its_context_gets_the_usual_windows(engine, chat_stub):
    chat_stub.models = [{"id": "stub"}]
    info = await engine.probe()

    assert info.window_tokens == BEST_WINDOW_TOKENS
    assert "how long a prompt may be" in info.warnings[0]


async def test_windows_leave_room_for_prompt_question_and_answer(engine, chat_stub):
    chat_stub.models = [{"id": "stub", "max_model_len": 6000}]
    info = await engine.probe()

    assert 400 < info.window_tokens < 6000 - 2048 - info.details["system_tokens"]
    assert "--max-model-len" in info.warnings[-1]


async def test_a_context_too_small_for_any_window_names_the_flag(engine, chat_stub):
    chat_stub.models = [{"id": "stub", "max_model_len": 3000}]

    with pytest.raises(EngineUnavailable, match="--max-model-len"):
        await engine.probe()


async def test_the_window_size_may_be_set(make_engine):
    assert (await make_engine(window_tokens=1234).probe()).window_tokens == 1234


async def test_a_model_may_be_chosen(make_engine, chat_stub):
    chat_stub.models += [{"id": "other", "max_model_len": 16384}]
    info = await make_engine(model="other").probe()

    assert (info.model, chat_stub.bodies[0]["model"]) == ("other", "other")


async def test_a_model_that_is_not_served_names_those_that_are(make_engine):
    with pytest.raises(EngineUnavailable, match="serves stub"):
        await make_engine(model="gpt").probe()


async def test_a_server_that_does_not_come_up_names_its_address_and_how_to_start_it(
    make_engine, unused_port
):
    engine = make_engine(base_url=f"http://127.0.0.1:{unused_port}/v1")

    with pytest.raises(EngineUnavailable, match=rf"127\.0\.0\.1:{unused_port}/v1.*vllm serve"):
        await engine.probe()


async def test_an_address_without_v1_is_pointed_out(make_engine, chat_stub):
    engine = make_engine(base_url=chat_stub.base_url.removesuffix("/v1"))

    with pytest.raises(EngineUnavailable, match="ends in /v1"):
        await engine.probe()


@pytest.mark.parametrize("max_model_len", [8192, 16384, 32768, 131072])
def test_prompt_and_answer_always_fit_the_context(max_model_len):
    tokens = window_tokens(max_model_len, system_tokens=2600)

    assert tokens + 2600 + 800 + 2048 < max_model_len
    assert tokens <= BEST_WINDOW_TOKENS


CONFIG = 'vllm:cache_config_info{{block_size="16",num_gpu_blocks="{}",mamba_cache_mode="{}"}} 1.0\n'


async def test_windows_in_flight_are_a_budget_of_the_servers_cache(engine, chat_stub):
    chat_stub.metrics = CONFIG.format(2546, "none")
    info = await engine.probe()

    own = info.details["system_tokens"] + OWN_TOKENS * info.max_in_flight
    assert info.cache_tokens == int(CACHE_SHARE * 2546 * 16) - own
    assert info.windows_in_flight == 4
    assert info.details["cache_tokens"] == 2546 * 16


async def test_where_the_cache_is_not_told_two_windows_are_in_flight(engine):
    info = await engine.probe()

    assert (info.cache_tokens, info.windows_in_flight, info.must_warm) == (None, 2, False)


async def test_a_hybrid_model_gets_longer_windows_that_are_warmed(engine, chat_stub):
    chat_stub.models = [{"id": "stub", "max_model_len": 65_536}]
    chat_stub.metrics = CONFIG.format(9999, "align")
    info = await engine.probe()

    assert (info.must_warm, info.window_tokens) == (True, BEST_HYBRID_TOKENS)
    assert info.warnings == ()


async def test_warming_reads_what_all_questions_begin_with(engine, chat_stub, window, basics):
    await engine.probe()
    await engine.warm(window, [basics], 7)
    warming = chat_stub.bodies[-1]
    await engine.ask(window, basics, 7)
    (system, user), asked = warming["messages"], chat_stub.bodies[-1]["messages"]

    assert (warming["max_completion_tokens"], warming["priority"]) == (1, 7)
    assert asked[0] == system
    assert asked[1]["content"].startswith(user["content"])


async def test_windows_are_not_warmed_on_where_warming_was_vain(engine, chat_stub, window, basics):
    chat_stub.has_cache = False
    await engine.warm(window, (), 1)
    await engine.ask(window, basics, 1)
    num_calls = len(chat_stub.bodies)

    assert (await engine.warm(window, (), 2)).calls == 0
    assert len(chat_stub.bodies) == num_calls


async def test_a_window_that_cannot_be_warmed_is_no_failure(engine, chat_stub, window):
    chat_stub.then(error(400, "no"))

    assert (await engine.warm(window, (), 1)).output_tokens == 0


async def test_the_load_is_the_servers_queue_and_what_calls_met_with(
    engine, chat_stub, window, basics
):
    chat_stub.then(error(503))
    for _ in range(3):
        await engine.ask(window, basics)
    chat_stub.metrics = 'vllm:num_requests_waiting{engine="0"} 3.0\n'
    load = await engine.load()

    assert (load.num_waiting, load.num_refusals, load.warm_calls) == (3, 1, 2)
    assert load.warm_cached_tokens > load.warm_prompt_tokens / 2


async def test_a_server_that_tells_no_probabilities_is_asked_for_none(
    make_engine, chat_stub, window, basics
):
    chat_stub.has_logprobs = False
    engine = make_engine(asks_logprobs=True)
    info = await engine.probe()
    await engine.ask(window, basics)
    assert info.details["has_logprobs"] is False
    assert any("how probable" in warning for warning in info.warnings)
    assert "logprobs" not in chat_stub.bodies[-1]
