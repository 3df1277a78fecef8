import pytest


async def test_every_operation_has_an_id_of_its_own(api):
    paths = (await api.get("/openapi.json")).json()["paths"]
    ids = [operation["operationId"] for item in paths.values() for operation in item.values()]
    assert len(ids) == len(set(ids))


async def test_openapi_says_that_errors_are_problems(api):
    document = (await api.get("/openapi.json")).json()
    replies = document["paths"]["/jobs/{job_id}"]["get"]["responses"]
    assert "application/problem+json" in replies["4XX"]["content"]
    assert "Problem" in document["components"]["schemas"]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/companies", "/jobs"])
async def test_plain_reads_answer(api, path):
    assert (await api.get(path)).status_code == 200
