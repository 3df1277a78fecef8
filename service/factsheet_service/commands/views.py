"""Delivers the views of fact sheets: to the terminal, as JSON, or as a page of HTML."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from factsheet_schemas import Record, Schema

from factsheet_service.core.document import Document
from factsheet_service.core.errors import UsageError
from factsheet_service.reports.views import VIEWS, Views, views_of
from factsheet_service.reports.views.page import html_page
from factsheet_service.reports.views.terminal import view_tables

from .outputs import stdout_console
from .parameters import listed

FORMATS = ("table", "json", "html")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Viewed:
    """A record with its views and the texts that it was read from."""

    record: Record
    views: Views
    documents: tuple[Document, ...]


def wanted_views(text: str | None) -> tuple[str, ...]:
    """The views named. Raises UsageError if there is none of a name."""
    chosen = listed(text) or (ALL,)
    if unknown := [name for name in chosen if name not in (*VIEWS, ALL)]:
        raise UsageError(f"--view: no view {unknown[0]!r}: there are {', '.join((*VIEWS, ALL))}")
    return VIEWS if ALL in chosen else chosen


def view_formats(text: str | None, out: Path | None) -> tuple[str, ...]:
    """The formats asked for. Raises UsageError if one is unknown, or several need ``--out``."""
    chosen = listed(text) or (("table",) if out is None else ("json", "html"))
    if unknown := [name for name in chosen if name not in FORMATS]:
        known = ", ".join(FORMATS)
        raise UsageError(f"--format: views have no format {unknown[0]!r}: there are {known}")
    if out is None and len(chosen) > 1:
        raise UsageError(f"--format {','.join(chosen)} needs --out DIR")
    return chosen


def viewed(
    record: Record, schema: Schema, documents: Sequence[Document], wanted: Sequence[str]
) -> Viewed:
    """A record's views, from the documents that the run was about."""
    return Viewed(record, views_of(record, schema, documents, wanted), tuple(documents))


def deliver_views(
    found: Sequence[Viewed], schema: Schema, formats: Sequence[str], out: Path | None
) -> list[Path]:
    """Write the views in each format; the paths of the files written.

    Raises:
        UsageError: several pages cannot share stdout.
    """
    if "table" in formats:
        for one in found:
            stdout_console().print(view_tables(one.record.company, one.views))
    if out is None:
        _to_stdout(found, schema, formats[0])
        return []
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in (one for one in formats if one != "table"):
        for one in found:
            path = out / f"{one.record.company}.{'views.json' if name == 'json' else name}"
            path.write_bytes(_page(one, schema) if name == "html" else _json([one]))
            paths.append(path)
    return paths


def _to_stdout(found: Sequence[Viewed], schema: Schema, name: str) -> None:
    if name == "table":
        return
    if name == "html" and len(found) > 1:
        raise UsageError("--format html of several companies needs --out DIR, or --company NAME")
    content = _page(found[0], schema) if name == "html" else _json(found)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _page(one: Viewed, schema: Schema) -> bytes:
    return html_page(one.record, schema, one.views, one.documents)


def _json(found: Sequence[Viewed]) -> bytes:
    """One company's views as an object, several as an array."""
    dumped = [{"company": v.record.company, **v.views.model_dump(mode="json")} for v in found]
    body = dumped[0] if len(dumped) == 1 else dumped
    return json.dumps(body, indent=2, ensure_ascii=False).encode() + b"\n"
