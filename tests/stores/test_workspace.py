import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from factsheet_schemas import DocumentStatus, Record
from factsheet_schemas.record import Coverage, RunInfo
from factsheet_service.core.document import Cell, Document, Page
from factsheet_service.core.errors import UnknownCompany, UsageError
from factsheet_service.stores.workspace import CompanyFolder, Workspace

DOCUMENT = Document(
    id="0" * 16,
    name="a.xlsx",
    sha256="0" * 64,
    media_type="text/plain",
    status=DocumentStatus.OK,
    reason="1 formula has no stored result",
    text="Fee | 5 €\n" * 1000,
    pages=(Page(1, 0, 10, "Terms"),),
    cells=(Cell("Terms!B1", 6, 9, "5"),),
    duplicate_of="1" * 16,
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def company(workspace: Workspace) -> CompanyFolder:
    return workspace.create("acme")


def record(run_id: str, seconds: float = 1.0) -> Record:
    run = RunInfo(
        id=run_id,
        schema_name="s",
        schema_version="1",
        engine="lexical",
        started_at="2026-01-01T00:00:00Z",
        seconds=seconds,
    )
    coverage = Coverage(
        windows=0,
        windows_asked=0,
        questions_planned=0,
        questions_answered=0,
        questions_failed=0,
        documents_read=0,
        documents_not_read=0,
    )
    return Record(company="acme", documents=(), deal={}, facilities=(), coverage=coverage, run=run)


def test_a_workspace_that_does_not_exist_has_no_companies(workspace: Workspace) -> None:
    assert workspace.companies() == ()


def test_companies_are_listed_by_name(workspace: Workspace) -> None:
    workspace.create("b")
    workspace.create("a")
    workspace.create("a")
    assert workspace.companies() == ("a", "b")


def test_an_unknown_company_is_said(workspace: Workspace) -> None:
    with pytest.raises(UnknownCompany, match="acme"):
        workspace.company("acme")


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a\\b", "a" * 65, "a b", "a\n", "-x"])
def test_names_that_are_no_plain_folder_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(UsageError):
        workspace.create(name)
    with pytest.raises(UsageError):
        workspace.company(name)


def test_a_source_keeps_its_bytes_under_their_hash(company: CompanyFolder) -> None:
    sha256 = company.add_source("deal/a.txt", b"Facility A")
    (source,) = company.sources()
    assert sha256 == source.sha256 == hashlib.sha256(b"Facility A").hexdigest()
    assert (source.name, source.path.read_bytes()) == ("deal/a.txt", b"Facility A")
    assert source.path == company.blob(sha256)


def test_a_source_may_be_given_by_path(company: CompanyFolder, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Facility A")
    company.add_source("a.txt", tmp_path / "a.txt")
    assert company.sources()[0].path.read_bytes() == b"Facility A"


def test_a_source_of_the_same_name_is_replaced(company: CompanyFolder) -> None:
    company.add_source("a.txt", b"old")
    company.add_source("a.txt", b"new")
    assert [source.path.read_bytes() for source in company.sources()] == [b"new"]


def test_sources_are_sorted_and_survive_reopening(workspace: Workspace) -> None:
    for name in ("b.txt", "a.txt"):
        workspace.create("acme").add_source(name, name.encode())
    assert [source.name for source in workspace.company("acme").sources()] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("name", ["", ".", "../a", "/a", "a/../../b", "a\\b", "a\x00b", "x" * 2000])
def test_source_names_that_point_elsewhere_are_refused(company: CompanyFolder, name: str) -> None:
    with pytest.raises(UsageError):
        company.add_source(name, b"x")
    assert company.sources() == ()


def test_removing_a_source_keeps_bytes_that_another_has(company: CompanyFolder) -> None:
    company.add_source("a.txt", b"same")
    sha256 = company.add_source("b.txt", b"same")
    company.remove_source("a.txt")
    assert company.blob(sha256).exists()
    company.remove_source("b.txt")
    assert not company.blob(sha256).exists()


def test_removing_what_is_not_there_is_refused(company: CompanyFolder) -> None:
    with pytest.raises(UsageError, match=r"no file 'a\.txt'"):
        company.remove_source("a.txt")


def test_documents_come_back_as_they_were_saved(company: CompanyFolder) -> None:
    failed = replace(DOCUMENT, status=DocumentStatus.UNREADABLE, text="", pages=(), cells=())
    company.save_documents([DOCUMENT, failed])
    assert company.documents() == (DOCUMENT, failed)
    assert company.documents()[1].status is DocumentStatus.UNREADABLE


def test_texts_are_compressed_on_disk(company: CompanyFolder) -> None:
    company.save_documents([DOCUMENT])
    size = sum(path.stat().st_size for path in company.path.iterdir() if path.is_file())
    assert size < len(DOCUMENT.text) / 10


def test_documents_of_another_reader_version_are_not_returned(company: CompanyFolder) -> None:
    company.save_documents([DOCUMENT], "1")
    assert company.documents("1") == (DOCUMENT,)
    assert company.documents("2") == ()


def test_a_lone_surrogate_can_be_saved(company: CompanyFolder) -> None:
    odd = replace(DOCUMENT, text="a\ud800b")
    company.save_documents([odd])
    assert company.documents() == (odd,)


def test_a_save_that_fails_leaves_the_old_documents(company: CompanyFolder) -> None:
    company.save_documents([DOCUMENT])
    with pytest.raises(TypeError):
        company.save_documents([replace(DOCUMENT, text=b"no text")])
    assert company.documents() == (DOCUMENT,)
    assert not list(company.path.glob(".part-*"))


def test_records_are_listed_oldest_first_whatever_their_names(company: CompanyFolder) -> None:
    for run_id in ("z", "m", "a"):
        company.save_record(record(run_id))
    assert company.runs() == ("z", "m", "a")
    assert company.record().run.id == "a"
    assert company.record("z").run.id == "z"


def test_a_run_saved_again_replaces_its_record(company: CompanyFolder) -> None:
    company.save_record(record("a", seconds=1))
    company.save_record(record("a", seconds=2))
    assert company.runs() == ("a",)
    assert company.record("a").run.seconds == 2


def test_a_run_id_with_dashes_is_found(company: CompanyFolder) -> None:
    company.save_record(record("2026-01-01T000000Z-1f"))
    assert company.record("2026-01-01T000000Z-1f").run.seconds == 1


@pytest.mark.parametrize("run_id", [None, "b"])
def test_a_record_that_is_not_there_is_said(company: CompanyFolder, run_id: str | None) -> None:
    if run_id:
        company.save_record(record("a"))
    with pytest.raises(UsageError, match="no run"):
        company.record(run_id)
