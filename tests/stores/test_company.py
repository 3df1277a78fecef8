import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from factsheet_schemas import DocumentStatus
from factsheet_service.core.document import Cell, Document, Page
from factsheet_service.core.errors import UnknownCompany, UsageError
from factsheet_service.stores.company import CompanyFolder
from factsheet_service.stores.workspace import Workspace
from support.records import make_record

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
FAILED = replace(DOCUMENT, status=DocumentStatus.UNREADABLE, text="", pages=(), cells=())


@pytest.fixture
def workspace(files, tmp_path: Path) -> Workspace:
    """Over every kind of store."""
    return Workspace(tmp_path / "workspace", files)


@pytest.fixture
def company(workspace: Workspace) -> CompanyFolder:
    return workspace.create("acme")


def record(run_id: str, seconds: float = 1.0):
    made = make_record(company="acme")
    return made.model_copy(
        update={"run": made.run.model_copy(update={"id": run_id, "seconds": seconds})}
    )


def contents(company: CompanyFolder) -> dict[str, bytes]:
    keys = {source.name: source.key for source in company.sources()}
    found = company.files.read(keys.values())
    return {name: found[key] for name, key in keys.items()}


def test_a_source_keeps_its_bytes_under_their_hash(company: CompanyFolder) -> None:
    sha256 = company.add_source("deal/a.txt", b"Facility A")
    (source,) = company.sources()
    assert sha256 == source.sha256 == hashlib.sha256(b"Facility A").hexdigest()
    assert source.key.startswith(f"files/{sha256}")
    assert contents(company) == {"deal/a.txt": b"Facility A"}
    assert source.num_bytes == 10


def test_a_source_may_be_given_by_path(company: CompanyFolder, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"Facility A")
    company.add_source("a.txt", tmp_path / "a.txt")
    assert contents(company) == {"a.txt": b"Facility A"}


def test_a_source_of_the_same_name_is_replaced(company: CompanyFolder) -> None:
    company.add_sources({"a.txt": b"old", "b.txt": b"same"})
    added = company.add_sources({"a.txt": b"new", "b.txt": b"same", "c.txt": b"C"})
    assert added.replaced == ("a.txt",)
    assert contents(company) == {"a.txt": b"new", "b.txt": b"same", "c.txt": b"C"}
    assert len(company.files.sizes("files")) == 3


def test_sources_are_sorted_and_survive_reopening(workspace: Workspace) -> None:
    for name in ("b.txt", "a.txt"):
        workspace.create("acme").add_source(name, name.encode())
    assert [source.name for source in workspace.company("acme").sources()] == ["a.txt", "b.txt"]


def test_removing_a_source_keeps_bytes_that_another_has(company: CompanyFolder) -> None:
    company.add_sources({"a.txt": b"same", "b.txt": b"same"})
    company.remove_source("a.txt")
    assert contents(company) == {"b.txt": b"same"}
    company.remove_source("b.txt")
    assert company.files.sizes("files") == {}


def test_removing_what_is_not_there_is_refused(company: CompanyFolder) -> None:
    with pytest.raises(UsageError, match=r"no file 'a\.txt'"):
        company.remove_source("a.txt")


def test_what_was_read_comes_back_as_it_was_typed_failures_too(company: CompanyFolder) -> None:
    company.keep_reading("0" * 64, "k", [DOCUMENT, FAILED], {})
    assert company.known(["0" * 64], "k") == {"0" * 64: (DOCUMENT, FAILED)}


def test_what_was_read_otherwise_does_not_count(company: CompanyFolder) -> None:
    sha256 = company.add_source("a", b"A")
    company.keep_reading(sha256, "k", [DOCUMENT], {})
    assert company.known([sha256], "l") == {}
    assert company.latest([sha256], "l") == {sha256: (DOCUMENT,)}


def test_what_was_read_as_wanted_comes_before_what_was_not(company: CompanyFolder) -> None:
    for key, document in {"k": DOCUMENT, "z": FAILED}.items():
        company.keep_reading("0" * 64, key, [document], {})
    assert company.latest(["0" * 64], "k") == {"0" * 64: (DOCUMENT,)}


def test_texts_are_compressed(company: CompanyFolder) -> None:
    company.keep_reading("0" * 64, "k", [DOCUMENT], {})
    assert sum(company.files.sizes("reads").values()) < len(DOCUMENT.text) / 10


def test_a_lone_surrogate_can_be_kept(company: CompanyFolder) -> None:
    odd = replace(DOCUMENT, text="a\ud800b\u2028c")
    company.keep_reading("0" * 64, "k", [odd], {})
    assert company.known(["0" * 64], "k") == {"0" * 64: (odd,)}


def test_what_cannot_be_used_counts_as_not_read(company: CompanyFolder) -> None:
    company.keep_reading("0" * 64, "k", [DOCUMENT], {})
    (path,) = company.files.sizes("reads")
    whole = company.files.read([path])[path]
    for broken in (whole[:-20], b"", b"not packed", whole[:40] + b"x" + whole[41:]):
        company.files.put({path: broken})
        assert company.known(["0" * 64], "k") == {}


def test_a_file_whose_members_are_not_all_kept_counts_as_not_read(
    company: CompanyFolder, tmp_path: Path
) -> None:
    (tmp_path / "member").write_bytes(b"M")
    members = {letter * 64: tmp_path / "member" for letter in "ab"}
    company.keep_reading("0" * 64, "k", [DOCUMENT], members)
    assert company.known(["0" * 64], "k") == {"0" * 64: (DOCUMENT,)}
    company.files.delete([company.places()["a" * 64]])
    assert company.known(["0" * 64], "k") == {}


def test_what_was_read_of_a_file_goes_with_it(company: CompanyFolder, tmp_path: Path) -> None:
    (tmp_path / "member").write_bytes(b"M")
    sha256 = company.add_source("a.zip", b"A")
    kept = company.add_source("b.zip", b"B")
    for one in (sha256, kept):
        company.keep_reading(one, "k", [DOCUMENT], {"a" * 64: tmp_path / "member"})
    company.remove_source("a.zip")
    assert company.known([sha256, kept], "k") == {kept: (DOCUMENT,)}
    assert set(company.files.sizes("members")) == {f"members/{kept}/{'a' * 64}"}


def test_what_was_read_of_a_replaced_file_goes(company: CompanyFolder) -> None:
    sha256 = company.add_source("a", b"A")
    company.keep_reading(sha256, "k", [DOCUMENT], {})
    company.add_source("a", b"B")
    assert company.files.sizes("reads") == {}


def test_what_another_company_of_the_tenant_read_is_taken_over(
    workspace: Workspace, company: CompanyFolder, tmp_path: Path
) -> None:
    (tmp_path / "member").write_bytes(b"M")
    company.keep_reading("0" * 64, "k", [DOCUMENT, FAILED], {"a" * 64: tmp_path / "member"})
    other = workspace.create("other")
    assert other.known(["0" * 64], "k") == {"0" * 64: (DOCUMENT, FAILED)}
    workspace.erase("acme")
    assert other.known(["0" * 64], "k") == {"0" * 64: (DOCUMENT, FAILED)}
    assert other.files.read([other.places()["a" * 64]]).popitem()[1] == b"M"
    assert workspace.create("third").known(["0" * 64], "k") != {}


def test_what_another_tenant_read_is_nobodys_business(workspace: Workspace) -> None:
    workspace.of("one").create("acme").keep_reading("0" * 64, "k", [DOCUMENT], {})
    for tenant in (workspace, workspace.of("two")):
        assert tenant.create("acme").known(["0" * 64], "k") == {}


def test_what_another_company_has_forgotten_counts_as_not_read(workspace: Workspace) -> None:
    acme = workspace.create("acme")
    acme.keep_reading("0" * 64, "k", [DOCUMENT], {})
    acme.files.delete(acme.files.sizes("reads"))
    assert workspace.create("other").known(["0" * 64], "k") == {}


def test_records_are_listed_oldest_first_whatever_their_names(company: CompanyFolder) -> None:
    for run_id in ("z", "m", "a"):
        company.save_record(record(run_id))
    assert company.runs() == ("z", "m", "a")
    assert company.record().run.id == "a"
    assert company.record("z").run.id == "z"


def test_a_run_saved_again_replaces_its_record_in_its_place(company: CompanyFolder) -> None:
    for run_id, seconds in (("a", 1), ("b", 1), ("a", 2)):
        company.save_record(record(run_id, seconds))
    assert company.runs() == ("a", "b")
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


def test_nothing_is_kept_of_a_company_that_is_gone(
    workspace: Workspace, company: CompanyFolder
) -> None:
    workspace.erase("acme")
    for work in (
        lambda: company.add_source("a", b"A"),
        lambda: company.keep_reading("0" * 64, "k", [DOCUMENT], {}),
        lambda: company.save_record(record("a")),
    ):
        with pytest.raises(UnknownCompany, match="erased meanwhile"):
            work()
    assert workspace.files.sizes("") == {}
