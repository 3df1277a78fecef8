import pytest
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.access import Scope
from factsheet_service.stores.database import Database
from factsheet_service.stores.keys import KeyStore


class TestWithAKey:
    @pytest.fixture
    def settings(self):
        return ApiSettings(api_key="open sesame")

    @pytest.mark.parametrize("given", [None, "Bearer wrong", "Basic open sesame", "Bearer"])
    async def test_without_the_right_key_nothing_is_told(self, api, given):
        for path in ("/companies", "/jobs", "/jobs/x/events", "/schemas"):
            reply = await api.get(path, headers={"Authorization": given} if given else {})
            assert reply.status_code == 401
            assert reply.headers["WWW-Authenticate"] == "Bearer"
            assert reply.json()["type"] == "urn:factsheet:problem:unauthorized"

    async def test_the_right_key_opens(self, api):
        headers = {"Authorization": "Bearer open sesame"}
        assert (await api.get("/companies", headers=headers)).status_code == 200

    @pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
    async def test_probes_need_no_key(self, api, path):
        assert (await api.get(path)).status_code == 200


class TestScopes:
    @pytest.fixture
    async def sent(self, api, jobs_path):
        """Sends a request with a new key of the scopes given."""

        async def send(method, path, *scopes, **parts):
            async with Database(f"sqlite:///{jobs_path}") as database:
                _, key = await KeyStore(database).add("bank", "test", frozenset(scopes))
            return await api.request(
                method, path, headers={"Authorization": f"Bearer {key}"}, **parts
            )

        return send

    @pytest.mark.parametrize(
        ("method", "path", "scope"),
        [
            ("GET", "/companies", Scope.READ),
            ("PUT", "/companies/acme", Scope.WRITE),
            ("POST", "/jobs/x/cancel", Scope.WRITE),
        ],
    )
    async def test_a_key_without_the_scope_is_told_which_it_lacks(self, sent, method, path, scope):
        reply = await sent(method, path, *set(Scope) - {scope})
        assert reply.status_code == 403
        assert reply.json()["type"] == "urn:factsheet:problem:forbidden"
        assert f"a key with the scope {scope};" in reply.json()["detail"]
        assert (await sent(method, path, scope)).status_code != 403

    async def test_a_tenants_key_shows_its_own_companies(self, sent, operations):
        operations.workspace.of("bank").create("own")
        operations.workspace.create("another")
        assert (await sent("GET", "/companies", Scope.READ)).json()["companies"] == ["own"]


class TestRates:
    @pytest.fixture
    def settings(self):
        return ApiSettings(rate_per_key="2/hour")

    async def test_too_many_requests_are_told_how_long_to_wait(self, api):
        replies = [await api.get("/companies") for _ in range(3)]
        assert [reply.status_code for reply in replies] == [200, 200, 429]
        assert [reply.headers["RateLimit"].split(";t=")[0] for reply in replies] == [
            '"key";r=1',
            '"key";r=0',
            '"key";r=0',
        ]
        assert replies[2].headers["RateLimit-Policy"] == '"key";q=2;w=3600'
        assert 0 < int(replies[2].headers["Retry-After"]) <= 7200
        assert replies[2].json()["type"] == "urn:factsheet:problem:rate-exceeded"

    async def test_probes_are_not_counted(self, api):
        assert {(await api.get("/livez")).status_code for _ in range(5)} == {200}


def test_settings_do_not_show_the_key():
    assert "sesame" not in repr(ApiSettings(api_key="open sesame"))
