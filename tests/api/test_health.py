import asyncio

import httpx2
import pytest
from factsheet_service.api import health
from factsheet_service.api.health import engine_state
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.errors import EngineUnavailable, StoreUnavailable


async def down():
    raise EngineUnavailable("no answer from http://gpu:8000")


async def test_ready_when_all_answers(api):
    reply = await api.get("/readyz")
    assert reply.json() == {
        "status": "ok",
        "checks": {"jobs": "ok", "engine": "ok"},
        "jobs": {"queued": 0, "running": 0},
    }


async def test_ready_tells_how_many_jobs_wait_and_run(api, held):
    await api.post("/companies/acme/documents", files={"files": ("a.txt", b"text")})
    for _ in range(3):
        await api.post("/companies/acme/extract")
    await held.is_begun.wait()
    counts = (await api.get("/readyz")).json()["jobs"]
    assert counts["queued"] + counts["running"] == 3
    assert counts["running"] >= 1


class TestClosedMetrics:
    @pytest.fixture
    def settings(self):
        return ApiSettings(api_key="sesame", has_open_metrics=False)

    async def test_metrics_may_be_closed_and_probes_stay_open(self, api):
        assert (await api.get("/metrics")).status_code == 401
        key = {"Authorization": "Bearer sesame"}
        assert (await api.get("/metrics", headers=key)).status_code == 200
        assert (await api.get("/readyz")).status_code == 200


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

    monkeypatch.setattr(health, "unfinished_by_state", broken)
    assert (await api.get("/readyz")).status_code == 503
    assert (await api.get("/livez")).status_code == 200


async def test_an_engine_that_hangs_is_not_waited_for():
    assert await engine_state(asyncio.Event().wait, 0.01) == "no answer within 0.01 s"
