import asyncio
import json

import pytest
from factsheet_service.engines.vllm.client import ChatClient
from factsheet_service.engines.vllm.errors import CallFailed
from factsheet_service.engines.vllm.paying import PayingClient, key_of
from factsheet_service.engines.vllm.settings import VllmSettings
from support.chat_stub import cut_off, error, garbled, hangs, says
from support.memory_memo import MemoryMemo

BODY = {"model": "stub", "messages": [{"role": "user", "content": "hello"}], "seed": 0}


@pytest.fixture
def memo():
    return MemoryMemo()


@pytest.fixture
async def make_client(chat_stub, memo):
    clients = []

    def make(*, is_away=False, **more):
        quick = {"base_url": chat_stub.base_url, "max_attempts": 3, "backoff_s": 0.001}
        settings = VllmSettings(**{**quick, **more})
        clients.append(ChatClient(settings))
        return PayingClient(clients[-1], settings, memo, "stub", is_away=is_away)

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def client(make_client):
    return make_client()


@pytest.mark.parametrize(
    "change",
    [
        {"model": "other"},
        {"seed": 1},
        {"temperature": 0.1},
        {"max_completion_tokens": 9},
        {"reasoning_effort": "low"},
        {"logprobs": True},
        {"messages": [{"role": "user", "content": "Hello"}]},
        {"response_format": {"type": "json_object"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_key_depends_on_all_that_is_sent(change):
    assert key_of(BODY | change, "stub") != key_of(BODY, "stub")


def test_a_key_depends_on_the_model_and_not_on_who_is_served_first():
    assert key_of(BODY, "stub rev-2") != key_of(BODY, "stub")
    assert key_of(BODY | {"priority": 9, "cache_salt": "s"}, "stub") == key_of(BODY, "stub")


def test_a_key_does_not_depend_on_the_mark_and_on_nothing_less():
    def body(mark, text="hello"):
        content = f"<text {mark}>\n{text}\n</text {mark}>"
        return BODY | {"messages": [{"role": "user", "content": content}]}

    plain = key_of(body("abc"), "stub", "abc")
    assert key_of(body("xyz"), "stub", "xyz") == plain
    assert key_of(body("abc", "other"), "stub", "abc") != plain
    assert key_of(body("xyz"), "stub") != plain


def test_a_key_does_not_depend_on_the_order_of_names():
    assert key_of(dict(reversed(BODY.items())), "stub") == key_of(BODY, "stub")


async def test_a_reply_is_paid_once(client, chat_stub):
    chat_stub.then(says("first"), says("second"))
    first, again = await client.chat(BODY), await client.chat(BODY)
    assert (first.content, again.content) == ("first", "first")
    assert (first.usage.calls, again.usage.calls, again.usage.replayed) == (1, 0, 1)
    assert again.usage.prompt_tokens == 0
    assert len(chat_stub.raw_bodies) == 1


@pytest.mark.parametrize("step", [says("{broken"), cut_off('[["a", '), says("")], ids=repr)
async def test_malformed_and_cut_off_replies_were_paid_too(client, chat_stub, step):
    chat_stub.then(step)
    first, again = await client.chat(BODY), await client.chat(BODY)
    assert (again.content, again.finish_reason) == (first.content, first.finish_reason)
    assert len(chat_stub.raw_bodies) == 1


@pytest.mark.parametrize("step", [error(400), garbled(), says(None, "abort")], ids=repr)
async def test_errors_are_never_kept(make_client, chat_stub, memo, step):
    chat_stub.script = lambda _: step
    with pytest.raises(CallFailed):
        await make_client(deadline_s=0.3).chat(BODY)
    assert memo.kept == {}


async def test_who_asks_the_same_at_the_same_time_shares_one_call(client, chat_stub):
    chat_stub.hold()
    calls = [asyncio.create_task(client.chat(BODY)) for _ in range(5)]
    await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_open == 1)
    chat_stub.release()
    replies = await asyncio.gather(*calls)
    assert len(chat_stub.raw_bodies) == 1
    assert sum(reply.usage.calls for reply in replies) == 1


async def test_a_call_whose_first_caller_gave_up_is_booked_by_one_of_the_others(client, chat_stub):
    chat_stub.hold()
    first, *others = (asyncio.create_task(client.chat(BODY)) for _ in range(3))
    await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_open == 1)
    first.cancel()
    await asyncio.wait([first])
    chat_stub.release()
    replies = await asyncio.gather(*others)
    assert len(chat_stub.raw_bodies) == 1
    assert sorted(reply.usage.calls for reply in replies) == [0, 1]
    assert sum(reply.usage.prompt_tokens for reply in replies) == replies[0].prompt_tokens > 0


async def test_the_last_who_gives_up_closes_the_connection(client, chat_stub):
    chat_stub.then(hangs())
    first, second = (asyncio.create_task(client.chat(BODY)) for _ in range(2))
    await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_open == 1)
    first.cancel()
    await asyncio.wait([first])
    assert chat_stub.num_hung_up == 0
    second.cancel()
    await asyncio.wait([second])
    assert await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_hung_up == 1)


async def test_who_asks_right_after_the_last_gave_up_is_answered(client, chat_stub):
    chat_stub.then(hangs(), says("here"))
    first = asyncio.create_task(client.chat(BODY))
    await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_open == 1)
    first.cancel()
    await asyncio.sleep(0)
    assert (await client.chat(BODY)).content == "here"


async def test_a_reply_that_another_process_kept_first_is_gone_on_with(client, chat_stub, memo):
    chat_stub.then(says("mine"))
    memo.before_keep = {key_of(BODY, "stub"): completion("theirs")}
    reply = await client.chat(BODY)
    assert reply.content == "theirs"
    assert reply.usage.calls == 1


async def test_what_another_paid_for_while_the_server_was_away_is_not_asked_again(
    client, chat_stub, memo
):
    chat_stub.then(error(503))
    memo.after_misses = (1, {key_of(BODY, "stub"): completion("theirs")})
    reply = await client.chat(BODY)
    assert (reply.content, reply.usage.calls) == ("theirs", 0)
    assert len(chat_stub.raw_bodies) == 1


async def test_the_ledger_has_what_a_call_cost(client, chat_stub, memo):
    chat_stub.then(says("[]"))
    reply = await client.chat(BODY)
    (paid,) = memo.kept.values()
    assert (paid.model, paid.finish_reason) == ("stub", "stop")
    assert (paid.prompt_tokens, paid.output_tokens) == (reply.prompt_tokens, reply.output_tokens)
    assert paid.seconds > 0


def completion(content):
    choice = {"message": {"content": content}, "finish_reason": "stop"}
    return json.dumps({"choices": [choice]})


async def test_a_server_that_is_away_is_not_waited_for(make_client, chat_stub):
    client = make_client(is_away=True, deadline_s=60, backoff_s=30)
    chat_stub.then(error(503))
    with pytest.raises(CallFailed, match="503"):
        await client.chat(BODY)
    assert len(chat_stub.raw_bodies) == 1
