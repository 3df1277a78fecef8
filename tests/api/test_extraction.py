import asyncio

import pytest
from factsheet_schemas import ExtractOptions
from factsheet_service.api.settings import ApiSettings
from factsheet_service.api.waiting import wished_wait


@pytest.fixture
async def company(api):
    files = [("files", ("a.txt", b"first")), ("files", ("b.txt", b"second"))]
    reply = await api.post("/companies/acme/documents", files=files)
    return reply.json()["documents"]


async def extract(api, body=None, **headers):
    return await api.post("/companies/acme/extract", json=body or {}, headers=headers)


async def test_starting_answers_with_the_jobs_address(api, company, held):
    reply = await extract(api)
    assert reply.status_code == 202
    assert reply.headers["Location"] == f"/jobs/{reply.json()['id']}"
    assert reply.headers["Retry-After"] == "2"
    assert (await api.get(reply.headers["Location"])).json()["company"] == "acme"


async def test_no_body_means_the_defaults(api, company, operations):
    await api.post("/companies/acme/extract", headers={"Prefer": "wait=10"})
    asked = operations.extracted[0][1]
    assert asked.model_copy(update={"documents": None}) == ExtractOptions()


class TestWithAnEngineOfItsOwn:
    @pytest.fixture
    def settings(self):
        return ApiSettings(default_engine="vllm")

    async def test_a_request_without_engine_gets_the_servers(self, api, company):
        assert (await extract(api)).json()["options"]["engine"] == "vllm"

    async def test_a_request_with_an_engine_gets_that(self, api, company):
        assert (await extract(api, {"engine": "lexical"})).json()["options"]["engine"] == "lexical"


async def test_waiting_answers_with_the_ended_job(api, company):
    reply = await extract(api, Prefer="respond-async, wait=10")
    assert reply.status_code == 200
    assert reply.headers["Preference-Applied"] == "wait=10"
    assert reply.json()["state"] == "succeeded"


class TestShortWaits:
    @pytest.fixture
    def settings(self):
        return ApiSettings(max_wait_s=0.01)

    async def test_a_wait_that_is_too_short_answers_with_the_running_job(self, api, company, held):
        reply = await extract(api, Prefer="wait=10")
        assert reply.status_code == 202
        assert reply.headers["Preference-Applied"] == "wait=0.01"
        assert reply.json()["finished_at"] is None


async def test_a_job_is_pinned_to_the_documents_as_they_are(api, company, operations):
    job = (await extract(api, Prefer="wait=10")).json()
    assert job["documents"] == {document["id"]: document["sha256"] for document in company}
    assert operations.extracted[0][1].documents == tuple(job["documents"])


async def test_documents_can_be_chosen_by_id_or_name(api, company):
    first, second = company
    by_id = (await extract(api, {"documents": [first["id"]]})).json()
    by_name = (await extract(api, {"documents": [second["name"]]})).json()
    assert list(by_id["documents"]) == [first["id"]]
    assert list(by_name["documents"]) == [second["id"]]


async def test_options_reach_the_run(api, company, operations):
    body = {"preset": "fast", "groups": ["terms"], "lender_of_interest": {"name": "Bank"}}
    await extract(api, body, Prefer="wait=10")
    asked = operations.extracted[0][1]
    assert asked.model_dump(mode="json", include={*body}) | {"groups": ["terms"]} == {
        **body,
        "lender_of_interest": {"name": "Bank", "aliases": []},
    }


@pytest.mark.parametrize(
    ("body", "remedy"),
    [
        ({"schema": "nope"}, "known are credit_facility"),
        ({"schema": "/etc"}, "known are credit_facility"),
        ({"engine": "nope"}, "known are lexical, vllm"),
        ({"groups": ["nope"]}, "known are terms"),
        ({"fields": ["nope"]}, "known are loan_name, spread_pct"),
    ],
)
async def test_what_would_fail_later_is_refused_now(api, company, body, remedy):
    reply = await extract(api, body)
    assert reply.status_code == 422
    assert remedy in reply.json()["detail"]


async def test_an_empty_list_of_documents_is_not_all_of_them(api, company):
    reply = await extract(api, {"documents": []})
    assert (reply.status_code, "leave it out" in reply.json()["detail"]) == (422, True)


async def test_an_unknown_document_is_refused(api, company):
    assert (await extract(api, {"documents": ["nope"]})).status_code == 404


async def test_a_company_without_documents_has_nothing_to_extract(api):
    await api.put("/companies/acme")
    reply = await extract(api)
    assert reply.status_code == 422
    assert reply.json()["type"].endswith("no-documents")


class TestTheSameRequestAgain:
    async def test_it_is_the_same_job(self, api, company, held):
        replies = [await extract(api, **{"Idempotency-Key": "k 1"}) for _ in range(2)]
        assert [reply.status_code for reply in replies] == [202, 202]
        assert replies[0].headers["Location"] == replies[1].headers["Location"]
        assert len((await api.get("/jobs")).json()["jobs"]) == 1

    async def test_it_is_answered_with_the_ended_job_when_that_has_ended(self, api, company):
        headers = {"Idempotency-Key": "k1", "Prefer": "wait=10"}
        replies = [await extract(api, **headers) for _ in range(2)]
        assert [reply.status_code for reply in replies] == [200, 200]
        assert replies[0].json() == replies[1].json()

    async def test_files_that_came_meanwhile_make_no_other_request_of_it(self, api, company):
        first = await extract(api, **{"Idempotency-Key": "k1"})
        await api.post("/companies/acme/documents", files={"files": ("c.txt", b"third")})
        second = await extract(api, **{"Idempotency-Key": "k1"})
        assert second.json()["documents"] == first.json()["documents"]
        third = await extract(api, **{"Idempotency-Key": "k2"})
        assert len(third.json()["documents"]) == 3

    async def test_another_request_with_its_key_is_refused(self, api, company):
        await api.post("/companies/other/documents", files={"files": ("a.txt", b"first")})
        await extract(api, {"preset": "fast"}, **{"Idempotency-Key": "k1"})
        other = {"headers": {"Idempotency-Key": "k1"}, "json": {"preset": "fast"}}
        for reply in (
            await extract(api, {"preset": "full"}, **{"Idempotency-Key": "k1"}),
            await api.post("/companies/other/extract", **other),
        ):
            assert reply.status_code == 422
            assert reply.json()["type"] == "urn:factsheet:problem:key-reused"

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "ключ".encode()])
    async def test_a_key_is_printable_and_not_too_long(self, api, company, key):
        reply = await extract(api, **{"Idempotency-Key": key})
        assert reply.status_code == 422
        assert (await api.get("/jobs")).json()["jobs"] == []

    @pytest.mark.parametrize("key", ["k", "x" * 255, "a b"])
    async def test_other_keys_are_taken(self, api, company, key):
        assert (await extract(api, **{"Idempotency-Key": key})).status_code == 202


class TestAShareOfTheQueue:
    @pytest.fixture
    def settings(self):
        return ApiSettings(max_queued_per_tenant=1)

    async def test_one_job_too_many_is_asked_to_come_again(self, api, company, held):
        first = await extract(api, **{"Idempotency-Key": "k1"})
        full = await extract(api)
        assert full.status_code == 429
        assert full.headers["Retry-After"] == "2"
        assert full.json()["type"] == "urn:factsheet:problem:share-full"
        again = await extract(api, **{"Idempotency-Key": "k1"})  # no new job
        assert again.json()["id"] == first.json()["id"]


class TestACeiling:
    @pytest.fixture
    def settings(self):
        return ApiSettings(max_budget={"minutes": 60, "calls": 500})

    async def test_it_holds_where_nothing_was_asked(self, api, company):
        options = (await extract(api, {"budget": {"calls": 10}})).json()["options"]
        assert options["budget"] == {"calls": 10, "tokens": None, "minutes": 60.0}

    async def test_more_is_refused_with_its_name(self, api, company):
        reply = await extract(api, {"budget": {"minutes": 61}})
        assert reply.status_code == 422
        assert reply.json()["detail"] == "body.budget.minutes: this server allows 60 at most"


class TestFullQueue:
    @pytest.fixture
    def settings(self):
        return ApiSettings(max_jobs_running=1, max_jobs_queued=1)

    async def test_one_job_too_many_is_asked_to_come_again(self, api, company, held):
        replies = [await extract(api) for _ in range(3)]
        assert [reply.status_code for reply in replies] == [202, 202, 503]
        assert replies[2].headers["Retry-After"] == "2"

    async def test_no_more_jobs_run_at_once_than_allowed(self, api, company, held):
        first, second = [(await extract(api)).json()["id"] for _ in range(2)]
        await held.is_begun.wait()
        assert (await api.get(f"/jobs/{first}")).json()["state"] == "running"
        assert (await api.get(f"/jobs/{second}")).json()["state"] == "queued"
        assert len(held.extracted) == 1
        held.gate.set()
        async with asyncio.timeout(10):
            await api.get(f"/jobs/{second}/events")
        assert len(held.extracted) == 2


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=10", 10),
        ("respond-async, wait=5", 5),
        ("respond-async; wait = 7", 7),
        ("respond-async", None),
        ("await=3", None),
        ("wait=soon", None),
        (None, None),
    ],
)
def test_the_wait_preference_is_read_as_rfc_7240_writes_it(prefer, seconds):
    assert wished_wait(prefer) == seconds
