"""Add a company's documents to the working folder and read them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import DocumentStatus

from factsheet_service.composition import build_operations
from factsheet_service.core.document import Document
from factsheet_service.pipeline.operations import Operations

from .exits import ExitCode, ending
from .outputs import stderr_console
from .parameters import Company, SchemaName, Work, settings_at
from .progress import shown_on
from .subjects import subjects_of

GO_ON = "files that were read are kept; the same command reads the others"


def command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="files or folders")],
    company: Company = None,
    work: Work = None,
    schema: SchemaName = "credit_facility",
) -> None:
    """Add a company's documents to the working folder and read them; a schema of papers makes
    each document a subject of its own.

    Files that were read before are not read again. Exits with 2 if some could not be read.
    """
    with ending(GO_ON):
        operations = build_operations(settings_at(work))
        known = operations.schemas.find(operations.schemas.adopt(schema))
        given = subjects_of(paths, company, known).given
        codes = [run(operations, one.paths, one.name) for one in given]
        code = max(codes)
    raise typer.Exit(int(code))


def run(operations: Operations, paths: Sequence[Path], name: str) -> ExitCode:
    """Ingest and sum up; COMPLETE or PARTIAL. Raises FactsheetError."""
    console = stderr_console()
    known = _known(operations, name)
    with shown_on(console) as progress:
        documents = asyncio.run(operations.ingest(name, paths, progress))
    console.print(files_line(name, documents, known))
    is_whole = all(document.status is DocumentStatus.OK for document in documents)
    return ExitCode.COMPLETE if is_whole else ExitCode.PARTIAL


def _known(operations: Operations, name: str) -> frozenset[str]:
    """The ids of the documents that the company already has."""
    if name not in operations.workspace.companies():
        return frozenset()
    return frozenset(document.id for document in operations.documents(name))


def files_line(name: str, documents: Sequence[Document], known: Collection[str]) -> str:
    """How many files the company has, how many of them are new and how many could be read."""
    num_new = sum(document.id not in known for document in documents)
    num_read = sum(document.is_read for document in documents)
    pages = sum(len(document.pages) for document in documents if document.is_read)
    return f"{name}: {len(documents)} files, {num_new} new; {num_read} with text, {pages} pages"
