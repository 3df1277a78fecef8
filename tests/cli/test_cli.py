import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from factsheet.cli import HOW_TO_INSTALL, app
from support.own import LOAN
from typer.testing import CliRunner

ROOT = Path(__file__).parents[2]
RUN = "from factsheet.cli import main; main()"


def run(*args):
    return CliRunner().invoke(app, args)


def run_process(*args, before=""):
    """The command line in a process of its own; ``before`` is code that runs ahead of it."""
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{RUN}", *args],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_schemas_lists_the_shipped_ones():
    result = run("schemas")
    assert result.exit_code == 0
    assert "credit_facility" in result.output


def test_schemas_with_a_name_shows_its_fields():
    assert "spread_pct" in run("schemas", "credit_facility").output


def test_schemas_shows_the_questions_of_a_json_schema(tmp_path):
    path = tmp_path / "loan.json"
    path.write_text(json.dumps(LOAN))
    shown = run("schemas", str(path)).output
    assert "text, many" in shown
    assert "tranches" in shown


def test_a_json_schema_that_cannot_be_asked_ends_with_1_and_says_where(tmp_path):
    path = tmp_path / "loan.json"
    path.write_text('{"type": "object", "properties": {"a": {"not": {}}}}')
    result = run("schemas", str(path))
    assert result.exit_code == 1
    assert "at a: 'not'" in result.output


def test_an_unknown_schema_ends_with_1_and_says_what_there_is():
    result = run("schemas", "nonesuch")
    assert result.exit_code == 1
    assert "credit_facility" in result.output


def test_version_says_the_version():
    assert run("version").output.startswith("factsheet 0.")


@pytest.mark.parametrize("args", [("nonesuch",), ("version", "--nonesuch"), ("schemas", "a", "b")])
def test_a_wrong_call_ends_with_1_because_2_means_partial(args):
    assert run(*args).exit_code == 1


def test_a_mistyped_command_is_answered_with_the_likely_one():
    assert "'schemas'" in run("shemas").output


def test_help_names_every_command_with_what_it_does():
    output = run("--help").output
    assert "extract" in output
    assert "Show the installed version." in output


def test_without_the_extra_a_command_of_the_service_is_listed_and_says_how_to_install_it():
    hidden = "import sys; sys.modules['factsheet_service.commands.extract'] = None"
    assert "extract" in run_process("--help", before=hidden).stdout
    result = run_process("extract", "folder", before=hidden)
    assert result.returncode == 1
    assert HOW_TO_INSTALL in result.stderr
    assert "'factsheet[server]'" in result.stderr


def test_help_imports_nothing_of_the_service():
    tell = (
        "import atexit, sys\n"
        "heavy = 'fastapi', 'openpyxl', 'rich.progress', 'factsheet_service.core'\n"
        "atexit.register(lambda: print('LOADED', [name for name in heavy if name in sys.modules]))"
    )
    assert "LOADED []" in run_process("--help", before=tell).stdout


def test_every_entry_point_leads_to_a_function():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for reference in project["entry-points"]["factsheet.commands"].values():
        module, _, name = reference.partition(":")
        source = ROOT / "service" / Path(*module.split(".")).with_suffix(".py")
        assert f"def {name}(" in source.read_text("utf-8")
