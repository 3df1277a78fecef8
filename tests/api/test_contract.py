from pathlib import Path

import pytest
from factsheet_service.api.contract import LINKS
from factsheet_service.commands.openapi import document

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def operations_by_id(api):
    paths = (await api.get("/openapi.json")).json()["paths"]
    return {one["operationId"]: one for methods in paths.values() for one in methods.values()}


def test_the_committed_document_is_what_the_service_says():
    assert document() == (ROOT / "openapi.json").read_text("utf-8"), "run `make openapi`"


def test_links_lead_to_operations_and_name_their_parameters(operations_by_id):
    for source, links in LINKS.items():
        for target, parameters in links.items():
            known = {one["name"] for one in operations_by_id[target].get("parameters", ())}
            assert set(parameters) <= known, (source, target)


def test_every_read_but_the_stream_may_be_conditional(operations_by_id):
    conditional = {name for name, one in operations_by_id.items() if "304" in one["responses"]}
    reads = {
        "list_companies",
        "get_company",
        "list_documents",
        "list_jobs",
        "get_job",
        "get_result",
    }
    schemas = {"list_schemas", "get_schema", "get_json_schema"}
    assert conditional >= reads | schemas
    assert "watch_job" not in conditional


def test_every_operation_but_the_probes_asks_for_a_key(operations_by_id):
    open_to_all = {name for name, one in operations_by_id.items() if "security" not in one}
    assert open_to_all == {"livez", "readyz", "metrics"}
