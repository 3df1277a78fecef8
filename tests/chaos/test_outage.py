"""A model's server that is away for ten minutes in the middle of a job, by a clock that jumps."""

import asyncio
import json
from contextlib import aclosing

import httpx2
from factsheet_schemas import ExtractOptions, load_schema
from factsheet_service.core.progress import silent
from factsheet_service.engines.vllm import VllmEngine, VllmSettings
from factsheet_service.pipeline.dispatch import Dispatcher
from factsheet_service.pipeline.extract import Job, extract
from support.build import make_document
from support.fast_loop import run_fast
from support.memory_memo import MemoryMemo

from chaos.backend import METRICS, MODEL, completion
from chaos.companies import company
from chaos.reader import key_of, kind_of
from chaos.verdict import comparable

AWAY_S = 600.0
ANSWER_S = 3.0
OPTIONS = ExtractOptions.model_validate(
    {
        "engine": "vllm",
        "groups": ["basic_info", "pricing", "fees"],
        "settings": {"window_tokens": 420},
    }
)
TEXT = company(3, 0).files["agreement.txt"].decode()
GETS = {
    "/v1/models": {"data": [{"id": MODEL, "max_model_len": 32768}]},
    "/version": {"version": "0"},
}


class Server(httpx2.AsyncBaseTransport):
    """Goes away when it has answered so many questions, with those that it is at."""

    def __init__(self, leaves_after=None):
        self._leaves_after = leaves_after
        self._back_at = 0.0
        self.answered = []  # keys
        self.refused_at = []  # seconds since it went away

    async def handle_async_request(self, request):
        self._refuse_if_away()
        if request.method == "GET":
            return self._told(request.url.path)
        body = json.loads(request.content)
        await asyncio.sleep(ANSWER_S)
        self._refuse_if_away()
        if kind_of(body) != "probe":
            self.answered.append(key_of(body))
            if len(self.answered) == self._leaves_after:
                self._back_at = now() + AWAY_S
        return httpx2.Response(200, content=completion(body, key_of(body), "c"))

    def _told(self, path):
        if path == "/metrics":
            return httpx2.Response(200, text=METRICS)
        return httpx2.Response(200, json=GETS[path]) if path in GETS else httpx2.Response(404)

    def _refuse_if_away(self):
        if now() < self._back_at:
            self.refused_at.append(now() - (self._back_at - AWAY_S))
            raise httpx2.ConnectError("connection refused")


def now():
    return asyncio.get_running_loop().time()


async def job(server):
    """The record of one job, and how long it took."""
    schema = load_schema("credit_facility")
    engine = VllmEngine(VllmSettings("http://model/v1"), schema, server, MemoryMemo())
    begun = now()
    async with aclosing(engine):
        asked = Job("acme", (make_document(TEXT),), schema, OPTIONS)
        record = await extract(asked, engine, silent, Dispatcher(now))
    return record, now() - begun


def test_a_server_that_is_away_for_ten_minutes_in_the_middle_of_a_job_costs_it_ten_minutes():
    undisturbed, disturbed = Server(), Server(leaves_after=12)
    expected, seconds = run_fast(job(undisturbed))
    found, seconds_away = run_fast(job(disturbed))

    assert len(undisturbed.answered) > 16
    assert comparable(found.model_dump(mode="json")) == comparable(expected.model_dump(mode="json"))
    assert AWAY_S < seconds_away - seconds < AWAY_S + 30


def test_no_call_is_lost_by_it_or_paid_twice():
    undisturbed, disturbed = Server(), Server(leaves_after=12)
    run_fast(job(undisturbed))
    run_fast(job(disturbed))

    assert sorted(disturbed.answered) == sorted(undisturbed.answered)
    assert len(set(disturbed.answered)) == len(disturbed.answered)


def test_it_is_looked_for_less_than_once_a_second():
    server = Server(leaves_after=12)
    run_fast(job(server))
    cut_off = [at for at in server.refused_at if at <= ANSWER_S]  # the calls that it was at
    looks = [at for at in server.refused_at if at > ANSWER_S]

    assert len(cut_off) <= 16 + ANSWER_S
    assert 100 < len(looks) < AWAY_S / 2
    assert max(looks) > AWAY_S - 10
    assert not [at for at in looks if sum(at <= other < at + 1 for other in looks) > 1]
