"""Routes of schemas, and extractions with one of the user's own."""

import pytest
from support.own import LOAN, TEXT
from support.own_serving import agreement, operations, script

__all__ = ["agreement", "operations", "script"]

SMALL = {"type": "object", "properties": {"name": {"type": "string"}}}


async def put(api, body=SMALL, name="loan"):
    return await api.put(f"/schemas/{name}", json=body)


async def test_a_new_name_is_created_at_its_address(api):
    reply = await put(api)
    assert reply.status_code == 201
    assert reply.headers["Location"] == "/schemas/loan"
    assert reply.json()["is_own"]


async def test_the_same_again_changes_nothing(api):
    first, again = await put(api), await put(api)
    assert again.status_code == 200
    assert again.json() == first.json()


async def test_another_schema_under_the_name_is_a_new_version_and_the_old_one_stays(api):
    old, new = (await put(api)).json()["version"], (await put(api, LOAN)).json()["version"]
    newest = (await api.get("/schemas/loan/json-schema")).json()
    before = (await api.get(f"/schemas/loan@{old}/json-schema")).json()
    assert old != new
    assert (newest, before) == (LOAN, SMALL)


async def test_it_is_listed_and_shown_with_its_questions(api):
    await put(api, LOAN)
    listed = (await api.get("/schemas")).json()["schemas"]
    shown = (await api.get("/schemas/loan")).json()
    assert [(one["name"], one["is_own"]) for one in listed] == [
        ("credit_facility", False),
        ("loan", True),
    ]
    assert [entity["key"] for entity in shown["entities"]] == ["tranches", "fees"]


@pytest.mark.parametrize(
    ("name", "body", "status", "kind", "words"),
    [
        ("loan", {"type": "array"}, 422, "invalid-schema", "make the root an object"),
        (
            "loan",
            {"type": "object", "properties": {"a": {"oneOf": [{"type": "object"}] * 2}}},
            422,
            "invalid-schema",
            "at a: 'oneOf' of several objects",
        ),
        ("loan", {"type": "object", "properties": 7}, 422, "invalid-schema", "/properties"),
        ("loan", [1], 422, "invalid-request", "body"),
        ("Loan", SMALL, 422, "invalid-request", "path.name"),
        ("credit_facility", SMALL, 409, "schema-name-taken", "choose another"),
    ],
)
async def test_what_cannot_be_registered_is_a_problem_that_says_why(
    api, name, body, status, kind, words
):
    reply = await put(api, body, name)
    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["type"] == f"urn:factsheet:problem:{kind}"
    assert words in reply.json()["detail"]


async def test_references_that_multiply_are_refused(api):
    doubled = {
        f"D{n}": {
            "type": "object",
            "properties": {x: {"$ref": f"#/$defs/D{n + 1}"} for x in ("a", "b")},
        }
        for n in range(14)
    }
    body = {"type": "object", "properties": {"x": {"$ref": "#/$defs/D0"}}}
    last = {"D14": {"type": "object", "properties": {"y": {"type": "integer"}}}}
    reply = await put(api, {**body, "$defs": {**doubled, **last}})
    assert reply.status_code == 422
    assert "more than 2000 properties" in reply.json()["detail"]


@pytest.mark.parametrize("name", ["nope", "loan@0123456789abcdef", "..%2F..%2Fetc", "a.json"])
async def test_a_schema_that_is_not_there_is_not_found(api, name):
    await put(api)
    reply = await api.get(f"/schemas/{name}")
    assert reply.status_code == 404
    assert (await api.get(f"/schemas/{name}/json-schema")).status_code == 404


async def extracted(api, schema):
    await api.post("/companies/acme/documents", files=[("files", ("a.txt", TEXT.encode()))])
    return await api.post(
        "/companies/acme/extract", json={"schema": schema}, headers={"Prefer": "wait=20"}
    )


async def test_an_extraction_answers_in_the_users_shape(api):
    version = (await put(api, LOAN)).json()["version"]
    job = (await extracted(api, "loan")).json()
    record = (await api.get(f"/jobs/{job['id']}/result")).json()
    own = (await api.get(f"/jobs/{job['id']}/result?format=own")).json()

    assert job["options"]["schema"] == f"loan@{version}"
    assert (record["run"]["schema_name"], record["run"]["schema_version"]) == ("loan", version)
    assert record["answer"]["is_valid"]
    assert own == record["answer"]["value"]
    assert own["terms"] == {
        "kind": "term",
        "signed": "2024-05-03",
        "secured": None,
        "purpose": "The loan is there to buy a ship, and for nothing else whatsoever.",
        "version": 2,
    }
    assert [one["name"] for one in own["tranches"]] == ["Tranche A", "Tranche B"]


async def test_a_run_keeps_its_version_when_the_name_gets_another(api):
    await put(api, LOAN)
    job = (await extracted(api, "loan")).json()
    await put(api, SMALL)
    sheet = await api.get(f"/jobs/{job['id']}/result?format=csv")
    assert sheet.status_code == 200


async def test_own_is_refused_for_a_run_with_another_schema(api):
    job = (await extracted(api, "credit_facility")).json()
    reply = await api.get(f"/jobs/{job['id']}/result?format=own")
    assert reply.status_code == 409


async def test_an_unknown_schema_is_refused_before_a_job_starts(api):
    reply = await extracted(api, "/etc/passwd.json")
    assert reply.status_code == 422
    assert "body.schema: no schema '/etc/passwd.json'" in reply.json()["detail"]
