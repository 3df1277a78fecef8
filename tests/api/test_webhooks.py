import asyncio

import httpx2
import pytest
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.access import Scope
from factsheet_service.core.webhooks import Webhooks
from factsheet_service.stores.database import Database
from factsheet_service.stores.keys import KeyStore
from support.receiver import receiving

URL = "https://hooks.example/x"


@pytest.fixture
def settings():
    return ApiSettings(webhooks=Webhooks.LOCAL)


async def made(api, **asked):
    reply = await api.post("/webhooks", json={"url": URL, **asked})
    assert reply.status_code == 201, reply.text
    return reply


async def test_a_webhook_shows_its_secret_once(api):
    reply = await made(api)
    webhook = reply.json()
    assert webhook["secret"].startswith("whsec_")
    assert reply.headers["location"] == f"/webhooks/{webhook['id']}"
    for path in ("/webhooks", reply.headers["location"]):
        text = (await api.get(path)).text
        assert webhook["id"] in text
        assert "whsec_" not in text


async def test_a_secret_can_be_brought_along(api):
    given = "whsec_" + "A" * 32
    assert (await made(api, secret=given)).json()["secret"] == given


@pytest.mark.parametrize(
    "asked",
    [
        {"url": "http://example.com/"},
        {"url": "https://10.0.0.8/"},
        {"url": "https://[::ffff:127.0.0.1]/"},
        {"url": "https://x.example/" + "x" * 2048},
        {"url": URL, "events": []},
        {"url": URL, "events": ["job.begun"]},
        {"url": URL, "secret": "whsec_short"},
        {"url": URL, "colour": "red"},
        {},
    ],
)
async def test_what_cannot_be_is_refused(api, asked):
    reply = await api.post("/webhooks", json=asked)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")
    assert (await api.get("/webhooks")).json() == {"webhooks": []}


async def test_a_webhook_that_is_deleted_is_gone(api):
    path = (await made(api)).headers["location"]
    assert (await api.delete(path)).status_code == 204
    for reply in (await api.get(path), await api.delete(path), await api.post(f"{path}/test")):
        assert (reply.status_code, reply.json()["type"]) == (
            404,
            "urn:factsheet:problem:unknown-webhook",
        )


async def test_the_end_of_a_job_is_posted(api):
    async with receiving() as (receiver, url):
        secret = (await made(api, url=url)).json()["secret"]
        await api.post("/companies/acme/documents", files={"files": ("a.txt", b"The Borrower")})
        reply = await api.post("/companies/acme/extract", headers={"Prefer": "wait=10"})
        received = await receiver.next()
    told = received.opened(secret)
    assert (told["type"], told["data"]["job"]) == ("job.succeeded", reply.json()["id"])
    assert (await api.get(told["data"]["links"]["result"])).status_code == 200
    assert "Borrower" not in received.body


async def test_a_test_is_posted(api):
    async with receiving() as (receiver, url):
        reply = await made(api, url=url)
        tested = await api.post(f"{reply.headers['location']}/test")
        assert tested.status_code == 202
        received = await receiver.next()
    assert received.id == tested.json()["id"]
    assert received.opened(reply.json()["secret"])["type"] == "webhook.test"


async def test_webhooks_are_off_unless_they_are_set(make_app):
    app = make_app(ApiSettings())
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api") as api,
    ):
        for reply in (await api.get("/webhooks"), await api.post("/webhooks", json={"url": URL})):
            assert (reply.status_code, reply.json()["type"]) == (
                403,
                "urn:factsheet:problem:webhooks-off",
            )
            assert "FACTSHEET_WEBHOOKS=on" in reply.json()["detail"]


async def test_this_machine_is_no_place_to_post_to_unless_that_is_set(make_app):
    app = make_app(ApiSettings(webhooks=Webhooks.ON))
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api") as api,
    ):
        for url in ("http://127.0.0.1/", "https://127.0.0.1/", "http://localhost/"):
            assert (await api.post("/webhooks", json={"url": url})).status_code == 422


async def test_attempts_are_counted(api):
    async with receiving() as (receiver, url):
        receiver.statuses = [410]
        path = (await made(api, url=url)).headers["location"]
        await api.post(f"{path}/test")
        await receiver.next()
        async with asyncio.timeout(20):
            while not (await api.get(path)).json()["given_up"]:
                continue  # the receiver does not know when its answer was taken
    text = (await api.get("/metrics")).text
    assert 'factsheet_webhook_attempts_total{fate="given_up"} 1.0' in text


async def test_another_tenants_webhook_is_none(api, jobs_path):
    async with Database(f"sqlite:///{jobs_path}") as database:
        keys = [(await KeyStore(database).add(name, "", frozenset(Scope)))[1] for name in "ab"]
    ours, theirs = ({"Authorization": f"Bearer {key}"} for key in keys)
    path = (await api.post("/webhooks", json={"url": URL}, headers=ours)).headers["location"]
    for method, to in (("GET", path), ("DELETE", path), ("POST", f"{path}/test")):
        reply = await api.request(method, to, headers=theirs)
        nowhere = await api.request(method, to.replace(path, "/webhooks/none"), headers=theirs)
        assert (reply.status_code, nowhere.status_code) == (404, 404)
        assert reply.json()["type"] == nowhere.json()["type"]
    assert (await api.get("/webhooks", headers=theirs)).json() == {"webhooks": []}
    assert (await api.get(path, headers=ours)).status_code == 200
