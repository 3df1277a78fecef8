"""A run over HTTP with an extension of a shipped schema."""

from contextlib import nullcontext

import httpx2
import pytest
from factsheet_service.documents import ReadLimits
from factsheet_service.pipeline.operations import Operations
from factsheet_service.reports import render_record
from factsheet_service.stores.workspace import Workspace
from support.scripted import ScriptedEngine

NAME = "credit_facility+covenant_tests"
TEXT = b"The Historic DSCR is at no time less than 1.05:1."
LABEL = "Covenant leading to default: Backward-looking DSCR (B-DSCR)"


@pytest.fixture
def operations(tmp_path):
    def engine(*_):
        return nullcontext(ScriptedEngine({"DSCR": [("default_b_dscr", (), "1.05x")]}))

    return Operations(Workspace(tmp_path / "work"), engine, ReadLimits())


@pytest.fixture
async def api(make_app):
    app = make_app(schemas=None, render=render_record)
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api") as client,
    ):
        yield client


async def sheet(api, schema):
    await api.post("/companies/acme/documents", files={"files": ("a.txt", TEXT)})
    job = await api.post(
        "/companies/acme/extract", json={"schema": schema}, headers={"Prefer": "wait=20"}
    )
    return (await api.get(f"/jobs/{job.json()['id']}/result?format=csv")).text


async def test_a_sheet_has_the_columns_of_the_extension_that_its_run_named(api):
    assert LABEL in await sheet(api, NAME)


async def test_a_sheet_of_a_run_without_it_has_none_of_them(api):
    assert LABEL not in await sheet(api, "credit_facility")


async def test_extensions_are_listed_by_what_a_run_calls_them(api):
    listed = (await api.get("/schemas")).json()["schemas"]
    assert {"credit_facility", NAME} <= {one["name"] for one in listed}
