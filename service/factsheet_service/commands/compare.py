"""Compare a run with gold answers or an analyst's sheet, cell by cell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import Record, Schema, SchemaError
from rich.console import Console

from factsheet_service.composition import build_operations
from factsheet_service.evaluation.baselines import Constants, shipped_constants
from factsheet_service.evaluation.gold import Gold, read_gold
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.labels import OtherLabels, shipped_labels
from factsheet_service.evaluation.report import Case, Report, evaluate
from factsheet_service.evaluation.sheet import SUFFIXES, read_sheet

from .diff import RUN_HELP, record_at
from .exits import ending
from .parameters import Company, Work, settings_at
from .report import schema_of
from .score_report import calibration_table, report_console
from .score_tables import cells, groups, headline, share
from .written import JsonFile, ReportFile, write_report


def command(
    run: Annotated[str, typer.Argument(metavar="RUN", help=RUN_HELP)],
    expected: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD.json|SHEET",
            help="gold, or a CSV or XLSX with our columns, of one company or several",
        ),
    ],
    company: Company = None,
    work: Work = None,
    schema: Annotated[
        str | None, typer.Option(metavar="NAME", help="default: the one that the run names")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="also what is rightly absent")] = False,
    json_file: JsonFile = None,
    report_file: ReportFile = None,
) -> None:
    """Compare a run with gold answers or an analyst's sheet, cell by cell; scored like eval.

    Facilities are matched by name, then type and limit. Exit codes: 0 compared, 1 usage.
    """
    with ending("nothing was kept"):
        operations = build_operations(settings_at(work))
        record = record_at(run, operations.workspace, company)
        known = schema_of([record], schema, operations)
        named = schema or str(record.run.options.get("schema", record.run.schema_name))
        report = comparison(record, expected, known, named)
        write_report(report, known, json_file, report_file)
        print_comparison(report, known, report_console(), show_all=show_all)


def comparison(record: Record, expected: Path, schema: Schema, schema_name: str) -> Report:
    """The record's scores. Raises UsageError if the file cannot be used."""
    labels, constants = _shipped(schema_name, schema)
    gold = expectation(expected, record, schema, labels)
    return evaluate([Case(gold, record, {})], schema, constants)


def _shipped(name: str, schema: Schema) -> tuple[OtherLabels, Constants]:
    """What stands beside a schema that is a folder; nothing beside one of a user's own."""
    try:
        return shipped_labels(name, schema), shipped_constants(name, schema)
    except SchemaError:
        return {}, {}


def expectation(path: Path, record: Record, schema: Schema, labels: OtherLabels) -> Gold:
    """What the record is compared with; says on stderr what a sheet holds besides.

    Raises:
        UsageError: the file cannot be used.
    """
    if path.suffix.lower() not in SUFFIXES:
        return read_gold(path, schema)
    sheet = read_sheet(path, schema, record.company, labels)
    for warning in sheet.warnings:
        sys.stderr.write(f"factsheet: {path.name}: {warning}\n")
    return sheet.gold


def print_comparison(
    report: Report, schema: Schema, console: Console, *, show_all: bool = False
) -> None:
    """Every cell that counts, and the sums."""
    quiet = () if show_all else (Outcome.ABSENT, Outcome.NEUTRAL)
    (compared,) = report.reader.scores
    console.print(cells((v for v in compared.verdicts if v.outcome not in quiet), schema))
    console.print(headline(report), groups(report, schema))
    if report.reader.calibration.num:
        console.print(calibration_table(report.reader.calibration))
    counts = compared.counts
    console.print(
        f"{compared.num_matched_rows} of {compared.num_gold_rows} facilities matched, "
        f"{compared.num_record_rows} in the record; "
        f"TP {counts.tp}, FP {counts.fp}, FN {counts.fn}: "
        f"P {share(counts.precision)}, R {share(counts.recall)}, F1 {share(counts.f1)}"
    )
