"""Write the fact sheets that were extracted, as tables, JSON, CSV, XLSX or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import Record, Schema

from factsheet_service.composition import build_operations
from factsheet_service.core.errors import UsageError
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.company import CompanyFolder

from .companies import picked
from .exits import ExitCode, ending
from .outputs import deliver, formats_of, stderr_console
from .parameters import Company, Formats, Out, Work, settings_at
from .summary import values_line
from .views import deliver_views, view_formats, viewed, wanted_views


def command(
    company: Company = None,
    run_id: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="an earlier run; default: the latest")
    ] = None,
    out: Out = None,
    formats: Formats = None,
    work: Work = None,
    schema: Annotated[
        str | None, typer.Option(metavar="NAME", help="default: the one that the run names")
    ] = None,
    view: Annotated[
        str | None,
        typer.Option(
            "--view",
            metavar="LIST",
            help="instead of the sheet: of timelines, ladders, definitions, missing, or all;"
            " --format table, json or html",
        ),
    ] = None,
) -> None:
    """Write the fact sheets that were extracted, as tables, JSON, CSV, XLSX or HTML.

    --format html is a page with all views, where each value leads to its sentence.
    """
    with ending("nothing was lost"):
        operations = build_operations(settings_at(work))
        if view is not None or formats == "html":
            code = show(operations, company, run_id, schema, view, formats, out)
        else:
            code = run(operations, company, run_id, schema, formats, out)
    raise typer.Exit(int(code))


def run(
    operations: Operations,
    company: str | None,
    run_id: str | None,
    schema: str | None,
    formats: str | None,
    out: Path | None,
) -> ExitCode:
    """Report; COMPLETE or PARTIAL as the runs were. Raises FactsheetError, SchemaError."""
    console = stderr_console()
    records = [folder.record(run_id) for folder in having(operations, company, run_id)]
    chosen = formats_of(formats, out, is_own=all(record.answer for record in records))
    known = schema_of(records, schema, operations)
    for path in deliver(records, known, chosen, out):
        console.print(f"wrote {path}")
    for record in records:
        console.print(values_line(record, known))
    return _ended(records)


def show(
    operations: Operations,
    company: str | None,
    run_id: str | None,
    schema: str | None,
    view: str | None,
    formats: str | None,
    out: Path | None,
) -> ExitCode:
    """Show views; COMPLETE or PARTIAL as the runs were. Raises FactsheetError, SchemaError."""
    wanted, chosen = wanted_views(view), view_formats(formats, out)
    folders = having(operations, company, run_id)
    records = [folder.record(run_id) for folder in folders]
    known = schema_of(records, schema, operations)
    texts = [operations.documents(folder.name) for folder in folders]
    found = [viewed(one, known, read, wanted) for one, read in zip(records, texts, strict=True)]
    for path in deliver_views(found, known, chosen, out):
        stderr_console().print(f"wrote {path}")
    return _ended(records)


def _ended(records: Sequence[Record]) -> ExitCode:
    is_complete = all(record.run.is_complete for record in records)
    return ExitCode.COMPLETE if is_complete else ExitCode.PARTIAL


def having(
    operations: Operations, company: str | None, run_id: str | None
) -> Sequence[CompanyFolder]:
    """The companies asked for that have the run; all of them where none has."""
    workspace = operations.workspace
    names = picked(workspace.companies(), company)
    folders = [workspace.company(name) for name in names]
    return [folder for folder in folders if _has(folder, run_id)] or folders


def _has(folder: CompanyFolder, run_id: str | None) -> bool:
    """Whether a company has the run, or any where none is named."""
    return run_id in folder.runs() if run_id else bool(folder.runs())


def schema_of(records: list[Record], given: str | None, operations: Operations) -> Schema:
    """The schema of the runs, or the one given.

    Raises:
        UsageError: the runs have several schemas.
        SchemaError: it cannot be found; a schema of one's own must be given.
    """
    names = {str(record.run.options.get("schema", record.run.schema_name)) for record in records}
    if given is None and len(names) > 1:
        raise UsageError(f"the runs have several schemas ({', '.join(sorted(names))}): --company")
    if given is not None:
        return operations.schemas.find(operations.schemas.adopt(given))
    return operations.schemas.of_run(records[0].run)
