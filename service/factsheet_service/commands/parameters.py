"""The parameters that several commands share, and the options of a run made from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from factsheet_schemas import ExtractOptions
from factsheet_schemas.errors import explain
from pydantic import ValidationError

from factsheet_service.core.errors import UsageError
from factsheet_service.settings import AppSettings, settings_from

Work = Annotated[
    Path | None,
    typer.Option(
        "--work",
        metavar="DIR",
        help="working folder: texts, answers and records; else FACTSHEET_WORK, else ./work",
    ),
]
Company = Annotated[
    str | None,
    typer.Option("--company", metavar="NAME", help="which company of the working folder"),
]
SchemaName = Annotated[
    str,
    typer.Option(
        "--schema",
        metavar="NAME",
        help="a shipped schema (with credit_facility+covenant_tests more is asked), a folder of"
        " your own, or the .json file of a JSON Schema",
    ),
]
Formats = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="LIST",
        help="of table, json, csv, xlsx, psych-ds, own (a JSON Schema's); default: table, with"
        " --out all but psych-ds",
    ),
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="folder for the files; else stdout")
]
LenderName = Annotated[
    str | None,
    typer.Option("--lender", metavar="NAME", help="lender whose commitment and share are asked"),
]


def settings_at(work: Path | None) -> AppSettings:
    """The environment's settings, over the working folder that the command line names."""
    settings = settings_from()
    return settings if work is None else replace(settings, work=work)


def options_of(
    *, lender: str | None = None, settings: dict[str, Any] | None = None, **given: object
) -> ExtractOptions:
    """The options of a run; what is None was not given and keeps its default.

    Raises:
        UsageError: a value is out of its range; the message names the option.
    """
    body = {name: value for name, value in given.items() if value is not None}
    if lender:
        body["lender_of_interest"] = {"name": lender}
    if chosen := {name: value for name, value in (settings or {}).items() if value is not None}:
        body["settings"] = chosen
    try:
        return ExtractOptions.model_validate(body)
    except ValidationError as error:
        raise UsageError(explain(error)) from error


def listed(text: str | None) -> tuple[str, ...] | None:
    """The parts of a comma-separated list; None if it was not given.

    Raises:
        UsageError: it has no part; a run about nothing would look complete.
    """
    if text is None:
        return None
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    if not parts:
        raise UsageError(f"{text!r} is an empty list: give names, or leave the option out")
    return parts
