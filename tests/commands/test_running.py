"""The commands from end to end."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from factsheet_service.commands.extract import command as extract
from factsheet_service.commands.ingest import command as ingest
from factsheet_service.commands.plan import command as plan
from factsheet_service.commands.report import command as report
from typer.testing import CliRunner

AGREEMENT = """FACILITIES AGREEMENT

dated 14 March 2024

Norrvind Wind AS as Borrower and Norddeich Bank as Lender

"Facility A" means the term loan facility made available under this Agreement in an aggregate
amount of EUR 250,000,000.

"Margin" means 2.25 per cent. per annum.

"Maturity Date" means 14 March 2031.
"""
APP = typer.Typer()
for function, name in (
    (extract, "extract"),
    (ingest, "ingest"),
    (plan, "plan"),
    (report, "report"),
):
    APP.command(name)(function)


def run(*args, work, **environment):
    """Exit code, stdout and stderr of one command in this process."""
    result = CliRunner().invoke(APP, [*args, "--work", str(work)], env=environment)
    return result.exit_code, result.stdout, result.stderr


def start(*args, work, **environment):
    """One command in a process of its own."""
    code = "from factsheet.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *args, "--work", str(work)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "Norrvind"
    path.mkdir()
    (path / "agreement.txt").write_text(AGREEMENT)
    return path


def test_extract_shows_a_table_and_sums_up(folder, tmp_path):
    code, out, err = run("extract", str(folder), work=tmp_path / "work")
    assert (code, err.count("Norrvind: 1 facility")) == (0, 1)
    assert "agreement.txt" in out
    assert "EUR 250,000" in out


def test_extract_writes_json_that_can_be_piped(folder, tmp_path):
    code, out, _ = run("extract", str(folder), "--format", "json", work=tmp_path / "work")
    assert code == 0
    assert json.loads(out)["company"] == "Norrvind"


def test_a_file_that_cannot_be_read_makes_the_run_partial(folder, tmp_path):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    code, _, err = run("extract", str(folder), work=tmp_path / "work")
    assert code == 2
    assert "not read: broken.pdf" in err


def test_the_stages_run_apart_over_one_working_folder(folder, tmp_path):
    work = tmp_path / "work"
    assert run("ingest", str(folder), work=work)[0] == 0
    assert run("extract", work=work)[0] == 0
    code, out, _ = run("report", "--format", "csv", work=work)
    assert code == 0
    assert out.count("Norrvind,") == 1


def test_report_goes_over_the_companies_that_were_extracted(folder, tmp_path):
    work = tmp_path / "work"
    assert run("extract", str(folder), work=work)[0] == 0
    assert run("ingest", str(folder), "--company", "Sudvind", work=work)[0] == 0
    code, out, _ = run("report", "--format", "csv", work=work)
    assert code == 0
    assert "Sudvind" not in out


def test_a_run_is_found_in_whichever_company_has_it(folder, tmp_path):
    work = tmp_path / "work"
    run("extract", str(folder), "--company", "Aavind", work=work)
    out = run("extract", str(folder), "--format", "json", work=work)[1]
    code, out, _ = run(
        "report", "--run", json.loads(out)["run"]["id"], "--format", "csv", work=work
    )
    assert (code, out.count("Norrvind,"), out.count("Aavind,")) == (0, 1, 0)


def test_each_file_is_told_once(folder, tmp_path):
    err = run("extract", str(folder), work=tmp_path / "work")[2]
    assert err.count("agreement.txt") == 1
    assert err.count("ingest: 1 steps") == 1


def test_a_file_that_was_read_is_not_read_again(folder, tmp_path):
    work = tmp_path / "work"
    assert "1 files, 1 new" in run("ingest", str(folder), work=work)[2]
    assert "1 files, 0 new" in run("ingest", str(folder), work=work)[2]


def test_plan_says_what_each_preset_costs(folder, tmp_path):
    code, out, _ = run("plan", str(folder), work=tmp_path / "work")
    assert code == 0
    assert all(preset in out for preset in ("full", "balanced", "fast", "original", "strict-1h"))


@pytest.mark.parametrize(
    "args", [("report",), ("extract", "nowhere"), ("extract", "--schema", "nonesuch")]
)
def test_a_request_that_cannot_be_met_ends_with_1(args, tmp_path):
    code, _, err = run(*args, work=tmp_path / "work")
    assert code == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("option", ["--engine", "--groups", "--fields"])
def test_a_wrong_name_is_refused_before_a_file_is_read(option, folder, tmp_path):
    code, _, err = run("extract", str(folder), option, "nonesuch", work=tmp_path / "work")
    assert (code, err.count("nonesuch"), err.count("ingest")) == (1, 1, 0)


def test_an_engine_that_is_not_there_ends_with_3(folder, tmp_path):
    address = {"FACTSHEET_VLLM_URL": "http://127.0.0.1:9"}
    code, _, err = run(
        "extract", str(folder), "--engine", "vllm", work=tmp_path / "work", **address
    )
    assert code == 3
    assert "goes on from there" in err


def test_ctrl_c_keeps_what_was_read_and_says_how_to_go_on(folder, tmp_path):
    work = tmp_path / "work"
    with socket.create_server(("127.0.0.1", 0)) as engine:
        url = f"http://127.0.0.1:{engine.getsockname()[1]}"
        process = start(
            "extract", str(folder), "--engine", "vllm", work=work, FACTSHEET_VLLM_URL=url
        )
        connection, _ = engine.accept()  # the documents are read, the engine is asked
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        connection.close()
    assert process.returncode == 130
    assert "interrupted; finished work is kept" in err
    assert "1 files, 0 new" in run("ingest", str(folder), work=work)[2]


OWN = {
    "title": "Deal",
    "type": "object",
    "required": ["margin"],
    "properties": {"margin": {"type": "number", "description": "percent per annum"}},
}


@pytest.fixture
def own_schema(tmp_path):
    path = tmp_path / "deal.json"
    path.write_text(json.dumps(OWN))
    return path


@pytest.fixture
def labelled(tmp_path):
    folder = tmp_path / "labelled"
    folder.mkdir()
    (folder / "sheet.txt").write_text("Borrower: Alpha Ltd\n\nMargin: 2.25 per cent. per annum\n")
    return folder


def test_a_json_schema_is_taken_as_it_is_and_answered_in_its_shape(labelled, own_schema, tmp_path):
    args = ("extract", str(labelled), "--schema", str(own_schema), "--format", "own")
    code, out, err = run(*args, work=tmp_path / "work")
    assert code == 0, err
    assert json.loads(out) == {"margin": 2.25}
    assert "the answer validates" in err


def test_a_run_with_a_json_schema_is_reported_when_its_file_has_gone(
    labelled, own_schema, tmp_path
):
    run("extract", str(labelled), "--schema", str(own_schema), work=tmp_path / "work")
    own_schema.unlink()
    out = tmp_path / "out"
    code, _, err = run("report", "--out", str(out), work=tmp_path / "work")
    assert code == 0, err
    assert json.loads((out / "labelled.own.json").read_text()) == {"margin": 2.25}


def test_a_json_schema_that_cannot_be_asked_is_a_usage_error_with_its_place(labelled, tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({"type": "object", "properties": {"a": {"not": {}}}}))
    args = ("extract", str(labelled), "--schema", str(path))
    code, _, err = run(*args, work=tmp_path / "work")
    assert code == 1
    assert "at a: 'not' is not supported" in err


def test_a_plan_takes_a_json_schema(labelled, own_schema, tmp_path):
    args = ("plan", str(labelled), "--schema", str(own_schema))
    assert run(*args, work=tmp_path / "work")[0] == 0


def test_each_paper_gets_a_record_of_its_own(tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    for name in ("one", "two"):
        text = f"Experiment 1. Participants of {name} moved.\n\nExperiment 2. They did so again.\n"
        (papers / f"{name}.txt").write_text(text)
    (papers / "gold.json").write_text("{}")

    code, out, told = run(
        *("extract", str(papers), "--schema", "motor_adaptation", "--format", "json"),
        work=tmp_path / "work",
    )

    records = json.loads(out)
    assert (code, [record["company"] for record in records]) == (0, ["one", "two"])
    assert "passed by" in told


def test_papers_are_written_as_one_psych_ds_data_set(tmp_path):
    paper = tmp_path / "lind_2021.txt"
    paper.write_text("Experiment 1. Twenty adults moved a cursor.\n")
    out = tmp_path / "out"

    code, _, _ = run(
        *("extract", str(paper), "--schema", "motor_adaptation"),
        *("--format", "psych-ds", "--out", str(out)),
        work=tmp_path / "work",
    )

    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert code == 0
    assert written == {
        "psych-ds/README.md",
        "psych-ds/dataset_description.json",
        "psych-ds/data/study-motoradaptation_description-experiments_data.csv",
    }


def test_a_data_set_needs_a_folder(tmp_path):
    paper = tmp_path / "lind_2021.txt"
    paper.write_text("Experiment 1. Twenty adults moved a cursor.\n")
    code, _, told = run("extract", str(paper), "--format", "psych-ds", work=tmp_path / "work")

    assert code == 1
    assert "needs --out" in told
