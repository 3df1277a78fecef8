import httpx2
import pytest

from bench.faulty import CUTS_FROM, FAILS_EVERY, Faulty, app

URL = "http://server/v1/chat/completions"
LONG = "x" * 100


def replying(content):
    choice = {"message": {"content": content}, "finish_reason": "stop"}
    return lambda _: httpx2.Response(200, json={"choices": [choice]})


@pytest.fixture
def wire():
    return Faulty(httpx2.MockTransport(replying(LONG)))


async def replies(wire, number, url=URL):
    async with httpx2.AsyncClient(transport=wire) as client:
        return [await client.post(url, json={}) for _ in range(number)]


async def test_one_call_in_sixty_answers_500(wire):
    found = await replies(wire, 2 * FAILS_EVERY)

    failed = [number for number, one in enumerate(found, 1) if one.status_code == 500]
    assert failed == [FAILS_EVERY, 2 * FAILS_EVERY]
    assert wire.num_failed == 2


async def test_one_answer_is_cut_off(wire):
    found = await replies(wire, FAILS_EVERY - 1)

    reasons = [one.json()["choices"][0]["finish_reason"] for one in found]
    assert reasons.count("length") == 1
    assert reasons.index("length") == CUTS_FROM - 1
    assert found[CUTS_FROM - 1].json()["choices"][0]["message"]["content"] == LONG[:50]


async def test_an_answer_too_short_to_miss_anything_is_not_cut_off():
    wire = Faulty(httpx2.MockTransport(replying("[]")))
    await replies(wire, FAILS_EVERY - 1)

    assert wire.num_cut == 0


async def test_other_requests_pass(wire):
    found = await replies(wire, 2 * FAILS_EVERY, "http://server/tokenize")

    assert {one.status_code for one in found} == {200}


async def test_the_proxy_passes_on_and_back():
    def echo(request):
        return httpx2.Response(418, content=request.content, headers={"content-type": "a/b"})

    proxy = httpx2.ASGITransport(app("http://server", httpx2.MockTransport(echo)))
    async with httpx2.AsyncClient(transport=proxy) as client:
        reply = await client.post("http://proxy/v1/models", json={"a": 1})

    assert (reply.status_code, reply.json()) == (418, {"a": 1})
    assert reply.headers["content-type"] == "a/b"
