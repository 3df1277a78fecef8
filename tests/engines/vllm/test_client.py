import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from factsheet_service.engines.vllm import VllmSettings
from factsheet_service.engines.vllm.client import ChatClient
from factsheet_service.engines.vllm.errors import (
    AccessRefused,
    ConnectionLost,
    PromptTooLong,
    RequestRefused,
    ServerBusy,
    ServerFailed,
    TimedOut,
    Transient,
    Unreachable,
)
from pydantic import SecretStr
from support.chat_stub import error, garbled, hangs, says

BODY = {"model": "stub", "messages": [{"role": "user", "content": "hello"}]}
TOO_LONG = (
    "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens "
    "(8000 in the messages, 1000 in the completion). Please reduce the length of the messages."
)


@pytest.fixture
async def make_client(chat_stub):
    clients = []

    def make(transport=None, **settings):
        quick = {"base_url": chat_stub.base_url, "max_attempts": 3}
        waits = {"backoff_s": 0.001, "backoff_max_s": 0.01}
        clients.append(ChatClient(VllmSettings(**{**quick, **waits, **settings}), transport))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def client(make_client):
    return make_client()


async def test_a_reply_carries_what_it_cost(client, chat_stub):
    chat_stub.then(says("x" * 40), says("x" * 40))
    first, second = await client.chat(BODY), await client.chat(BODY)

    assert (first.content, first.finish_reason, first.output_tokens) == ("x" * 40, "stop", 10)
    assert (first.usage.calls, first.prompt_tokens) == (1, second.prompt_tokens)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_server_in_trouble_is_asked_again(client, chat_stub, status):
    chat_stub.then(error(status), error(status), says("at last"))
    reply = await client.chat(BODY)

    assert (reply.content, reply.num_retries) == ("at last", 2)


async def test_a_server_that_fails_without_end_is_given_up(client, chat_stub):
    chat_stub.script = lambda _: error(500, "out of memory")

    with pytest.raises(ServerFailed, match="out of memory") as caught:
        await client.chat(BODY)
    assert (len(chat_stub.bodies), caught.value.num_retries) == (3, 2)


@pytest.mark.parametrize("status", [429, 502, 503])
async def test_a_busy_server_is_waited_for_however_often_it_takes(client, chat_stub, status):
    chat_stub.then(*[error(status)] * 20, error(500), says("at last"))
    reply = await client.chat(BODY)

    assert (reply.content, reply.num_retries) == ("at last", 21)


@pytest.mark.parametrize(
    "step",
    [
        says('{"rows": [', "abort"),
        error(500, "EngineCore encountered an issue. See stack trace (above)"),
        error(500, "cannot schedule new futures after shutdown"),
    ],
    ids=["given up", "engine gone", "pool gone"],
)
async def test_a_server_that_shuts_down_is_waited_for(client, chat_stub, step):
    chat_stub.then(*[step] * 20, says("at last"))
    reply = await client.chat(BODY)

    assert (reply.content, reply.num_retries) == ("at last", 20)


async def test_a_server_that_stays_busy_is_waited_for_to_the_deadline(make_client, chat_stub):
    chat_stub.script = lambda _: error(503, "the engine is busy")
    client = make_client(deadline_s=0.5)

    with pytest.raises(ServerBusy, match=r"the engine is busy; waited for 0\.5 s") as caught:
        await client.chat(BODY)
    num_sent = len(chat_stub.bodies)  # the deadline may find the last before it was sent
    assert num_sent > 3
    assert caught.value.num_retries in (num_sent - 1, num_sent)


async def test_a_reply_that_is_no_chat_completion_is_asked_again(client, chat_stub):
    chat_stub.then(garbled(), says("at last"))
    reply = await client.chat(BODY)

    assert (reply.content, reply.num_retries) == ("at last", 1)


async def test_a_slow_request_is_dropped_and_asked_again(make_client, chat_stub):
    client = make_client(timeout_s=0.2)
    chat_stub.then(hangs(), says("at last"))
    reply = await client.chat(BODY)

    assert (reply.content, reply.num_retries) == ("at last", 1)


async def test_a_call_ends_at_its_deadline_and_hangs_up(make_client, chat_stub):
    client = make_client(deadline_s=1.0)
    chat_stub.script = lambda _: hangs()

    with pytest.raises(TimedOut, match=r"within 1 s"):
        await client.chat(BODY)
    assert await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_hung_up == 1)


@pytest.mark.parametrize("written", ["7", "date"])
async def test_a_wait_that_the_server_asks_for_is_kept(make_client, chat_stub, written):
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    client = make_client(deadline_s=1.0)
    chat_stub.then(error(503, retry_after=later if written == "date" else written))

    with pytest.raises(Transient):
        await client.chat(BODY)
    assert len(chat_stub.bodies) == 1


async def test_a_wait_that_is_neither_seconds_nor_date_is_ignored(client, chat_stub):
    chat_stub.then(error(503, retry_after="soon"), says("at last"))

    assert (await client.chat(BODY)).content == "at last"


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_refused_access_is_not_tried_again(client, chat_stub, status):
    chat_stub.then(error(status, "no such model"))

    with pytest.raises(AccessRefused, match="no such model"):
        await client.chat(BODY)
    assert len(chat_stub.bodies) == 1


async def test_a_refused_request_says_why(client, chat_stub):
    chat_stub.then(error(400, "Grammar error: Unimplemented keys"))

    with pytest.raises(RequestRefused, match="Unimplemented keys"):
        await client.chat(BODY)


async def test_a_prompt_that_is_too_long_names_the_servers_context(client, chat_stub):
    chat_stub.then(error(400, TOO_LONG))

    with pytest.raises(PromptTooLong, match="context of 8192 tokens"):
        await client.chat(BODY)


async def test_a_server_that_stays_away_is_unreachable(make_client, unused_port):
    client = make_client(base_url=f"http://127.0.0.1:{unused_port}/v1", deadline_s=0.5)

    with pytest.raises(Unreachable, match=rf"{unused_port}.*waited for 0\.5 s") as caught:
        await client.chat(BODY)
    assert caught.value.num_retries == 1  # the others were no calls, only looks whether it is back


async def test_whether_a_server_is_there_is_told_after_a_few_attempts(make_client, unused_port):
    client = make_client(base_url=f"http://127.0.0.1:{unused_port}/v1", probe_attempts=2)

    with pytest.raises(Unreachable) as caught:
        await client.models()
    assert caught.value.num_retries == 1


async def test_a_server_that_comes_back_loses_no_call(make_client, chat_stub):
    away = httpx2.ConnectError("connection refused")
    transport = Failing([*[away] * 20, httpx2.ReadError("reset"), *[away] * 20])
    client = make_client(transport)
    reply = await client.chat(BODY)

    assert (len(chat_stub.bodies), reply.num_retries) == (1, 1)
    assert transport.num_left == 0


async def test_calls_that_wait_for_a_server_look_for_it_one_at_a_time(make_client, chat_stub):
    transport = Failing([httpx2.ConnectError("connection refused")] * 24)
    client = make_client(transport)
    await asyncio.gather(*(client.chat(BODY) for _ in range(16)))

    assert len(chat_stub.bodies) == 16
    assert transport.max_open_looks == 1


async def test_a_server_that_was_away_during_a_probe_does_not_seem_to_lack_what_it_has(
    make_client, chat_stub
):
    away = httpx2.ConnectError("connection refused")
    chat_stub.metrics = "vllm:num_requests_waiting 0.0\n"
    assert await make_client(Failing([away] * 9)).metrics() == chat_stub.metrics
    assert await make_client(Failing([away] * 9)).version() == "0.33.0"
    with pytest.raises(ConnectionLost):
        await make_client(Failing([httpx2.ReadError("reset")] * 9)).version()


class Failing(httpx2.AsyncBaseTransport):
    """Raises the errors one after the other, then passes on."""

    def __init__(self, errors):
        self._errors = list(errors)
        self._inner = httpx2.AsyncHTTPTransport()
        self._num_looks = self.max_open_looks = 0

    @property
    def num_left(self):
        return len(self._errors)

    async def handle_async_request(self, request):
        is_look = request.method == "GET"
        self._num_looks += is_look
        self.max_open_looks = max(self.max_open_looks, self._num_looks)
        try:
            await asyncio.sleep(0)
            if self._errors:
                raise self._errors.pop(0)
            return await self._inner.handle_async_request(request)
        finally:
            self._num_looks -= is_look

    async def aclose(self):
        await self._inner.aclose()


async def test_cancelling_a_call_closes_its_connection(client, chat_stub):
    chat_stub.then(hangs())
    call = asyncio.create_task(client.chat(BODY))
    await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_open == 1)
    call.cancel()

    assert await asyncio.to_thread(chat_stub.wait_until, lambda stub: stub.num_hung_up == 1)


async def test_how_often_the_server_was_too_busy_is_counted(client, chat_stub):
    chat_stub.then(error(503), error(429))
    await client.chat(BODY)

    assert client.num_refusals == 2


async def test_the_servers_metrics_stand_beside_its_api(client, chat_stub):
    assert await client.metrics() == ""

    chat_stub.metrics = "vllm:num_requests_waiting 0.0\n"
    assert await client.metrics() == chat_stub.metrics


async def test_the_key_goes_with_every_call_and_into_no_text(make_client, chat_stub):
    settings = {"api_key": SecretStr("open sesame")}
    await make_client(**settings).chat(BODY)

    assert chat_stub.headers[0]["authorization"] == "Bearer open sesame"
    assert "sesame" not in repr(VllmSettings(**settings))
