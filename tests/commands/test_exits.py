import pytest
import typer
from factsheet_schemas import SchemaError
from factsheet_service.commands.exits import ending
from factsheet_service.core.errors import EngineUnavailable, NoDocuments


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoDocuments("none"), 1),
        (SchemaError("no schema"), 1),
        (EngineUnavailable("gone"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    with pytest.raises(typer.Exit) as end, ending("go on"):
        raise error
    assert end.value.exit_code == code


def test_an_interruption_says_how_to_go_on(capsys):
    with pytest.raises(typer.Exit), ending("the same command goes on"):
        raise KeyboardInterrupt
    assert "interrupted; the same command goes on" in capsys.readouterr().err


def test_what_the_system_refuses_is_one_line_with_its_place(capsys, tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(typer.Exit) as end, ending("go on"):
        (tmp_path / "taken" / "below").mkdir()
    assert end.value.exit_code == 1
    assert capsys.readouterr().err == f"factsheet: {tmp_path}/taken/below: Not a directory\n"


def test_a_reader_that_has_enough_is_no_error_of_ours():
    with pytest.raises(BrokenPipeError), ending("go on"):
        raise BrokenPipeError


def test_an_error_nobody_foresaw_is_not_hidden():
    with pytest.raises(ZeroDivisionError), ending("go on"):
        raise ZeroDivisionError
