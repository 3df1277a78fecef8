import json

import pytest
from factsheet.cli import app
from factsheet_service.stores.workspace import Workspace
from support.build import make_document
from support.records import make_document_record, make_record
from typer.testing import CliRunner

DOCUMENT = make_document("The Margin is 2.25 per cent.")


@pytest.fixture
def report(tmp_path):
    folder = Workspace(tmp_path / "work").create("norrvind")
    record = make_record(company="norrvind", documents=(make_document_record(id=DOCUMENT.id),))
    run = record.run.model_copy(
        update={
            "documents": {DOCUMENT.id: DOCUMENT.sha256},
            "schema_name": "credit_facility",
            "is_complete": True,
        }
    )
    sha256 = folder.add_source(DOCUMENT.name, DOCUMENT.text.encode())
    folder.keep_reading(sha256, "1", [DOCUMENT], {})
    folder.save_record(record.model_copy(update={"run": run}))

    def invoke(*arguments):
        return CliRunner().invoke(app, ["report", "--work", str(tmp_path / "work"), *arguments])

    return invoke


def test_views_are_tables_by_default(report):
    result = report("--view", "missing")
    assert result.exit_code == 0
    assert "norrvind: " in result.stdout


def test_views_as_json_are_nothing_but_json(report):
    found = json.loads(report("--view", "all", "--format", "json").stdout)
    assert found["company"] == "norrvind"
    assert {"timelines", "ladders", "definitions", "missing"} <= found.keys()


def test_html_needs_no_view(report):
    assert report("--format", "html").stdout.startswith("<!DOCTYPE html>")


def test_a_folder_gets_the_page_and_the_json(report, tmp_path):
    assert report("--view", "all", "--out", str(tmp_path / "out")).exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "norrvind.html",
        "norrvind.views.json",
    }


@pytest.mark.parametrize(
    "arguments", [("--view", "graphs"), ("--view", "all", "--format", "csv"), ("--view", ",")]
)
def test_what_is_no_view_or_format_is_refused(report, arguments):
    assert report(*arguments).exit_code == 1
