import pytest
from factsheet_service.api.context import is_key
from factsheet_service.api.settings import ApiSettings
from pydantic import SecretStr


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


async def test_without_a_key_openapi_asks_for_none(api):
    operation = (await api.get("/openapi.json")).json()["paths"]["/companies"]["get"]
    assert "security" not in operation


def test_keys_beyond_ascii_compare():
    assert is_key("ключ", SecretStr("ключ"))
    assert not is_key("ключ", SecretStr("kлюч"))


def test_settings_do_not_show_the_key():
    assert "sesame" not in repr(ApiSettings(api_key="open sesame"))
