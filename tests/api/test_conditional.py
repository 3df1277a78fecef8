import pytest
from factsheet_service.api.conditional import etag_of, is_known

TAG = etag_of(b"x")


@pytest.mark.parametrize(
    ("if_none_match", "is_it"),
    [
        (None, False),
        ("", False),
        (TAG, True),
        (f"W/{TAG}", True),
        (f'"other", {TAG}', True),
        (f'W/"a,b" ,W/{TAG}', True),
        ("*", True),
        (" * ", True),
        ('"*"', False),
        ('"other"', False),
        (TAG.strip('"'), False),
    ],
)
def test_tags_are_compared_as_rfc_9110_says(if_none_match, is_it):
    assert is_known(if_none_match, TAG) is is_it


@pytest.fixture
async def paths(api):
    """Paths of everything that is read, after one run."""
    await api.post("/companies/acme/documents", files={"files": ("a.txt", b"text")})
    job = (await api.post("/companies/acme/extract", headers={"Prefer": "wait=10"})).json()
    await api.put("/schemas/own", json={"type": "object", "properties": {"a": {"type": "string"}}})
    return [
        "/companies",
        "/companies/acme",
        "/companies/acme/documents",
        "/jobs",
        f"/jobs/{job['id']}",
        f"/jobs/{job['id']}/result",
        f"/jobs/{job['id']}/result?format=csv",
        "/schemas",
        "/schemas/own",
        "/schemas/own/json-schema",
    ]


async def test_whatever_is_read_is_not_sent_again_unchanged(api, paths):
    for path in paths:
        first = await api.get(path)
        tag = first.headers["ETag"]
        assert not tag.startswith("W/")
        again = await api.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["ETag"] == tag
        assert "content-length" not in again.headers
        other = await api.get(path, headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


async def test_what_has_changed_is_sent(api, paths):
    tag = (await api.get("/companies")).headers["ETag"]
    await api.put("/companies/another")
    reply = await api.get("/companies", headers={"If-None-Match": tag})
    assert reply.json()["companies"] == ["acme", "another"]


async def test_an_error_has_no_tag_and_a_star_does_not_hide_it(api):
    reply = await api.get("/companies/nobody", headers={"If-None-Match": "*"})
    assert (reply.status_code, "ETag" in reply.headers) == (404, False)
