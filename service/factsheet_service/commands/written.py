"""A report of scores as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import Schema

from factsheet_service.evaluation.page import html_page
from factsheet_service.evaluation.plain import as_json
from factsheet_service.evaluation.report import Report

JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="write everything here")
]
ReportFile = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.html", help="write a page with charts here"),
]


def write_report(
    report: Report, schema: Schema, json_file: Path | None, html_file: Path | None
) -> None:
    """The report as files, where they are asked for."""
    if json_file:
        plain = json.dumps(as_json(report, schema), indent=1, ensure_ascii=False)
        json_file.write_text(plain, "utf-8")
    if html_file:
        html_file.write_text(html_page(report, schema), "utf-8")
