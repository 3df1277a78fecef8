"""Score an engine, or a record, against gold answers."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import ExtractOptions, load_schema
from factsheet_schemas.catalog import is_json_schema

from factsheet_service.composition import build_operations
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.baselines import shipped_constants
from factsheet_service.evaluation.gold import read_gold, read_json
from factsheet_service.evaluation.records import read_record
from factsheet_service.evaluation.report import Report
from factsheet_service.evaluation.report import evaluate as scored
from factsheet_service.settings import settings_from

from .bench import Bench
from .evaluate_own import evaluate_own
from .exits import ExitCode, ending
from .mapped_rows import evaluate_rows, map_for
from .parameters import LenderName, SchemaName, options_of
from .score_report import print_report, report_console
from .written import JsonFile, ReportFile, write_report


@dataclass(frozen=True, slots=True)
class Bars:
    """The least that a report must reach, as means over companies."""

    precision: float | None = None
    f1: float | None = None
    core_f1: float | None = None

    def missed_by(self, report: Report) -> list[str]:
        """What the report does not reach, in words."""
        mean, core = report.reader.headline, report.reader.core_headline
        bars = (
            ("precision", self.precision, mean.precision),
            ("F1", self.f1, mean.f1),
            ("core F1", self.core_f1, core.f1),
        )
        return [
            f"{name} {reached or 0:.3f} is below {least}"
            for name, least, reached in bars
            if least is not None and (reached or 0) < least
        ]


def command(  # noqa: PLR0913, PLR0917 - one parameter per option of the command line
    golds: Annotated[list[Path], typer.Argument(metavar="GOLD...", help="gold files")],
    documents: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="where the documents lie; default: beside the gold"),
    ] = None,
    engine: Annotated[str | None, typer.Option(help="lexical or vllm")] = None,
    runs: Annotated[
        list[Path] | None,
        typer.Option("--run", metavar="RUN.json", help="score these records; run no engine"),
    ] = None,
    schema: SchemaName = "credit_facility",
    json_file: JsonFile = None,
    report_file: ReportFile = None,
    lender: LenderName = None,
    min_precision: Annotated[float | None, typer.Option(help="else exit with 2")] = None,
    min_f1: Annotated[float | None, typer.Option(help="else exit with 2")] = None,
    min_core_f1: Annotated[float | None, typer.Option(help="else exit with 2")] = None,
) -> None:
    """Score an engine, or a record, against gold answers.

    With a JSON Schema's file as --schema the gold is JSON of its shape, and so may --run files be.
    Exit codes: 0 scored, 1 usage, 2 below a bar, 3 engine unavailable, 130 interrupted.
    """
    with ending("nothing was kept"):
        options = options_of(schema=schema, engine=engine or settings_from().engine, lender=lender)
        if is_json_schema(schema):
            _refuse_page(report_file)
            evaluate_own(golds, documents, runs or [], options, json_file)
            return
        if known_map := map_for(golds, schema):
            _refuse_page(report_file)
            evaluate_rows(golds, documents, runs or [], options, known_map, json_file)
            return
        report, known = evaluation(golds, documents, runs or [], options), load_schema(schema)
        write_report(report, known, json_file, report_file)
        print_report(report, known, report_console())
    missed = Bars(min_precision, min_f1, min_core_f1).missed_by(report)
    for line in missed:
        sys.stderr.write(f"factsheet: {line}\n")
    raise typer.Exit(int(ExitCode.PARTIAL if missed else ExitCode.COMPLETE))


def _refuse_page(path: Path | None) -> None:
    """Raises UsageError where a page is asked for that there is none of."""
    if path:
        raise UsageError("--report is for gold in our own form; --json writes all of this one")


def evaluation(
    paths: Sequence[Path], documents: Path | None, runs: Sequence[Path], options: ExtractOptions
) -> Report:
    """Read or make the records of all gold files and score them, baselines too.

    Raises:
        FactsheetError, SchemaError: a file is missing or wrong, or the engine failed.
    """
    schema = load_schema(options.schema_name)
    golds = {path: read_gold(path, schema) for path in paths if _is_ours(path)}
    if not golds:
        raise UsageError("none of the files is gold of ours: they have no 'facilities'")
    with tempfile.TemporaryDirectory(prefix="factsheet-eval-") as work:
        operations = build_operations(replace(settings_from(), work=Path(work)))
        bench = Bench(operations, documents, tuple(read_record(path) for path in runs))
        cases, lexical = asyncio.run(bench.cases(golds, options))
    return scored(cases, schema, shipped_constants(options.schema_name, schema), lexical)


def _is_ours(path: Path) -> bool:
    """Whether a file is gold in our own form; others are named on stderr and passed by."""
    data = read_json(path)
    is_ours = isinstance(data, dict) and "facilities" in data
    if not is_ours:
        sys.stderr.write(
            f"factsheet: {path.name} is gold of another schema and passed by; a JSON Schema's is "
            "scored with --schema FILE.json\n"
        )
    return is_ours
