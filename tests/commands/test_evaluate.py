"""``factsheet eval`` and ``factsheet compare`` on a small agreement."""

from __future__ import annotations

import json

import pytest
import typer
from factsheet_service.commands import compare, evaluate
from openpyxl import Workbook
from typer.testing import CliRunner

AGREEMENT = """CREDIT AGREEMENT

dated 14 March 2024 between Norrvind Wind AS (the "Borrower") and Norddeich Bank (the "Lender")

"Facility A" means the term loan facility made available under this Agreement in an aggregate
amount of EUR 250,000,000.

"Margin" means 2.25 per cent. per annum.

"Maturity Date" means 14 March 2031.
"""
GOLD = {
    "document": "agreement.txt",
    "deal": {
        "borrower_name": {
            "value": "Norrvind Wind AS",
            "kind": "literal",
            "quote": 'Norrvind Wind AS (the "Borrower")',
        }
    },
    "facilities": [
        {
            "facility_name": {"value": "Facility A", "kind": "literal", "quote": '"Facility A"'},
            "credit_limit": {
                "value": {"amount": 250000000, "currency": "EUR"},
                "kind": "literal",
                "quote": "amount of EUR 250,000,000",
            },
            "spread_pct": {
                "value": 2.25,
                "kind": "literal",
                "quote": '"Margin" means 2.25 per cent. per annum.',
            },
        }
    ],
    "absent": {"facility": ["rate_cap_pct"]},
    "core_only": True,
}


def run(module, *args):
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(module.command)
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("eval")
    (path / "agreement.txt").write_text(AGREEMENT, "utf-8")
    (path / "agreement.gold.json").write_text(json.dumps(GOLD), "utf-8")
    return path


@pytest.fixture(scope="module")
def scored(folder):
    """One run of the lexical engine, and what it wrote."""
    result = run(evaluate, folder / "agreement.gold.json", "--json", folder / "report.json")
    assert result.exit_code == 0, result.output
    return result.output, json.loads((folder / "report.json").read_text("utf-8"))


def test_the_engine_is_scored_cell_by_cell(scored):
    _, report = scored
    outcomes = {cell["field"]: cell["outcome"] for cell in report["cells"]}
    assert outcomes["spread_pct"] == "right"


def test_every_present_value_is_checked_for_verbatim_evidence(scored):
    evidence = scored[1]["reader"]["documents"][0]["evidence"]
    assert evidence["num_present"] == evidence["num_verbatim"] > 0


def test_the_constants_stand_beside(scored):
    output, report = scored
    assert [one["name"] for one in report["baselines"]] == ["constants"]
    assert "constants" in output


def test_a_score_below_a_bar_ends_with_2(folder):
    result = run(evaluate, folder / "agreement.gold.json", "--min-f1", "1.1")
    assert result.exit_code == 2
    assert "is below 1.1" in result.stderr


def test_missing_documents_end_with_1_and_are_named(folder, tmp_path):
    result = run(evaluate, folder / "agreement.gold.json", "--documents", tmp_path)
    assert result.exit_code == 1
    assert "does not have agreement.txt; give --documents DIR" in result.stderr


def test_gold_of_another_schema_is_passed_by_and_named(tmp_path):
    path = tmp_path / "other.gold.json"
    path.write_text('{"terms": {}}', "utf-8")
    result = run(evaluate, path)
    assert result.exit_code == 1
    assert "other.gold.json is gold of another schema" in result.stderr


OWN = {
    "type": "object",
    "properties": {
        "signed": {"type": "string", "format": "date"},
        "margin": {"type": "number", "description": "percent per annum"},
    },
}


@pytest.fixture
def own(tmp_path):
    """A JSON Schema, gold of its shape, and the document that it is about."""
    for name, content in (
        ("schema.json", OWN),
        ("a.gold.json", {"signed": "2024-03-14", "margin": 2.25}),
        ("a.answers.json", {"signed": "2024-03-14", "margin": 15}),
    ):
        (tmp_path / name).write_text(json.dumps(content), "utf-8")
    (tmp_path / "a.txt").write_text("Signed: 14 March 2024\n\nMargin: 2.25 per cent. per annum\n")
    return tmp_path


def test_answers_in_a_users_own_schema_are_scored_leaf_by_leaf(own):
    files = ("--schema", own / "schema.json", "--run", own / "a.answers.json")
    result = run(evaluate, own / "a.gold.json", *files)
    assert result.exit_code == 0
    assert "1/1/1" in result.output


def test_an_engine_is_scored_in_a_users_own_schema(own):
    report = own / "report.json"
    files = ("--schema", own / "schema.json", "--json", report)
    result = run(evaluate, own / "a.gold.json", *files)
    assert result.exit_code == 0, result.output
    (document,) = json.loads(report.read_text())["documents"]
    assert [leaf["counts"]["tp"] for leaf in document["leaves"]] == [1, 1]
    assert [leaf["kind"] for leaf in document["leaves"]] == ["literal", "literal"]
    assert document["is_valid"]
    assert document["num_placed"] == document["num_evidence"] == 2


def test_gold_of_an_own_schema_without_its_document_is_a_usage_error(own):
    (own / "a.txt").unlink()
    result = run(evaluate, own / "a.gold.json", "--schema", own / "schema.json")
    assert result.exit_code == 1
    assert "no document named a" in result.output


@pytest.fixture
def record_file(folder, tmp_path):
    from support.scoring import facility, present, record

    limit = {"amount": 250_000_000, "currency": "EUR"}
    cells = {"credit_limit": present(limit), "spread_pct": present(22.5)}
    made = record(facility("Facility A", **cells))
    run_info = made.run.model_copy(update={"schema_name": "credit_facility"})
    path = tmp_path / "run.json"
    path.write_text(made.model_copy(update={"run": run_info}).model_dump_json(), "utf-8")
    return path


def test_a_record_is_scored_without_running_an_engine(folder, record_file):
    files = ("--run", record_file, "--json", record_file.with_name("report.json"))
    result = run(evaluate, folder / "agreement.gold.json", *files)
    assert result.exit_code == 0, result.output
    report = json.loads(record_file.with_name("report.json").read_text("utf-8"))
    assert [one["name"] for one in report["baselines"]] == ["constants", "lexical"]
    counts = report["reader"]["documents"][0]["all"]
    assert (counts["tp"], counts["fp"], counts["fn"]) == (1, 1, 3)


def test_compare_shows_expected_and_answered_beside_each_other(folder, record_file):
    result = run(compare, record_file, folder / "agreement.gold.json")
    assert result.exit_code == 0
    assert "1 of 1 facilities matched" in result.output
    assert all(shown in result.output for shown in ("22.50%", "2.25%", "wrong"))


def test_compare_reads_an_analysts_sheet_by_its_labels(record_file, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Facility name,Spread [%]\nFacility A,22.50%\n", "utf-8")
    result = run(compare, record_file, sheet)
    assert "TP 1, FP 0, FN 1" in result.output


def test_a_record_agrees_with_the_sheet_written_from_it(record_file):
    from factsheet_schemas import load_schema
    from factsheet_service.evaluation.records import read_record
    from factsheet_service.reports.sheets import csv_bytes

    sheet = record_file.with_name("sheet.csv")
    sheet.write_bytes(csv_bytes([read_record(record_file)], load_schema("credit_facility")))
    result = run(compare, record_file, sheet)
    assert "TP 2, FP 0, FN 0" in result.output


def test_compare_with_a_file_that_is_no_record_ends_with_1(folder):
    path = folder / "agreement.gold.json"
    result = run(compare, path, path)
    assert result.exit_code == 1
    assert "no record of ours" in result.stderr


def test_compare_takes_a_workbook_of_several_companies(record_file, tmp_path):
    book = Workbook()
    book.active.append(["CLIENT", "Facility name", "ING SHARE", "Margin (%)", "Reviewer"])
    book.active.append(["d", "Facility Z", None, 1.5, "N. N."])
    book.active.append(["c", "Facility A", None, 22.5, "N. N."])
    book.save(tmp_path / "golden.xlsx")
    result = run(compare, record_file, tmp_path / "golden.xlsx")
    assert "TP 1, FP 0, FN 1" in result.output
    assert "golden.xlsx: columns that are no fields: 'Reviewer'" in result.stderr


def test_compare_takes_a_run_by_its_id(record_file, tmp_path):
    from factsheet_service.evaluation.records import read_record
    from factsheet_service.stores.workspace import Workspace

    kept = read_record(record_file)
    Workspace(tmp_path / "work").create("norrvind").save_record(kept)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Facility name,Spread [%]\nFacility A,22.50%\n", "utf-8")
    result = run(compare, kept.run.id, sheet, "--work", tmp_path / "work")
    assert "TP 1, FP 0, FN 1" in result.output


def test_a_comparison_is_written_like_a_report_of_eval(record_file, tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("Facility name,Spread [%]\nFacility A,2.50%\n", "utf-8")
    files = ("--json", tmp_path / "c.json", "--report", tmp_path / "c.html")
    assert run(compare, record_file, sheet, *files).exit_code == 0
    errors = json.loads((tmp_path / "c.json").read_text("utf-8"))["errors"]
    spread = next(one for one in errors if one["field"] == "spread_pct")
    assert (spread["expected"], spread["answered"]) == (2.5, 22.5)
    assert "22.50%" in (tmp_path / "c.html").read_text("utf-8")


def test_the_lender_of_the_gold_is_asked_for_unless_the_option_names_another(tmp_path):
    (tmp_path / "agreement.txt").write_text(AGREEMENT, "utf-8")
    path = tmp_path / "a.gold.json"
    path.write_text(json.dumps({**GOLD, "lender_of_interest": "Norddeich Bank"}), "utf-8")

    def asked(*options):
        run(evaluate, path, *options, "--json", tmp_path / "r.json", "--engine", "lexical")
        cells = json.loads((tmp_path / "r.json").read_text("utf-8"))["cells"]
        (cell,) = (one for one in cells if one["field"] == "lender_of_interest_committed")
        return cell["status"]

    assert asked() != "NOT_ASKED"
    path.write_text(json.dumps(GOLD), "utf-8")
    assert asked() == "NOT_ASKED"
    assert asked("--lender", "Norddeich Bank") != "NOT_ASKED"


def test_a_page_is_written_where_asked(folder, record_file, tmp_path):
    page = tmp_path / "report.html"
    files = ("--run", record_file, "--report", page)
    assert run(evaluate, folder / "agreement.gold.json", *files).exit_code == 0
    assert "amount of EUR 250,000,000" not in page.read_text("utf-8")
    assert "&#34;Margin&#34; means 2.25 per cent." in page.read_text("utf-8")


def test_a_page_that_there_is_none_of_is_refused(folder, tmp_path):
    (tmp_path / "own.json").write_text(
        '{"type": "object", "properties": {"a": {"type": "string"}}}'
    )
    files = ("--schema", tmp_path / "own.json", "--report", tmp_path / "r.html")
    result = run(evaluate, folder / "agreement.gold.json", *files)
    assert result.exit_code == 1
    assert "--report is for gold in our own form" in result.stderr
