import json

import pytest
from factsheet.cli import app
from factsheet_service.commands.diff import record_at
from factsheet_service.core.errors import UsageError
from factsheet_service.stores.workspace import Workspace
from support.records import make_record, present
from typer.testing import CliRunner


def run_named(name, margin=2.25):
    record = make_record()
    first, *others = record.facilities
    row = first.model_copy(update={"fields": {**first.fields, "margin": present(margin)}})
    run = record.run.model_copy(update={"id": name})
    return record.model_copy(update={"facilities": (row, *others), "run": run})


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path / "work")
    folder = workspace.create("norrvind")
    folder.save_record(run_named("r1"))
    folder.save_record(run_named("r2", 1.95))
    return workspace


@pytest.fixture
def files(tmp_path):
    """Two records as files, and the schema that they name."""
    found = []
    for record in (run_named("r1"), run_named("r2", 1.95)):
        path = tmp_path / f"{record.run.id}.json"
        path.write_text(record.model_dump_json())
        found.append(str(path))
    return found


def diff(*arguments):
    return CliRunner().invoke(app, ["diff", *arguments, "--schema", "credit_facility"])


def test_a_run_is_meant_by_its_file(files, workspace):
    assert record_at(files[0], workspace, None).run.id == "r1"


def test_a_run_is_meant_by_its_id(workspace):
    assert record_at("r1", workspace, None).run.id == "r1"


def test_a_company_means_its_latest_run(workspace):
    assert record_at("norrvind", workspace, None).run.id == "r2"


def test_a_folder_means_its_latest_run(workspace):
    assert record_at(str(workspace.root / "norrvind"), workspace, None).run.id == "r2"


def test_a_run_that_two_companies_have_is_not_guessed(workspace):
    workspace.create("sudvind").save_record(run_named("r1"))
    with pytest.raises(UsageError, match="norrvind, sudvind"):
        record_at("r1", workspace, None)
    assert record_at("r1", workspace, "sudvind").run.id == "r1"


def test_what_is_no_run_is_refused(workspace):
    with pytest.raises(UsageError, match="no file or folder"):
        record_at("nonesuch", workspace, None)


def test_json_is_the_comparison_and_nothing_else(files):
    result = diff(*files, "--format", "json")
    assert result.exit_code == 0
    (cell,) = json.loads(result.stdout)["cells"]
    assert (cell["field"], cell["old"]["value"], cell["new"]["value"]) == ("margin", 2.25, 1.95)


def test_a_folder_gets_the_files(files, tmp_path):
    out = tmp_path / "out"
    assert diff(*files, "--format", "json,csv", "--out", str(out)).exit_code == 0
    assert {path.name for path in out.iterdir()} == {"Norrvind.diff.json", "Norrvind.diff.csv"}


def test_the_exit_code_tells_of_changes_where_it_is_asked(files):
    assert diff(*files).exit_code == 0
    assert diff(*files, "--exit-code").exit_code == 4
    assert diff(files[0], files[0], "--exit-code").exit_code == 0


@pytest.mark.parametrize("arguments", [("--format", "pdf"), ("--format", "json,csv")])
def test_formats_that_cannot_be_written_are_refused(files, arguments):
    assert diff(*files, *arguments).exit_code == 1
