import asyncio

import pytest
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.access import ALL_SCOPES, Scope
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database
from factsheet_service.stores.keys import KeyStore
from factsheet_service.stores.ledger import Owned, ledger
from factsheet_service.stores.memo import AnswerMemo

OPERATOR = {"Authorization": "Bearer operator"}


@pytest.fixture
async def database(api, jobs_path):
    async with Database(f"sqlite:///{jobs_path}") as opened:
        yield opened


async def start(api, company="acme", **headers):
    await api.post(f"/companies/{company}/documents", files={"files": ("a.txt", b"text")})
    return (await api.post(f"/companies/{company}/extract", headers=headers)).json()


async def pay(database, tenant, company):
    memo = AnswerMemo(database).of(Payer(tenant, company, "job"))
    await memo.keep(f"{tenant} {company}", PaidCall("{}"))


async def num_paid(database, tenant, company):
    return (await ledger(database, Owned(tenant, company))).calls


class TestAJob:
    async def test_it_goes_with_its_record_and_its_events(self, api, operations):
        job = await start(api, Prefer="wait=10")
        assert (await api.delete(f"/jobs/{job['id']}")).status_code == 204
        for path in ("", "/events", "/result"):
            assert (await api.get(f"/jobs/{job['id']}{path}")).status_code == 404
        assert (await api.delete(f"/jobs/{job['id']}")).status_code == 404
        assert operations.workspace.company("acme").runs() == ()

    async def test_others_of_the_company_stay(self, api):
        first, second = [await start(api, Prefer="wait=10") for _ in range(2)]
        await api.delete(f"/jobs/{first['id']}")
        assert (await api.get(f"/jobs/{second['id']}/result")).status_code == 200
        assert (await api.get("/companies/acme")).json()["runs"] == [second["run_id"]]

    async def test_one_that_runs_is_stopped_first(self, api, held):
        job = await start(api)
        await held.is_begun.wait()
        async with asyncio.timeout(10):
            assert (await api.delete(f"/jobs/{job['id']}")).status_code == 204
        assert (await api.get("/jobs")).json()["jobs"] == []
        assert (await api.get("/readyz")).json()["jobs"] == {"queued": 0, "running": 0}


class TestAJobThatDoesNotStop:
    @pytest.fixture
    def settings(self):
        return ApiSettings(erase_wait_s=0.01)

    async def test_nothing_is_erased_and_asking_again_is_asked_for(
        self, api, held, operations, monkeypatch
    ):
        job = await start(api)
        await held.is_begun.wait()
        runner = api._transport.app.state.context.runner

        async def not_yet(job_id, tenant=""):
            return await runner.get(job_id, tenant)

        monkeypatch.setattr(runner, "cancel", not_yet)
        for path in (f"/jobs/{job['id']}", "/companies/acme"):
            reply = await api.delete(path)
            assert (reply.status_code, reply.headers["Retry-After"]) == (409, "2")
            assert reply.json()["type"] == "urn:factsheet:problem:not-erased"
        assert (await api.get("/companies/acme")).status_code == 200


class TestACompany:
    async def test_all_of_it_goes_and_nothing_of_others(self, api, operations, database):
        mine, other = (
            await start(api, Prefer="wait=10"),
            await start(api, "other", Prefer="wait=10"),
        )
        for company in ("acme", "other"):
            await pay(database, "", company)
        assert (await api.delete("/companies/acme")).status_code == 204
        assert [await num_paid(database, "", company) for company in ("acme", "other")] == [0, 1]
        assert (await api.get(f"/jobs/{mine['id']}")).status_code == 404
        assert (await api.get(f"/jobs/{other['id']}/result")).status_code == 200
        assert (await api.get("/companies")).json()["companies"] == ["other"]
        assert not [path for path in operations.workspace.root.rglob("*") if "acme" in str(path)]
        assert (await api.delete("/companies/acme")).status_code == 404

    async def test_its_jobs_are_stopped_first(self, api, held):
        for _ in range(3):
            await start(api)
        await held.is_begun.wait()
        async with asyncio.timeout(20):
            assert (await api.delete("/companies/acme")).status_code == 204
        assert (await api.get("/jobs")).json()["jobs"] == []

    async def test_erasing_goes_on_where_it_broke_off(self, api, operations, database):
        await start(api, Prefer="wait=10")
        operations.workspace.erase("acme")
        assert (await api.delete("/companies/acme")).status_code == 204
        await pay(database, "", "acme")
        assert (await api.delete("/companies/acme")).status_code == 204
        assert (await api.delete("/companies/acme")).status_code == 404

    async def test_erasing_it_twice_at_once_does_no_harm(self, api, held):
        for _ in range(2):
            await start(api)
        replies = await asyncio.gather(*(api.delete("/companies/acme") for _ in range(2)))
        assert {reply.status_code for reply in replies} <= {204, 404}
        assert {reply.json()["type"][-15:] for reply in replies if reply.status_code == 404} <= {
            "unknown-company"
        }
        assert (await api.get("/companies/acme")).status_code == 404

    async def test_its_name_can_be_used_anew(self, api):
        await start(api, Prefer="wait=10")
        await api.delete("/companies/acme")
        job = await start(api, Prefer="wait=10")
        assert (await api.get("/companies/acme")).json()["runs"] == [job["run_id"]]


class TestATenant:
    @pytest.fixture
    def settings(self):
        return ApiSettings(api_key="operator")

    @pytest.fixture
    async def key_of(self, database):
        async def key(tenant, scopes=ALL_SCOPES):
            _, secret = await KeyStore(database).add(tenant, "test", scopes)
            return {"Authorization": f"Bearer {secret}"}

        return key

    @pytest.fixture
    async def acme(self, api, key_of, database, operations):
        """The headers of a tenant that has a company, a schema, a run and an answer."""
        headers = await key_of("acme")
        await api.post(
            "/companies/c/documents", files={"files": ("a.txt", b"text")}, headers=headers
        )
        schema = {"type": "object", "properties": {"a": {"type": "string"}}}
        await api.put("/schemas/own", json=schema, headers=headers)
        operations.gate.set()
        await api.post("/companies/c/extract", headers=headers | {"Prefer": "wait=10"})
        await pay(database, "acme", "c")
        return headers

    async def test_all_of_it_goes_and_its_keys_open_nothing(self, api, acme, database, operations):
        assert (await api.delete("/tenants/acme", headers=OPERATOR)).status_code == 204
        assert await num_paid(database, "acme", "c") == 0
        assert operations.of("acme").workspace.companies() == ()
        assert operations.of("acme").schemas.registered() == ()
        assert (await api.get("/jobs", headers=OPERATOR)).json()["jobs"] == []
        again = await api.delete("/tenants/acme", headers=OPERATOR)
        assert (again.status_code, again.json()["type"][-14:]) == (404, "unknown-tenant")

    async def test_its_own_key_may_erase_it(self, api, acme):
        assert (await api.delete("/tenants/acme", headers=acme)).status_code == 204

    async def test_another_tenants_key_may_not(self, api, acme, key_of, operations):
        rival = await key_of("rival")
        replies = [
            await api.delete(f"/tenants/{tenant}", headers=rival) for tenant in ("acme", "none")
        ]
        assert [reply.status_code for reply in replies] == [404, 404]
        assert replies[0].text.replace("acme", "none") == replies[1].text
        assert operations.of("acme").workspace.companies() == ("c",)

    async def test_it_takes_the_scope_admin(self, api, acme, key_of):
        eraser = await key_of("acme", ALL_SCOPES - {Scope.ADMIN})
        reply = await api.delete("/tenants/acme", headers=eraser)
        assert (reply.status_code, "scope admin" in reply.text) == (403, True)
