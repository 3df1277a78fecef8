"""Both clients against the app behind a real server; the blocking one works in a thread."""

import asyncio
import inspect

import httpx2
import pytest
from factsheet import (
    AsyncClient,
    Client,
    Conflict,
    ConnectionFailed,
    InvalidRequest,
    JobCancelled,
    JobFailed,
    JobState,
    NotFound,
    Patience,
    Unauthorized,
    WaitTimeout,
)
from factsheet_schemas import Record
from factsheet_service.api.settings import ApiSettings
from factsheet_service.core.errors import EngineUnavailable

HASTY = Patience(retry_pauses_s=(0, 0), poll_s=0.01)


class Threaded:
    """The blocking client with methods to await, so that both clients pass the same tests."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name):
        method = getattr(self._client, name)

        async def call(*args, **named):
            return await asyncio.to_thread(method, *args, **named)

        return call


@pytest.fixture(params=["blocking", "async"])
async def fs(request, url):
    # Reading the certificates takes longer than most tests, and plain HTTP needs none.
    if request.param == "async":
        transport = httpx2.AsyncHTTPTransport(verify=False)
        async with AsyncClient(url, patience=HASTY, transport=transport) as client:
            yield client
    else:
        transport = httpx2.HTTPTransport(verify=False)
        with Client(url, patience=HASTY, transport=transport) as client:
            yield Threaded(client)


@pytest.fixture
def folder(tmp_path):
    for name in ("a.txt", "2030/b.txt", ".hidden/c.txt", "2030/.d.txt"):
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")
    return tmp_path / "docs"


async def test_the_five_lines_of_the_readme(url, folder):
    def five_lines():
        with Client(url) as fs:
            fs.upload("norrvind", folder)
            record = fs.extract("norrvind")
            return record.facilities[0].fields["spread_pct"].value

    assert await asyncio.to_thread(five_lines) == 2.25


async def test_a_folder_goes_up_with_all_below_it(fs, folder):
    documents = await fs.upload("acme", folder)
    assert [document.name for document in documents] == ["2030/b.txt", "a.txt"]


async def test_single_files_go_up_by_their_names(fs, folder):
    await fs.upload("acme", folder / "a.txt", str(folder / "2030" / "b.txt"))
    assert [document.name for document in await fs.documents("acme")] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("path", ["nowhere", "docs/empty"])
async def test_a_path_without_files_is_an_error_before_anything_is_sent(fs, folder, path):
    (folder / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match=path):
        await fs.upload("acme", folder, folder.parent / path)
    assert await fs.companies() == ()


async def test_companies_and_documents_come_and_go(fs, folder):
    await fs.upload("acme", folder)
    assert await fs.companies() == ("acme",)
    await fs.delete_document("acme", "2030/b.txt")
    assert (await fs.company("acme")).documents == 1


async def test_the_record_is_typed(fs, folder):
    await fs.upload("acme", folder)
    record = await fs.extract("acme", preset="fast", lender_of_interest={"name": "Bank"})
    assert isinstance(record, Record)
    assert record.company == "acme"


async def test_options_reach_the_server(fs, folder, operations):
    await fs.upload("acme", folder)
    await fs.extract("acme", schema="credit_facility", groups=["terms"], documents=["a.txt"])
    asked = operations.extracted[0][1]
    assert (asked.schema_name, asked.groups, len(asked.documents)) == (
        "credit_facility",
        ("terms",),
        1,
    )


async def test_waiting_tells_each_change_up_to_the_end(fs, folder, held):
    await fs.upload("acme", folder)
    job = await fs.start("acme")
    heard = []

    def note(job):
        heard.append((job.version, job.state, job.progress.done))
        if job.progress.done == 1:
            loop.call_soon_threadsafe(held.gate.set)

    loop = asyncio.get_running_loop()
    await fs.wait(job.id, progress=note)
    assert (JobState.RUNNING, 1) in [told[1:] for told in heard]
    assert heard[-1][1] is JobState.SUCCEEDED
    assert len(heard) == len(set(heard))


async def test_waiting_ends_after_its_time_and_the_job_goes_on(fs, folder, held):
    await fs.upload("acme", folder)
    with pytest.raises(WaitTimeout) as caught:
        await fs.extract("acme", timeout_s=0.05)
    held.gate.set()
    job = await fs.wait(caught.value.job.id, timeout_s=10)
    assert job.state is JobState.SUCCEEDED


async def test_a_cancelled_job_ends_the_wait(fs, folder, held):
    await fs.upload("acme", folder)
    job = await fs.start("acme")
    await held.is_begun.wait()
    await fs.cancel(job.id)
    with pytest.raises(JobCancelled):
        await fs.wait(job.id)
    assert (await fs.job(job.id)).state is JobState.CANCELLED


async def test_a_failed_job_says_why(fs, folder, operations):
    operations.error = EngineUnavailable("no answer from http://gpu:8000")
    await fs.upload("acme", folder)
    with pytest.raises(JobFailed, match="no answer from http://gpu:8000") as caught:
        await fs.extract("acme")
    assert caught.value.job.problem.status == 503


async def test_downloads_are_files(fs, folder, tmp_path):
    await fs.upload("acme", folder)
    job = await fs.wait((await fs.start("acme")).id)
    path = await fs.download(job.id, tmp_path / "out.csv")
    assert path.read_text() == "Loans,acme,csv"
    await fs.download(job.id, tmp_path / "out.json")
    assert Record.model_validate_json((tmp_path / "out.json").read_bytes()).company == "acme"


async def test_a_download_of_another_format_is_refused(fs, tmp_path):
    with pytest.raises(ValueError, match=r"\.json, \.csv, \.xlsx or \.zip"):
        await fs.download("x", tmp_path / "out.pdf")


async def test_results_come_by_job(fs, folder, held):
    await fs.upload("acme", folder)
    job = await fs.start("acme")
    with pytest.raises(Conflict) as caught:
        await fs.result(job.id)
    assert caught.value.problem.type == "urn:factsheet:problem:job-not-finished"
    held.gate.set()
    await fs.wait(job.id)
    assert (await fs.result(job.id)).company == "acme"


async def test_jobs_are_listed_over_pages(fs, folder, monkeypatch):
    monkeypatch.setattr("factsheet.flows.MAX_PAGE", 2)
    await fs.upload("acme", folder)
    ids = [(await fs.start("acme")).id for _ in range(5)]
    assert [job.id for job in await fs.jobs("acme", limit=5)] == ids[::-1]
    assert len(await fs.jobs(limit=3)) == 3


async def test_schemas_are_listed_and_shown(fs):
    assert [schema.name for schema in await fs.schemas()] == ["credit_facility"]
    assert "spread_pct" in (await fs.schema("credit_facility")).by_key


async def test_what_is_not_there_is_not_found(fs):
    for ask in (fs.company, fs.job, fs.schema, fs.documents):
        with pytest.raises(NotFound, match="404"):
            await ask("nope")


async def test_a_refused_request_names_the_field(fs, folder):
    await fs.upload("acme", folder)
    with pytest.raises(InvalidRequest, match="known are lexical"):
        await fs.start("acme", engine="nope")
    with pytest.raises(InvalidRequest) as caught:
        await fs.company("a b")
    assert caught.value.problem.errors[0].field == "path.company"


@pytest.mark.parametrize("name", ["../jobs", "..", "acme/documents", "acme?x", "acme#x"])
async def test_names_cannot_leave_their_place_in_the_path(url, name):
    async with AsyncClient(url, patience=HASTY) as fs:
        with pytest.raises((NotFound, InvalidRequest)):
            await fs.company(name)


class TestWithAKey:
    @pytest.fixture
    def settings(self):
        return ApiSettings(api_key="open sesame")

    async def test_the_key_is_sent(self, url):
        async with AsyncClient(url, api_key="open sesame") as fs:
            assert await fs.companies() == ()

    async def test_without_it_the_server_refuses(self, fs):
        with pytest.raises(Unauthorized):
            await fs.companies()


async def test_no_server_is_told_as_such(unused_tcp_port):
    async with AsyncClient(f"http://127.0.0.1:{unused_tcp_port}", patience=HASTY) as fs:
        with pytest.raises(ConnectionFailed, match="GET /companies"):
            await fs.companies()


def test_both_clients_have_the_same_methods_with_the_same_arguments():
    def methods(kind):
        found = inspect.getmembers(kind, inspect.isfunction)
        return {
            name: str(inspect.signature(method))
            for name, method in found
            if not name.startswith("_") and "close" not in name
        }

    assert methods(Client) == methods(AsyncClient)


async def test_what_is_erased_is_gone(fs, folder):
    await fs.upload("acme", folder)
    first, second = [await fs.start("acme") for _ in range(2)]
    await fs.wait(first.id)
    await fs.erase_job(first.id)
    await fs.wait(second.id)
    assert [job.id for job in await fs.jobs()] == [second.id]
    await fs.erase_company("acme")
    assert (await fs.companies(), await fs.jobs()) == ((), ())
    for erasing in (fs.erase_job(second.id), fs.erase_company("acme"), fs.erase_tenant("nobody")):
        with pytest.raises(NotFound):
            await erasing
