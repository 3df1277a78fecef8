"""What was read once is not read again, in any company of the tenant, typed failures too."""

import sys
from contextlib import nullcontext
from dataclasses import replace

import pytest
from factsheet_schemas import DocumentStatus
from factsheet_service.core.errors import StoreUnavailable, UnknownCompany
from factsheet_service.core.progress import FileRead
from factsheet_service.documents import ReadLimits, reading_key
from factsheet_service.pipeline.operations import Operations
from factsheet_service.pipeline.reading import Listings, Reader
from factsheet_service.stores.originals import Original
from factsheet_service.stores.workspace import Workspace
from support.stepping import DictFiles, SteppedFiles, counting

TEXT = b"The Borrower is Norrvind AS."
SLOW = replace(ReadLimits(), wall_s=0.001)


@pytest.fixture
def store():
    return DictFiles()


@pytest.fixture
def workspace(store, tmp_path):
    return Workspace(tmp_path / "work", store)


async def reading(workspace, company="acme", limits=None):
    """The documents of a company as one process reads them, and which files it read for that."""
    events = []
    reader = Reader(limits or ReadLimits())
    documents = await reader.read(workspace.company(company), events.append)
    return documents, [event.name for event in events if isinstance(event, FileRead)]


async def test_a_file_is_read_once_however_many_processes_ask(workspace):
    workspace.create("acme").add_source("a.txt", TEXT)
    first, read = await reading(workspace)
    again, read_again = await reading(workspace)
    assert (first[0].text, read) == (TEXT.decode(), ["a.txt"])
    assert (again, read_again) == (first, [])


async def test_the_same_bytes_in_another_company_of_the_tenant_are_not_read_again(workspace):
    workspace.create("acme").add_source("a.txt", TEXT)
    workspace.create("other").add_source("b/other.txt", TEXT)
    await reading(workspace)
    documents, read = await reading(workspace, "other")
    assert ([d.name for d in documents], documents[0].text, read) == (
        ["b/other.txt"], TEXT.decode(), []
    )  # fmt: skip


async def test_the_same_bytes_of_another_tenant_are_read_again(workspace):
    for tenant in ("one", "two"):
        workspace.of(tenant).create("acme").add_source("a.txt", TEXT)
        _, read = await reading(workspace.of(tenant))
        assert read == ["a.txt"]


async def test_a_file_that_took_too_long_is_not_read_again_until_it_may_take_longer(workspace):
    workspace.create("acme").add_source("a.txt", TEXT)
    (slow,), read = await reading(workspace, limits=SLOW)
    assert (slow.status, read) == (DocumentStatus.UNREADABLE, ["a.txt"])
    assert "took more than" in slow.reason
    (again,), read_again = await reading(workspace, limits=SLOW)
    assert (again, read_again) == (slow, [])
    (raised,), read_then = await reading(workspace)
    assert (raised.text, read_then) == (TEXT.decode(), ["a.txt"])


async def test_a_file_that_breaks_its_reader_is_not_read_for_ever(workspace):
    workspace.create("acme").add_source("a.pdf", b"%PDF-1.7 broken")
    (first,), _ = await reading(workspace)
    assert first.status is DocumentStatus.UNREADABLE
    assert await reading(workspace) == ((first,), [])


async def test_that_no_process_could_be_started_says_nothing_of_the_file(workspace, monkeypatch):
    workspace.create("acme").add_source("a.txt", TEXT)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", "/nonexistent/python")
        (failed,), _ = await reading(workspace)
    assert "cannot be opened" in failed.reason
    (read,), _ = await reading(workspace)
    assert read.text == TEXT.decode()


@pytest.mark.parametrize("more", [{"wall_s": 61}, {"max_pages": 1}, {"max_chars": 7}])
def test_other_limits_make_another_reading(more):
    assert reading_key(replace(ReadLimits(), **more)) != reading_key(ReadLimits())


def test_how_many_are_read_at_once_does_not():
    assert reading_key(replace(ReadLimits(), parallel=9)) == reading_key(ReadLimits())


def test_other_readers_make_another_reading():
    assert reading_key(ReadLimits(), "9") != reading_key(ReadLimits())


async def test_a_store_that_fails_is_said_as_such(workspace, store):
    workspace.create("acme").add_source("a.txt", TEXT)

    def before(step):
        if step == "put":
            raise StoreUnavailable("full")

    failing = Workspace(workspace.root, SteppedFiles(store, before))
    with pytest.raises(StoreUnavailable, match="full"):
        await reading(failing)


async def test_what_is_read_while_its_file_is_removed_is_not_kept(workspace, store):
    workspace.create("acme").add_source("a.txt", TEXT)
    company = workspace.company("acme")

    def told(event):
        if isinstance(event, FileRead):
            company.remove_source("a.txt")

    await Reader(ReadLimits()).read(company, told)
    assert company.files.sizes("reads") == store.sizes(".reads") == {}


async def test_what_is_read_while_its_company_is_erased_is_not_kept(workspace, store):
    workspace.create("acme").add_source("a.txt", TEXT)

    def told(event):
        if isinstance(event, FileRead):
            workspace.erase("acme")

    with pytest.raises(UnknownCompany, match="erased"):
        await Reader(ReadLimits()).read(workspace.company("acme"), told)
    assert store.sizes("") == {}


class TestTheListing:
    """The documents without their texts: asked for on every submit."""

    @pytest.fixture
    async def counted(self, store, tmp_path):
        files, steps = counting(store)
        operations = Operations(Workspace(tmp_path, files), nullcontext, ReadLimits())
        folder = operations.workspace.create("acme")
        folder.add_sources({f"{n}.txt": b"text %d" % n for n in range(4)})
        return operations, steps

    async def test_is_what_reading_gives(self, counted):
        operations, _ = counted
        listed = await operations.listed("acme")
        read = await operations.read("acme")
        assert [(d.id, d.name, d.sha256, d.characters) for d in listed] == [
            (d.id, d.name, d.sha256, len(d.text)) for d in read
        ]
        assert await operations.listed("acme") == listed

    async def test_takes_two_steps_and_no_write_where_nothing_is_new(self, counted):
        operations, steps = counted
        await operations.listed("acme")
        steps.clear()
        await operations.listed("acme")
        assert steps == ["exists", "sizes"]

    async def test_reading_writes_nothing_where_nothing_is_new(self, counted):
        operations, steps = counted
        await operations.read("acme")
        steps.clear()
        await operations.read("acme")
        assert {"put", "delete", "copy"}.isdisjoint(steps)
        assert len(steps) == 4

    async def test_knows_of_files_that_other_processes_add_replace_and_remove(self, counted):
        operations, _ = counted
        await operations.listed("acme")
        folder = operations.workspace.company("acme")
        folder.add_sources({"0.txt": b"other text", "new.txt": b"new"})
        folder.remove_source("1.txt")
        told = {d.name: d.characters for d in await operations.listed("acme")}
        assert told == {"0.txt": 10, "2.txt": 6, "3.txt": 6, "new.txt": 3}

    async def test_of_a_company_that_was_erased_is_none(self, counted):
        operations, _ = counted
        await operations.listed("acme")
        operations.workspace.erase("acme")
        with pytest.raises(UnknownCompany):
            await operations.listed("acme")
        operations.workspace.create("acme")
        assert await operations.listed("acme") == ()

    def test_of_the_company_that_was_not_asked_for_longest_is_forgotten(self):
        sources = (Original("a", "0" * 64, 1, "0", 1),)
        listings = Listings(most=2)
        for name in ("one", "two"):
            listings.put(name, sources, ())
        assert listings.get("one", sources) == ()
        listings.put("three", sources, ())
        assert [listings.get(n, sources) for n in ("one", "two", "three")] == [(), None, ()]
        assert listings.get("one", ()) is None
