"""Every operation of the API, tried by one tenant on what is another's."""

from enum import Enum

import pytest
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.access import ALL_SCOPES
from factsheet_service.core.webhooks import Webhooks
from factsheet_service.stores.database import Database
from factsheet_service.stores.keys import KeyStore

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
WEBHOOK = {"url": "https://hooks.example/"}


class Seen(Enum):
    """How an operation answers on an id that is another's."""

    UNKNOWN = "404, to the byte as on an id that nobody has"
    AS_ONES_OWN = "it makes or fills one's own of that name"
    NOT_AT_ALL = "no id of another's is in the reply"


EXPECTED = {
    "list_companies": Seen.NOT_AT_ALL,
    "create_company": Seen.AS_ONES_OWN,
    "get_company": Seen.UNKNOWN,
    "delete_company": Seen.UNKNOWN,
    "upload_documents": Seen.AS_ONES_OWN,
    "list_documents": Seen.UNKNOWN,
    "delete_document": Seen.UNKNOWN,
    "start_extraction": Seen.UNKNOWN,
    "list_jobs": Seen.NOT_AT_ALL,
    "get_job": Seen.UNKNOWN,
    "delete_job": Seen.UNKNOWN,
    "watch_job": Seen.UNKNOWN,
    "get_result": Seen.UNKNOWN,
    "cancel_job": Seen.UNKNOWN,
    "list_schemas": Seen.NOT_AT_ALL,
    "register_schema": Seen.AS_ONES_OWN,
    "get_schema": Seen.UNKNOWN,
    "get_json_schema": Seen.UNKNOWN,
    "add_webhook": Seen.AS_ONES_OWN,
    "list_webhooks": Seen.NOT_AT_ALL,
    "get_webhook": Seen.UNKNOWN,
    "delete_webhook": Seen.UNKNOWN,
    "test_webhook": Seen.UNKNOWN,
    "delete_tenant": Seen.UNKNOWN,
    "livez": Seen.NOT_AT_ALL,
    "readyz": Seen.NOT_AT_ALL,
    "metrics": Seen.NOT_AT_ALL,
}
BODIES = {
    "add_webhook": {"json": WEBHOOK},
    "register_schema": {"json": SCHEMA},
    "upload_documents": {"files": {"files": ("a.txt", b"text")}},
}


@pytest.fixture
def settings():
    return ApiSettings(webhooks=Webhooks.ON)


@pytest.fixture
async def as_tenant(api, jobs_path):
    """Headers of a tenant's key with all scopes."""

    async def made(tenant):
        async with Database(f"sqlite:///{jobs_path}") as database:
            _, key = await KeyStore(database).add(tenant, "test", ALL_SCOPES)
        return {"Authorization": f"Bearer {key}"}

    return made


@pytest.fixture
async def theirs(api, as_tenant):
    """What stands for an id in paths: those that the tenant ``bank`` has, and their lengths' like."""
    bank = await as_tenant("bank")
    documents = await api.post(
        "/companies/vault/documents", files={"files": ("a.txt", b"text")}, headers=bank
    )
    job = await api.post("/companies/vault/extract", headers=bank | {"Prefer": "wait=10"})
    await api.put("/schemas/secret", json=SCHEMA, headers=bank)
    assert job.json()["state"] == "succeeded"
    webhook = await api.post("/webhooks", json=WEBHOOK, headers=bank)
    return {
        "company": "vault",
        "document": documents.json()["documents"][0]["id"],
        "document:path": documents.json()["documents"][0]["id"],
        "job_id": job.json()["id"],
        "name": "secret",
        "tenant": "bank",
        "webhook_id": webhook.json()["id"],
    }


async def operations_of(api):
    paths = (await api.get("/openapi.json")).json()["paths"]
    return [
        (operation["operationId"], method.upper(), path)
        for path, methods in paths.items()
        for method, operation in methods.items()
    ]


def filled(path, ids):
    for name, value in ids.items():
        path = path.replace("{" + name + "}", value)
    assert "{" not in path, f"{path}: say in `theirs` what stands there"
    return path


async def test_every_operation_is_tried(api):
    assert {name for name, _, _ in await operations_of(api)} == set(EXPECTED)


async def test_nothing_of_another_tenants_is_seen_or_changed(api, theirs, as_tenant):
    bank = await as_tenant("bank")
    nobodys = {name: "z" * len(value) for name, value in theirs.items()}
    before = await seen_by(api, bank, theirs)
    for name, method, path in await operations_of(api):
        body, rival = BODIES.get(name, {}), await as_tenant(f"rival_of_{name}")
        reply = await api.request(method, filled(path, theirs), headers=rival, **body)
        match EXPECTED[name]:
            case Seen.UNKNOWN:
                other = await api.request(method, filled(path, nobodys), headers=rival, **body)
                assert (name, reply.status_code, other.status_code) == (name, 404, 404)
                assert blank(reply.text, theirs) == blank(other.text, nobodys), name
                assert reply.headers == other.headers, name
            case Seen.AS_ONES_OWN:
                assert reply.is_success, name
            case Seen.NOT_AT_ALL:
                assert reply.is_success, name
                assert not [one for one in theirs.values() if f'"{one}"' in reply.text], name
    assert await seen_by(api, bank, theirs) == before


def blank(text, ids):
    for value in sorted(ids.values(), key=len, reverse=True):
        text = text.replace(value, "-")
    return text


async def seen_by(api, headers, ids):
    """All that a tenant has, as it reads it."""
    paths = [
        "/companies",
        f"/companies/{ids['company']}",
        f"/companies/{ids['company']}/documents",
        "/jobs",
        f"/jobs/{ids['job_id']}",
        f"/jobs/{ids['job_id']}/result",
        f"/schemas/{ids['name']}/json-schema",
        f"/webhooks/{ids['webhook_id']}",
    ]
    replies = [await api.get(path, headers=headers) for path in paths]
    assert {reply.status_code for reply in replies} == {200}
    return [reply.text for reply in replies]
