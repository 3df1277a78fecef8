"""One machine takes files in, another carries the run out, a third shows it; they share a store."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from factsheet.cli import app
from factsheet_schemas import ExtractOptions
from factsheet_service.composition import build_operations
from factsheet_service.core.errors import UnknownCompany
from factsheet_service.settings import AppSettings
from support.object_store import new_bucket
from typer.testing import CliRunner

EXAMPLE = Path(__file__).parents[2] / "examples" / "credit_facility" / "kaarnavuori_wind"
SHEET = next(EXAMPLE.glob("Term*.pdf"))


@pytest.fixture
def machine(s3, tmp_path):
    """The operations of a machine, with a working folder that only it has."""
    url = f"{new_bucket()}/factsheet"

    def operations(name):
        return build_operations(AppSettings(work=tmp_path / name, files_url=url))

    return operations


def archive():
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.write(SHEET, "deal/sheet.pdf")
    return packed.getvalue()


def evidence(record):
    cells = [*record.deal.values(), *(c for row in record.facilities for c in row.fields.values())]
    return [item for cell in cells for item in cell.evidence]


async def test_a_run_elsewhere_is_the_same_as_one_here(machine, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "all.zip").write_bytes(archive())
    await machine("api").ingest("acme", [tmp_path / "in"])
    record = await machine("worker").extract("acme", ExtractOptions())
    here = build_operations(AppSettings(work=tmp_path / "alone"))
    await here.ingest("acme", [tmp_path / "in"])
    alone = await here.extract("acme", ExtractOptions())
    assert (record.deal, record.facilities, record.documents) == (
        alone.deal,
        alone.facilities,
        alone.documents,
    )
    assert any(item.boxes for item in evidence(record))
    assert machine("another").workspace.company("acme").record() == record
    assert not [path for name in ("api", "worker") for path in (tmp_path / name).rglob("*")]


async def test_what_one_machine_erases_is_gone_for_all(machine, tmp_path):
    (tmp_path / "a.txt").write_text("The Borrower is Norrvind AS.")
    api, worker = machine("api"), machine("worker")
    await api.ingest("acme", [tmp_path / "a.txt"])
    assert len(await worker.listed("acme")) == 1
    api.workspace.erase("acme")
    with pytest.raises(UnknownCompany):
        await worker.extract("acme", ExtractOptions())
    assert worker.workspace.files.sizes("") == {}


def test_the_command_line_works_on_the_store_that_the_environment_names(s3, tmp_path, monkeypatch):
    monkeypatch.setenv("FACTSHEET_FILES_URL", f"{new_bucket()}/cli")
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "a.txt").write_text("TERM SHEET\n\nThe Borrower is Norrvind AS.")
    for command in (
        ["ingest", str(tmp_path / "acme"), "--work", str(tmp_path / "one")],
        ["extract", "--work", str(tmp_path / "two")],
        ["report", "--work", str(tmp_path / "three"), "--format", "csv"],
    ):
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 0, result.output
    assert "acme,a.txt," in result.stdout
