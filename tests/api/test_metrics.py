import pytest
from factsheet_service.core.errors import StoreUnavailable


@pytest.fixture
def sample(api):
    async def read(line):
        lines = (await api.get("/metrics")).text.splitlines()
        return [other.rpartition(" ")[2] for other in lines if other.startswith(line)]

    return read


async def test_requests_count_under_their_route(api, sample):
    await api.get("/companies/acme")
    await api.get("/companies/other")
    name = "factsheet_http_request_seconds_count"
    labels = '{method="GET",route="/companies/{company}",status="404"}'
    assert await sample(name + labels) == ["2.0"]


async def test_paths_without_a_route_do_not_become_labels(api, sample):
    await api.get("/wp-admin")
    await api.request("BREW", "/coffee")
    text = (await api.get("/metrics")).text
    assert "wp-admin" not in text
    assert "BREW" not in text


async def test_jobs_count_by_their_end(api, sample):
    await api.post("/companies/acme/documents", files={"files": ("a.txt", b"text")})
    await api.post("/companies/acme/extract", headers={"Prefer": "wait=10"})
    assert await sample('factsheet_job_seconds_count{state="succeeded"}') == ["1.0"]


async def test_live_jobs_are_shown(api, sample, held):
    await api.post("/companies/acme/documents", files={"files": ("a.txt", b"text")})
    await api.post("/companies/acme/extract")
    await held.is_begun.wait()
    assert await sample('factsheet_jobs{state="running"}') == ["1.0"]


async def test_the_queue_of_the_whole_service_is_shown(api, sample, held):
    await api.post("/companies/acme/documents", files={"files": ("a.txt", b"text")})
    for _ in range(4):
        await api.post("/companies/acme/extract")
    await held.is_begun.wait()
    jobs = [
        await sample(f'factsheet_service_jobs{{state="{state}"}}')
        for state in ("queued", "running")
    ]
    assert sum(float(number) for (number,) in jobs) == 4
    assert float(jobs[0][0]) >= 2
    assert await sample("factsheet_service_queue_seconds") == ["0.0"]
    assert await sample("factsheet_webhook_messages ") == ["0.0"]


async def test_what_the_database_cannot_tell_is_no_number(api, sample, monkeypatch):
    async def away(_database):
        raise StoreUnavailable("away")

    monkeypatch.setattr("factsheet_service.api.running.standing", away)
    assert await sample("factsheet_service_queue_seconds") == ["NaN"]
    assert len(await sample("factsheet_http_request_seconds_count")) == 1
