from pathlib import Path

import pytest
from factsheet_service.core.errors import TooMuch, UnknownCompany, UsageError
from factsheet_service.stores.originals import CompanyLimits
from factsheet_service.stores.own_schemas import OwnSchemas
from factsheet_service.stores.workspace import Workspace
from support.build import make_document
from support.records import make_record
from support.stepping import DictFiles, counting

NAME = {"type": "object", "properties": {"name": {"type": "string"}}}
DOCUMENT = make_document("text", "a")


@pytest.fixture
def workspace(files, tmp_path: Path) -> Workspace:
    """Over every kind of store."""
    return Workspace(tmp_path / "workspace", files)


def filled(workspace: Workspace, name: str = "acme") -> None:
    """Keep something of every kind."""
    company = workspace.create(name)
    sha256 = company.add_source("a", b"A")
    company.keep_reading(sha256, "k", [DOCUMENT], {})
    company.save_record(make_record(company=name))
    workspace.open_vectors(name).close()


def test_a_workspace_that_does_not_exist_has_no_companies(tmp_path: Path) -> None:
    assert Workspace(tmp_path / "none").companies() == ()
    assert not (tmp_path / "none").exists()


def test_companies_are_listed_by_name(workspace: Workspace) -> None:
    for name in ("b", "a", "a"):
        workspace.create(name)
    assert workspace.companies() == ("a", "b")


def test_a_folder_of_another_in_the_working_folder_is_no_company(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    filled(workspace)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sheet.csv").write_bytes(b"mine")
    assert workspace.companies() == ("acme",)
    with pytest.raises(UnknownCompany):
        workspace.erase("out")
    workspace.erase_all()
    assert (tmp_path / "out" / "sheet.csv").exists()


def test_a_company_whose_folder_somebody_removed_is_gone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.create("acme")
    (tmp_path / "acme" / "company").unlink()
    (tmp_path / "acme").rmdir()
    assert workspace.companies() == ()
    with pytest.raises(UnknownCompany):
        workspace.company("acme")
    assert workspace.create("acme").sources() == ()


def test_an_unknown_company_is_said(workspace: Workspace) -> None:
    for ask in (workspace.company, workspace.erase):
        with pytest.raises(UnknownCompany, match="acme"):
            ask("acme")


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a\\b", "a" * 65, "a b", "a\n", "-x"])
def test_names_that_are_no_plain_folder_are_refused(tmp_path: Path, name: str) -> None:
    workspace = Workspace(tmp_path)
    for ask in (workspace.create, workspace.company, workspace.erase, workspace.open_vectors):
        with pytest.raises(UsageError):
            ask(name)


def test_tenants_keep_apart(workspace: Workspace) -> None:
    filled(workspace.of("acme"))
    assert workspace.of("acme").companies() == ("acme",)
    assert workspace.companies() == workspace.of("other").companies() == ()


def test_nothing_is_left_of_an_erased_company(workspace: Workspace, tmp_path: Path) -> None:
    filled(workspace)
    workspace.erase("acme")
    assert workspace.files.sizes("") == {}
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert workspace.companies() == ()


def test_erasing_a_company_leaves_the_others(workspace: Workspace) -> None:
    for name in ("acme", "acme.b"):
        filled(workspace, name)
    workspace.erase("acme")
    assert workspace.companies() == ("acme.b",)
    kept = workspace.company("acme.b")
    assert (len(kept.sources()), len(kept.runs()), kept.num_documents()) == (1, 1, 1)


def test_nothing_is_left_of_an_erased_tenant_and_all_of_the_others(workspace: Workspace) -> None:
    one, other = workspace.of("one"), workspace.of("other")
    for tenant in (one, other, workspace):
        filled(tenant)
        OwnSchemas(tenant.files).put("mine", NAME)
    one.erase_all()
    assert one.files.sizes("") == {}
    assert not [path for path in one.root.rglob("*") if path.is_file()]
    for tenant in (other, workspace):
        assert tenant.companies() == ("acme",)
        assert OwnSchemas(tenant.files).names() == ("mine",)


def test_a_company_that_was_erased_begins_anew(workspace: Workspace) -> None:
    filled(workspace)
    workspace.erase("acme")
    again = workspace.create("acme")
    assert (again.sources(), again.runs(), again.num_documents()) == ((), (), 0)


def test_vectors_of_companies_that_were_erased_elsewhere_go(tmp_path: Path) -> None:
    files = DictFiles()
    here, elsewhere = Workspace(tmp_path / "here", files), Workspace(tmp_path / "there", files)
    for name in ("acme", "norrvind"):
        filled(here, name)
    elsewhere.erase("acme")
    here.open_vectors("norrvind").close()
    assert [path.name for path in (tmp_path / "here" / ".cache").iterdir()] == ["norrvind"]


def test_vectors_lie_on_this_machine_whatever_the_store(workspace: Workspace) -> None:
    workspace.create("acme")
    workspace.open_vectors("acme").close()
    assert (workspace.root / ".cache" / "acme" / "vectors.sqlite").exists()


class TestLimits:
    """What a company may hold is asked before anything is stored."""

    @pytest.fixture
    def company(self, tmp_path: Path):
        workspace = Workspace(tmp_path, None, CompanyLimits(max_files=2, max_bytes=10))
        return workspace.create("acme")

    def test_as_much_as_it_may_is_taken(self, company) -> None:
        company.add_sources({"a": b"12345", "b": b"67890"})
        assert len(company.sources()) == 2

    @pytest.mark.parametrize("files", [{"a": b"", "b": b"", "c": b""}, {"a": b"12345678901"}])
    def test_more_is_refused_as_a_whole(self, company, files) -> None:
        with pytest.raises(TooMuch, match="delete some first"):
            company.add_sources(files)
        assert company.sources() == ()

    def test_what_is_there_counts(self, company) -> None:
        company.add_sources({"a": b"123456"})
        with pytest.raises(TooMuch):
            company.add_sources({"b": b"123456"})

    def test_what_is_replaced_does_not_count(self, company) -> None:
        company.add_sources({"a": b"1234567890", "b": b""})
        company.add_sources({"a": b"0987654321"})
        assert company.files.read([company.sources()[0].key]).popitem()[1] == b"0987654321"


class TestRoundTrips:
    """The steps that take a round trip each; what one step names is asked for side by side."""

    @pytest.fixture
    def counted(self, tmp_path: Path):
        files, steps = counting(DictFiles())
        workspace = Workspace(tmp_path, files)
        workspace.create("acme").add_sources({f"{n}": b"%d" % n for n in range(64)})
        for source in workspace.company("acme").sources():
            workspace.company("acme").keep_reading(source.sha256, "k", [DOCUMENT], {})
        steps.clear()
        return workspace, steps

    def test_64_new_files_take_as_few_as_one(self, counted) -> None:
        workspace, steps = counted
        workspace.create("acme").add_sources({f"new {n}": b"new %d" % n for n in range(64)})
        assert len(steps) <= 5, steps

    def test_64_files_that_are_replaced_take_few(self, counted) -> None:
        workspace, steps = counted
        workspace.create("acme").add_sources({f"{n}": b"new %d" % n for n in range(64)})
        assert len(steps) <= 9, steps

    def test_what_a_company_holds_is_told_in_few(self, counted) -> None:
        workspace, steps = counted
        company = workspace.company("acme")
        assert (company.num_documents(), company.runs()) == (64, ())
        assert len(steps) <= 4, steps

    def test_what_was_read_of_64_files_is_found_in_few(self, counted) -> None:
        workspace, steps = counted
        company = workspace.company("acme")
        hashes = {source.sha256 for source in company.sources()}
        assert len(company.known(hashes, "k")) == 64
        assert len(steps) <= 4, steps

    def test_what_another_company_read_is_taken_over_in_few(self, counted) -> None:
        workspace, steps = counted
        other = workspace.create("other")
        other.add_sources({f"{n}": b"%d" % n for n in range(64)})
        steps.clear()
        hashes = {source.sha256 for source in other.sources()}
        assert len(other.known(hashes, "k")) == 64
        assert len(steps) <= 12, steps
