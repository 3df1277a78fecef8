import asyncio

import httpx2
from factsheet_service.api.health import engine_state
from factsheet_service.core.errors import EngineUnavailable, StoreUnavailable
from factsheet_service.stores.jobs import JobStore


async def down():
    raise EngineUnavailable("no answer from http://gpu:8000")


async def test_ready_when_all_answers(api):
    reply = await api.get("/readyz")
    assert reply.json() == {"status": "ok", "checks": {"jobs": "ok", "engine": "ok"}}


async def test_without_its_engine_the_service_is_ready_but_degraded(make_app):
    app = make_app(check_engine=down)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api") as http,
    ):
        reply = await http.get("/readyz")
    assert reply.status_code == 200
    assert reply.json()["status"] == "degraded"
    assert reply.json()["checks"]["engine"] == "no answer from http://gpu:8000"


async def test_without_its_store_the_service_is_not_ready(api, monkeypatch):
    async def broken(_store):
        raise StoreUnavailable("job store jobs.sqlite3: disk I/O error")

    monkeypatch.setattr(JobStore, "check", broken)
    assert (await api.get("/readyz")).status_code == 503
    assert (await api.get("/livez")).status_code == 200


async def test_an_engine_that_hangs_is_not_waited_for():
    assert await engine_state(asyncio.Event().wait, 0.01) == "no answer within 0.01 s"
