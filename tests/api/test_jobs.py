import asyncio

import httpx2
import pytest


@pytest.fixture
def start(api):
    """Starts an extraction of a company with one document; the job."""

    async def started(company="acme", **headers):
        files = {"files": ("a.txt", b"text")}
        await api.post(f"/companies/{company}/documents", files=files)
        return (await api.post(f"/companies/{company}/extract", headers=headers)).json()

    return started


async def test_a_running_job_tells_its_stage_and_its_files(api, start, held):
    job = await start()
    await held.is_begun.wait()
    progress = (await api.get(f"/jobs/{job['id']}")).json()["progress"]
    assert progress == {
        "stage": "sweep",
        "done": 1,
        "total": 4,
        "files": [{"name": "a.txt", "status": "ok", "reason": None, "pages": 1}],
    }


async def test_an_unchanged_job_is_not_sent_again(api, start, held):
    job = await start()
    await held.is_begun.wait()
    first = await api.get(f"/jobs/{job['id']}")
    again = await api.get(f"/jobs/{job['id']}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    held.gate.set()
    await api.get(f"/jobs/{job['id']}/events")
    later = await api.get(f"/jobs/{job['id']}", headers={"If-None-Match": first.headers["ETag"]})
    assert later.json()["state"] == "succeeded"


async def test_the_result_is_the_record_and_stays(api, start):
    job = await start(Prefer="wait=10")
    for _ in range(2):
        record = (await api.get(f"/jobs/{job['id']}/result")).json()
        assert record["run"]["id"] == job["run_id"]
        assert record["facilities"][0]["fields"]["spread_pct"]["value"] == 2.25


async def test_the_result_comes_in_other_formats_as_a_file(api, start):
    job = await start(Prefer="wait=10")
    reply = await api.get(f"/jobs/{job['id']}/result", params={"format": "csv"})
    assert reply.text == "Loans,acme,csv"
    assert reply.headers["content-type"].startswith("text/csv")
    assert reply.headers["content-disposition"] == 'attachment; filename="acme-run-1.csv"'


async def test_a_data_set_comes_as_an_archive(api, start):
    job = await start(Prefer="wait=10")
    reply = await api.get(f"/jobs/{job['id']}/result", params={"format": "psych-ds"})
    assert reply.headers["content-disposition"].endswith('filename="acme-run-1.psych-ds.zip"')


async def test_a_job_that_runs_has_no_result_yet(api, start, held):
    job = await start()
    reply = await api.get(f"/jobs/{job['id']}/result")
    assert (reply.status_code, reply.json()["type"]) == (
        409,
        "urn:factsheet:problem:job-not-finished",
    )


async def test_a_failed_job_has_no_result_but_a_reason(api, start, operations):
    operations.error = ValueError("The Borrower shall")
    job = await start(Prefer="wait=10")
    reply = await api.get(f"/jobs/{job['id']}/result")
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:factsheet:problem:no-result")
    assert "unexpected ValueError" in reply.json()["detail"]


async def test_a_record_with_gaps_is_a_partial_success(api, start, operations):
    operations.is_complete = False
    job = await start(Prefer="wait=10")
    assert job["state"] == "partial"
    assert (await api.get(f"/jobs/{job['id']}/result")).status_code == 200


async def test_cancelling_stops_a_running_job_and_can_be_repeated(api, start, held):
    job = await start()
    await held.is_begun.wait()
    assert (await api.post(f"/jobs/{job['id']}/cancel")).status_code == 202
    await api.get(f"/jobs/{job['id']}/events")
    again = await api.post(f"/jobs/{job['id']}/cancel")
    assert (again.status_code, again.json()["state"]) == (202, "cancelled")


async def test_lists_page_by_page_with_links(api, start):
    ids = [(await start(Prefer="wait=10"))["id"] for _ in range(3)]
    first = await api.get("/jobs?limit=2&company=acme")
    second = await api.get(first.links["next"]["url"])
    assert [job["id"] for job in first.json()["jobs"] + second.json()["jobs"]] == ids[::-1]
    assert "next" not in second.links


async def test_a_list_shows_live_progress(api, start, held):
    await start()
    await held.is_begun.wait()
    assert (await api.get("/jobs")).json()["jobs"][0]["progress"]["stage"] == "sweep"


async def read_events(reply, until):
    """Events as (id, name, data), until one is named or holds ``until``."""
    found = []
    async for event in httpx2.EventSource(reply):
        found.append(event)
        if until in (event.event, event.json()["progress"]["done"]):
            break
    return found


class TestEventsOverARealServer:
    @pytest.fixture
    async def http(self, url):
        async with httpx2.AsyncClient(base_url=url) as http:
            yield http

    @pytest.fixture
    async def events(self, http, held):
        files = {"files": ("a.txt", b"text")}
        await http.post("/companies/acme/documents", files=files)
        job = (await http.post("/companies/acme/extract")).json()
        await held.is_begun.wait()
        return f"/jobs/{job['id']}/events"

    async def test_events_arrive_while_the_job_runs(self, http, events, held):
        async with asyncio.timeout(10), http.stream("GET", events) as reply:
            found = await read_events(reply, until=1)
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert found[-1].json()["state"] == "running"
        assert not held.gate.is_set()

    async def test_the_last_event_is_the_end(self, http, events, held):
        async with asyncio.timeout(10), http.stream("GET", events) as reply:
            held.gate.set()
            found = await read_events(reply, until="end")
        assert [event.event for event in found] == ["job", "end"]
        assert found[-1].json()["state"] == "succeeded"

    async def test_ids_grow(self, http, events, held):
        async with asyncio.timeout(10), http.stream("GET", events) as reply:
            held.gate.set()
            found = await read_events(reply, until="end")
        assert int(found[0].id) < int(found[1].id)

    async def test_resuming_does_not_repeat_what_was_seen(self, http, events, held):
        async with asyncio.timeout(10), http.stream("GET", events) as reply:
            seen = (await read_events(reply, until=1))[-1].id
        resume = {"Last-Event-ID": seen}
        async with asyncio.timeout(10), http.stream("GET", events, headers=resume) as reply:
            held.gate.set()
            found = await read_events(reply, until="end")
        assert [event.event for event in found] == ["end"]

    async def test_a_stream_of_an_ended_job_tells_the_end(self, http, events, held):
        held.gate.set()
        async with asyncio.timeout(10):
            await http.get(events)
            again = await http.get(events, headers={"Last-Event-ID": "nonsense"})
        assert again.text.count("event: end") == 1
