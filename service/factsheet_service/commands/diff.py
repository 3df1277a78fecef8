"""Show what changed between two runs: documents, rows and cells, with the reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import Record, RecordDiff, Schema, compare_records

from factsheet_service.composition import build_operations
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.records import read_record
from factsheet_service.reports.diff import diff_csv, diff_tables
from factsheet_service.stores.company import CompanyFolder
from factsheet_service.stores.folder_files import FolderFiles
from factsheet_service.stores.workspace import Workspace

from .companies import picked
from .exits import ExitCode, ending
from .outputs import stderr_console, stdout_console
from .parameters import Company, Work, listed, settings_at
from .report import schema_of

FORMATS = ("table", "json", "csv")
RUN_HELP = "a record's file, a company's folder or name (its latest run), or a run's id"


def command(
    old: Annotated[str, typer.Argument(metavar="RUN_A", help=RUN_HELP)],
    new: Annotated[str, typer.Argument(metavar="RUN_B", help=RUN_HELP)],
    company: Company = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="folder for the files; else stdout")
    ] = None,
    formats: Annotated[
        str | None,
        typer.Option("--format", metavar="LIST", help="of table, json, csv; default: table"),
    ] = None,
    work: Work = None,
    schema: Annotated[
        str | None, typer.Option(metavar="NAME", help="default: the one that the runs name")
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="exit with 4 if anything changed")
    ] = False,
) -> None:
    """Show what changed between two runs: documents, rows and cells, with the reason.

    Exit codes: 0 compared, whether anything changed or not; 1 usage; with --exit-code 4 if it did.
    """
    with ending("nothing was kept"):
        chosen = formats_of(formats, out)
        operations = build_operations(settings_at(work))
        records = [record_at(run, operations.workspace, company) for run in (old, new)]
        known = schema_of(records, schema, operations)
        diff = compared(*records)
        deliver(diff, known, chosen, out)
    changed = exit_code and not diff.is_empty
    raise typer.Exit(int(ExitCode.CHANGED if changed else ExitCode.COMPLETE))


def formats_of(text: str | None, out: Path | None) -> tuple[str, ...]:
    """The formats asked for. Raises UsageError if one is unknown, or several need ``--out``."""
    chosen = listed(text) or (("table",) if out is None else FORMATS)
    for name in chosen:
        if name not in FORMATS:
            raise UsageError(f"--format: no format {name!r}: there are {', '.join(FORMATS)}")
    if out is None and len(chosen) > 1:
        raise UsageError(f"--format {','.join(chosen)} needs --out DIR")
    return chosen


def record_at(run: str, workspace: Workspace, company: str | None) -> Record:
    """The record that a word of the command line means.

    Raises:
        UsageError: there is none, or several companies have a run of that id.
    """
    path = Path(run)
    if path.is_file():
        return read_record(path)
    if (path / "runs").is_dir():
        return CompanyFolder(FolderFiles(path.parent), path.name).record()
    if company is None and run in workspace.companies():
        return workspace.company(run).record()
    having = [
        folder
        for name in picked(workspace.companies(), company)
        if run in (folder := workspace.company(name)).runs()
    ]
    if len(having) != 1:
        found = ", ".join(folder.name for folder in having) or "no company"
        raise UsageError(f"{run!r} is no file or folder, and a run of {found}: give a file")
    return having[0].record(run)


def compared(old: Record, new: Record) -> RecordDiff:
    """What changed. Raises UsageError if the runs are of two schemas."""
    try:
        return compare_records(old, new)
    except ValueError as error:
        raise UsageError(str(error)) from error


def deliver(diff: RecordDiff, schema: Schema, formats: tuple[str, ...], out: Path | None) -> None:
    """Write the comparison in each format, to the terminal or to a folder."""
    if "table" in formats:
        stdout_console().print(diff_tables(diff, schema))
    contents = {
        "json": diff.model_dump_json(indent=2).encode() + b"\n",
        "csv": diff_csv(diff, schema),
    }
    for name in (one for one in formats if one != "table"):
        if out is None:
            sys.stdout.buffer.write(contents[name])
            sys.stdout.buffer.flush()
            continue
        out.mkdir(parents=True, exist_ok=True)
        path = out / f"{diff.new.company}.diff.{name}"
        path.write_bytes(contents[name])
        stderr_console().print(f"wrote {path}")
