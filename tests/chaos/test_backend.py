import asyncio

import httpx2
import pytest

from chaos.account import calls_in
from chaos.backend import Mood
from chaos.processes import model

ASKED = {"messages": [{"content": "system"}, {"content": "1 a line\n\nQuestion: which?"}]}
FORM = {"name": "group", "schema": {"items": {"prefixItems": [{"enum": ["borrower_name"]}]}}}
BODY = ASKED | {"response_format": {"json_schema": FORM}}
W1 = {"Authorization": "Bearer w1.1"}


@pytest.fixture
async def server(tmp_path):
    async with model(tmp_path / "calls.jsonl", 1) as running:
        await running.set_latency(0.0, 0.0)
        yield running


@pytest.fixture
async def http(server):
    async with httpx2.AsyncClient(base_url=server.url, headers=W1, trust_env=False) as client:
        yield client


async def has_open(server, calls):
    async with asyncio.timeout(10):
        while await server.open_calls() != calls:
            pass


async def test_answers_are_logged_under_who_asked(server, http, tmp_path):
    reply = (await http.post("/chat/completions", json=BODY)).json()
    (call,) = calls_in(tmp_path / "calls.jsonl")
    assert (call.id, call.who, call.how, call.is_paid) == (reply["id"], "w1.1", "served", True)
    assert call.arrived <= call.ended


async def test_a_busy_server_refuses(server, http, tmp_path):
    await server.set_mood(Mood.BUSY)
    assert (await http.post("/chat/completions", json=BODY)).status_code == 503
    assert [call.how for call in calls_in(tmp_path / "calls.jsonl")] == ["refused"]


async def test_a_client_that_goes_away_breaks_its_call_off(server, http, tmp_path):
    await server.set_latency(60.0, 60.0)
    asking = asyncio.create_task(http.post("/chat/completions", json=BODY))
    await has_open(server, {"w1.1": 1})
    asking.cancel()
    await has_open(server, {})
    assert [call.how for call in calls_in(tmp_path / "calls.jsonl")] == ["broken"]


async def test_a_hang_ends_with_an_answer_or_a_broken_connection(server, http, tmp_path):
    await server.set_mood(Mood.HANG)
    asking = [asyncio.create_task(http.post("/chat/completions", json=BODY)) for _ in range(8)]
    await has_open(server, {"w1.1": 8})
    assert not any(task.done() for task in asking)
    await server.set_mood(Mood.CALM)
    await asyncio.gather(*asking, return_exceptions=True)
    hows = {call.how for call in calls_in(tmp_path / "calls.jsonl")}
    assert hows == {"served", "reset"}
