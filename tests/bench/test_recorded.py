import json

import httpx2
import pytest

from bench.recorded import Recorder, read_sent, rows_in

URL = "http://server/v1/chat/completions"
REPLY = {
    "choices": [{"message": {"content": "[]"}, "finish_reason": "stop"}],
    "usage": {
        "prompt_tokens": 100,
        "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 64},
    },
}


def answering(request):
    return httpx2.Response(200, json=REPLY)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "calls.jsonl"


async def recorded(path, *posts, inner=answering, is_started=True):
    recorder = Recorder(path, httpx2.MockTransport(inner))
    if is_started:
        recorder.start()
    async with httpx2.AsyncClient(transport=recorder) as client:
        for url, body in posts:
            await client.post(url, json=body)
    return read_sent(path)


async def test_a_call_is_kept_with_what_it_cost(path):
    (sent,) = await recorded(path, (URL, {"model": "tiny", "n": "é"}))

    assert sent.body == {"model": "tiny", "n": "é"}
    assert (sent.uncached_tokens, sent.output_tokens, sent.content) == (36, 2, "[]")
    assert sent.is_whole


async def test_calls_are_kept_in_the_order_of_their_dispatch(path):
    sent = await recorded(path, (URL, {"n": 1}), (URL, {"n": 2}))

    assert [one.body["n"] for one in sent] == [1, 2]
    assert sent[0].started_s <= sent[0].ended_s <= sent[1].started_s


async def test_calls_before_the_start_do_not_count(path):
    assert await recorded(path, (URL, {}), is_started=False) == []


async def test_other_requests_do_not_count(path):
    assert await recorded(path, ("http://server/tokenize", {})) == []


async def test_an_error_is_kept_as_one(path):
    (sent,) = await recorded(path, (URL, {}), inner=lambda _: httpx2.Response(500, text="no"))

    assert (sent.status, sent.is_whole, sent.prompt_tokens) == (500, False, 0)


async def test_a_lost_connection_is_kept_as_no_reply(path):
    def lost(request):
        raise httpx2.ReadError("lost")

    with pytest.raises(httpx2.ReadError):
        await recorded(path, (URL, {}), inner=lost)

    assert read_sent(path)[0].status == 0


async def test_an_answer_that_is_cut_off_is_not_whole(path):
    cut = REPLY | {"choices": [{"message": {"content": "[["}, "finish_reason": "length"}]}
    (sent,) = await recorded(path, (URL, {}), inner=lambda _: httpx2.Response(200, json=cut))

    assert not sent.is_whole


async def test_an_answer_of_forced_length_is_whole(path):
    cut = REPLY | {"choices": [{"message": {"content": "x"}, "finish_reason": "length"}]}
    posts = (URL, {"ignore_eos": True})
    (sent,) = await recorded(path, posts, inner=lambda _: httpx2.Response(200, json=cut))

    assert sent.is_whole


ROW = ["spread_pct", "Facility A", "2.25%", 4]


@pytest.mark.parametrize("content", [json.dumps([ROW]), json.dumps({"rows": [ROW]})])
def test_rows_are_read_in_a_list_or_in_an_object_around_it(content):
    assert list(rows_in(content)) == [ROW]


@pytest.mark.parametrize("content", ["", "no JSON", "[]", '{"rows": 3}', "[[1, 2]]", "7"])
def test_other_content_has_no_rows(content):
    assert list(rows_in(content)) == []
