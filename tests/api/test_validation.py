import pytest
from factsheet_schemas import ExtractOptions
from factsheet_service.api.validation import allowed_fields


async def refused(api, body):
    reply = await api.post("/companies/acme/extract", json=body)
    assert reply.status_code == 422
    return reply.json()["errors"][0]


async def test_an_unknown_field_is_named_with_the_one_that_was_meant(api):
    error = await refused(api, {"pre_set": "fast"})
    assert error["field"] == "body.pre_set"
    assert "did you mean 'preset'?" in error["message"]


async def test_an_unknown_field_like_no_other_is_answered_with_all(api):
    error = await refused(api, {"zzz": 1})
    assert "schema, engine, preset, settings" in error["message"]


async def test_an_unknown_field_inside_is_named_by_its_path(api):
    error = await refused(api, {"settings": {"deep_caps": 1}})
    assert error["field"] == "body.settings.deep_caps"
    assert "did you mean 'deep_cap'?" in error["message"]


async def test_a_wrong_option_is_answered_with_the_right_ones(api):
    error = await refused(api, {"preset": "slow"})
    assert "'full', 'balanced', 'fast'" in error["message"]


async def test_what_was_sent_is_not_repeated(api):
    reply = await api.post("/companies/acme/extract", json={"preset": "secret words"})
    assert "secret words" not in reply.text


async def test_broken_json_is_told_by_its_place(api):
    headers = {"content-type": "application/json"}
    reply = await api.post("/companies/acme/extract", content=b'{"a": }', headers=headers)
    assert reply.json()["errors"][0]["message"].startswith("not JSON at character 6")


async def test_a_company_id_that_is_none_is_told_what_is_one(api):
    reply = await api.get("/companies/a b")
    assert reply.json()["errors"][0]["field"] == "path.company"
    assert "at most 64" in reply.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("path", "some"), [((), "schema"), (("budget",), "calls"), (("settings",), "deep_cap")]
)
def test_allowed_fields_follow_the_path(path, some):
    assert some in allowed_fields(ExtractOptions, path)


def test_nothing_is_allowed_below_a_plain_value():
    assert allowed_fields(ExtractOptions, ("engine",)) == ()
