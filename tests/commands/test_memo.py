import asyncio
import json

import pytest
import typer
from factsheet_service.commands.extract import command as extract
from factsheet_service.commands.memo import command
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.memo import AnswerMemo
from typer.testing import CliRunner

APP = typer.Typer()
APP.command()(command)


@pytest.fixture
def work(tmp_path):
    """Two companies' answers, one of them in another tenant."""

    async def fill():
        async with Database(sqlite_url(tmp_path)) as database:
            memo = AnswerMemo(database)
            for key, payer in (
                ("a", Payer("", "acme", "job-1")),
                ("b", Payer("", "acme", "")),
                ("c", Payer("bank", "beta", "job-2")),
            ):
                paid = PaidCall("{}", "m", prompt_tokens=100, cached_tokens=60, output_tokens=5)
                await memo.keep(key, paid, payer)
            await memo.aclose()

    asyncio.run(fill())
    return tmp_path


def run(*args, work, **environment):
    done = CliRunner().invoke(APP, [*args, "--work", str(work)], env=environment)
    return done.exit_code, done.stdout, done.stderr


def test_the_ledger_is_a_table_by_company_and_job(work):
    code, table, told = run("ledger", work=work)
    assert (code, told) == (0, "2 calls, 210 tokens\n")
    assert [line.split("\t") for line in table.splitlines()[1:]] == [
        ["acme", "-", "1", "100", "60", "5"],
        ["acme", "job-1", "1", "100", "60", "5"],
    ]
    assert run("ledger", "--tenant", "bank", work=work)[2] == "1 calls, 105 tokens\n"
    assert run("ledger", "--job", "job-1", work=work)[2] == "1 calls, 105 tokens\n"


def test_an_export_is_taken_in_elsewhere(work, tmp_path):
    file, other = tmp_path / "answers.jsonl", tmp_path / "other"
    assert run("export", str(file), work=work)[2] == "2 lines exported\n"
    assert run("import", str(file), "--company", "gamma", work=other)[2] == "2 answers imported\n"
    assert "gamma\t-\t2" in run("ledger", work=other)[1]
    lines = run("export", work=other)[1].splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["a", "b"]


def test_another_file_is_refused(work, tmp_path):
    file = tmp_path / "other.json"
    file.write_text("{}")
    assert run("import", str(file), work=work)[0] == 1
    code, _, told = run("import", str(tmp_path / "none"), work=work)
    assert code == 1
    assert "No such file" in told


def test_what_a_company_paid_for_is_forgotten(work):
    assert run("erase", "--company", "acme", work=work)[2] == "2 answers forgotten\n"
    assert run("ledger", work=work)[2] == "0 calls, 0 tokens\n"
    assert run("ledger", "--tenant", "bank", work=work)[2] == "1 calls, 105 tokens\n"


def test_shrinking_needs_a_limit(work):
    code, _, told = run("shrink", work=work)
    assert code == 1
    assert "FACTSHEET_MEMO_MAX_MB" in told
    assert run("shrink", work=work, FACTSHEET_MEMO_MAX_MB="0.000002")[2] == "2 answers forgotten\n"
    assert run("shrink", work=work, FACTSHEET_MEMO_MAX_MB="many")[0] == 1


def test_a_run_of_the_command_line_begins_within_the_limits(work):
    app = typer.Typer()
    app.command()(extract)
    nowhere = {"FACTSHEET_VLLM_URL": "http://127.0.0.1:9/v1", "FACTSHEET_MEMO_MAX_MB": "0.000002"}
    (work / "a.txt").write_text("FACILITIES AGREEMENT")
    asked = ["--engine", "vllm", "--company", "acme", "--work", str(work)]
    assert CliRunner().invoke(app, [str(work / "a.txt"), *asked], env=nowhere).exit_code == 3
    assert run("ledger", "--tenant", "", work=work)[2] == "0 calls, 0 tokens\n"
