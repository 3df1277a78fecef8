import json

import pytest
from factsheet_service.commands.outputs import deliver, formats_of, stdout_console
from factsheet_service.core.errors import UsageError
from support.build import make_schema
from support.records import make_record

SCHEMA = make_schema(columns=[{"label": "Client Folder", "source": "company"}])


def test_the_terminal_gets_a_table_by_default():
    assert formats_of(None, None) == ("table",)


def test_a_folder_gets_all_formats_by_default(tmp_path):
    assert set(formats_of(None, tmp_path)) == {"table", "json", "csv", "xlsx"}


@pytest.mark.parametrize("text", ["xlsx", "json,csv"])
def test_what_cannot_share_stdout_needs_a_folder(text):
    with pytest.raises(UsageError, match="--out"):
        formats_of(text, None)


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(UsageError, match="'pdf'"):
        formats_of("pdf", tmp_path)


def test_json_on_stdout_is_nothing_but_json(capsysbinary):
    deliver([make_record()], SCHEMA, ("json",), None)
    assert json.loads(capsysbinary.readouterr().out)["company"] == "Norrvind"


def test_several_companies_are_one_json_array_on_stdout(capsysbinary):
    deliver([make_record(), make_record(company="Sudvind")], SCHEMA, ("json",), None)
    out = capsysbinary.readouterr().out
    assert [record["company"] for record in json.loads(out)] == ["Norrvind", "Sudvind"]


def test_a_table_on_a_pipe_keeps_its_width(capsys):
    deliver([make_record()], SCHEMA, ("table",), None)
    assert "Facilities_Agreement.pdf p. 12" in capsys.readouterr().out


def test_files_are_named_after_their_company(tmp_path):
    paths = deliver([make_record()], SCHEMA, ("json", "csv", "xlsx"), tmp_path / "out")
    assert [path.name for path in paths] == ["Norrvind.json", "Norrvind.csv", "Norrvind.xlsx"]
    assert all(path.stat().st_size for path in paths)


def test_several_companies_share_one_csv_beside_their_own(tmp_path):
    records = [make_record(), make_record(company="Sudvind")]
    names = [path.name for path in deliver(records, SCHEMA, ("csv",), tmp_path)]
    assert names == ["Norrvind.csv", "Sudvind.csv", "all_companies.csv"]
    assert (tmp_path / "all_companies.csv").read_text("utf-8-sig").count("Client Folder") == 1


def test_brackets_in_a_name_are_no_markup_on_a_pipe(capsys):
    stdout_console().print("[draft] Alpha [/] Ltd")
    assert capsys.readouterr().out == "[draft] Alpha [/] Ltd\n"
