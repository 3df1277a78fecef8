"""Extract a company's fact sheets from its documents."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import ExtractOptions, Preset, Record, Schema

from factsheet_service.composition import build_operations
from factsheet_service.core.errors import UsageError
from factsheet_service.core.planning import chosen_groups
from factsheet_service.core.progress import Event, Progress
from factsheet_service.pipeline.operations import Operations, files_in
from factsheet_service.settings import ENGINES, AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.ledger import Limits, shrink

from .companies import picked
from .exits import ExitCode, ending
from .outputs import deliver, formats_of, stderr_console
from .parameters import (
    Company,
    Formats,
    LenderName,
    Out,
    SchemaName,
    Work,
    listed,
    options_of,
    settings_at,
)
from .progress import shown_on
from .subjects import Given, subjects_of
from .summary import summary

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH...", help="files, folders, archives; none: what is ingested"),
]
GO_ON = "finished work is kept; the same command goes on from there"


def command(  # noqa: PLR0913, PLR0917 - one parameter per option of the command line
    paths: Paths = None,
    company: Company = None,
    schema: SchemaName = "credit_facility",
    engine: Annotated[
        str | None, typer.Option(help="lexical or vllm; default: FACTSHEET_ENGINE, else lexical")
    ] = None,
    preset: Annotated[Preset, typer.Option(help="how thoroughly to ask")] = Preset.FULL,
    out: Out = None,
    formats: Formats = None,
    work: Work = None,
    lender: LenderName = None,
    groups: Annotated[str | None, typer.Option(help="only these groups, by comma")] = None,
    fields: Annotated[str | None, typer.Option(help="only these fields, by comma")] = None,
    section_passes: Annotated[
        int | None, typer.Option(help="further windows per group; 0: BM25 only")
    ] = None,
    chunks_per_group: Annotated[int | None, typer.Option(help="BM25 windows per group")] = None,
    deep_cap: Annotated[int | None, typer.Option(help="deep questions per facility")] = None,
    skip_verification: Annotated[
        bool | None, typer.Option("--skip-verification", help="do not ask again about findings")
    ] = None,
    second_opinion: Annotated[
        bool | None,
        typer.Option(
            "--second-opinion/--no-second-opinion",
            help="let the lexical reader count in confidence",
        ),
    ] = None,
    merge_groups: Annotated[
        bool | None, typer.Option("--merge-groups", help="ask several groups in one question")
    ] = None,
    retriever: Annotated[
        str | None, typer.Option(help="bm25, embedding or hybrid; below full coverage")
    ] = None,
    window_tokens: Annotated[int | None, typer.Option(help="default: the engine's best")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="ask anew, whatever was paid for before")
    ] = False,
) -> None:
    """Extract a company's fact sheets from its documents.

    Exit codes: 0 complete, 1 usage, 2 partial, 3 engine unavailable, 130 interrupted.
    """
    with ending(GO_ON):
        settings = settings_at(work)
        options = options_of(
            lender=lender,
            settings={
                "section_passes": section_passes,
                "chunks_per_group": chunks_per_group,
                "deep_cap": deep_cap,
                "skip_verification": skip_verification,
                "second_opinion": second_opinion,
                "merge_groups": merge_groups,
                "retriever": retriever,
                "window_tokens": window_tokens,
            },
            schema=schema,
            engine=engine or settings.engine,
            preset=preset,
            groups=listed(groups),
            fields=listed(fields),
            fresh=fresh or None,
        )
        operations = build_operations(settings)
        if options.engine == "vllm" and settings.memo != Limits():
            asyncio.run(kept_within_limits(settings))
        options = options.model_copy(update={"schema_name": operations.schemas.adopt(schema)})
        code = run(operations, paths or [], company, options, formats, out)
    raise typer.Exit(int(code))


def run(
    operations: Operations,
    paths: Sequence[Path],
    company: str | None,
    options: ExtractOptions,
    formats: str | None,
    out: Path | None,
) -> ExitCode:
    """Extract, report and sum up; COMPLETE or PARTIAL. Raises FactsheetError, SchemaError."""
    schema = operations.schemas.find(options.schema_name)
    is_own = operations.schemas.own(options.schema_name) is not None
    chosen = formats_of(formats, out, is_own=is_own)
    refuse_unknown(options, schema)
    console = stderr_console()
    if paths:
        subjects = subjects_of(paths, company, schema)
        for path in subjects.passed_by:
            console.print(f"passed by {path}")
        given = subjects.given
    else:
        names = picked(operations.workspace.companies(), company)
        given = tuple(Given(name, ()) for name in names)
    with shown_on(console) as progress:
        records = asyncio.run(extracted(operations, given, options, progress))
    for path in deliver(records, schema, chosen, out):
        console.print(f"wrote {path}")
    for record in records:
        console.print("\n".join(summary(record, schema)))
    is_complete = all(record.run.is_complete for record in records)
    return ExitCode.COMPLETE if is_complete else ExitCode.PARTIAL


def refuse_unknown(options: ExtractOptions, schema: Schema) -> None:
    """Refuse what a run would refuse, before a file is read: reading may take minutes.

    Raises:
        UsageError, UnknownField: no engine, group or field of that name.
    """
    if options.engine not in ENGINES:
        raise UsageError(f"no engine {options.engine!r}: engines are {', '.join(ENGINES)}")
    chosen_groups(schema, options)


async def kept_within_limits(settings: AppSettings) -> None:
    """Forget answers beyond the limits first; a service does so for as long as it runs."""
    async with Database(settings.database_url) as database:
        await shrink(database, settings.memo, time.time())


async def extracted(
    operations: Operations,
    subjects: Sequence[Given],
    options: ExtractOptions,
    progress: Progress,
) -> list[Record]:
    """The subjects' records, one after the other."""
    return [await one_extracted(operations, one, options, progress) for one in subjects]


async def one_extracted(
    operations: Operations, subject: Given, options: ExtractOptions, progress: Progress
) -> Record:
    """One subject's record.

    The paths given are added before, and the run is about them alone: what an earlier command gave
    and this one does not is left out.
    """
    if subject.paths:
        await operations.ingest(subject.name, subject.paths, progress)
        given = tuple(name for name, _ in files_in(subject.paths))
        options = options.model_copy(update={"documents": given})
        progress = but_not("ingest", progress)  # extracting looks for new files once more
    return await operations.extract(subject.name, options, progress)


def but_not(stage: str, progress: Progress) -> Progress:
    """The progress without the steps of one stage."""

    def told(event: Event) -> None:
        if getattr(event, "stage", None) != stage:
            progress(event)

    return told
