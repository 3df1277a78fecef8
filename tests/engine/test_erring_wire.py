"""The erring reader in a real vLLM says what it says in process, with a grammar and without."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace

import pytest
from engine.companies import DEV, read_company
from engine.erring import Errors
from engine.reader_wire import ReaderTransport
from engine.server import GOOD, serving
from factsheet_schemas import ExtractOptions, load_schema
from factsheet_service.core.progress import silent
from factsheet_service.engines.vllm import VllmEngine, VllmSettings
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job

SCHEMA = load_schema("credit_facility")
ERRORS = Errors(
    misses=0.1, inventions=0.1, swaps=0.2, broken=0.5, overlooked=0.1, false_alarms=0.05, seed=1
)
WINDOW_TOKENS = 6500
PATH = DEV[2]


@pytest.fixture(scope="module")
def company():
    return asyncio.run(read_company(PATH, SCHEMA))


@pytest.fixture(scope="module")
def erring_server(vllm, tiny_model, tmp_path_factory, company):
    folder = tmp_path_factory.mktemp("erring")
    gold = folder / "gold.json"
    gold.write_text(json.dumps([company.book]), "utf-8")
    flags = (*GOOD, "--logits-processors", "engine.processors:ErringReader")
    variables = {"READER_GOLD": str(gold), "READER_ERRORS": json.dumps(asdict(ERRORS))}
    with serving(vllm, tiny_model, folder / "server.log", *flags, **variables) as server:
        yield server


async def extracted(company, settings, transport=None):
    engine = VllmEngine(settings, SCHEMA, transport)
    job = Job(company.name, company.documents, SCHEMA, ExtractOptions(engine="vllm"))
    try:
        return await extract(job, engine, silent)
    finally:
        await engine.aclose()


def cells(record):
    rows = {row.name: row.fields for row in record.facilities} | {"": record.deal}
    return {
        (name, key): (cell.value, cell.status, cell.recovered)
        for name, fields in rows.items()
        for key, cell in fields.items()
        if cell.value is not None
    }


@pytest.mark.parametrize("has_grammar", [True, False], ids=["grammar", "broken JSON"])
async def test_wire_and_process_agree(erring_server, company, has_grammar):
    settings = VllmSettings(window_tokens=WINDOW_TOKENS, has_grammar=has_grammar)
    transport = ReaderTransport([company.book], ERRORS)
    in_process = await extracted(company, settings, transport)
    over_the_wire = await extracted(company, replace(settings, base_url=erring_server.url))

    assert cells(over_the_wire) == cells(in_process)
    assert any(recovered for _, _, recovered in cells(in_process).values()) is not has_grammar
