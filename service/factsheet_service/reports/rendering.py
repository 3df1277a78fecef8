"""One door to all formats."""

from __future__ import annotations

import json

from factsheet_schemas import Record, Schema

from factsheet_service.core.errors import UsageError

from .psych_ds import psych_ds, zipped
from .sheets import csv_bytes, xlsx_bytes
from .terminal import table_text

FORMATS = ("json", "csv", "xlsx", "table", "psych-ds", "own")
OF_EVERY_SCHEMA = tuple(name for name in FORMATS if name not in ("psych-ds", "own"))
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render_record(record: Record, schema: Schema, format: str) -> tuple[bytes, str]:
    """The record's bytes in a format of ``FORMATS``, and their media type.

    Raises:
        UsageError: there is no such format, or none of the user's own for this run.
    """
    match format:
        case "json":
            return json_bytes(record), "application/json"
        case "csv":
            return csv_bytes([record], schema), "text/csv; charset=utf-8"
        case "xlsx":
            return xlsx_bytes(record, schema), XLSX_TYPE
        case "psych-ds":
            return zipped(psych_ds([record], schema)), "application/zip"
        case "own":
            return own_bytes(record), "application/json"
        case "table":
            return table_text(record, schema).encode(), "text/plain; charset=utf-8"
        case _:
            raise UsageError(f"no format {format!r}: there are {', '.join(FORMATS)}")


def json_bytes(record: Record) -> bytes:
    """The record as it travels, indented."""
    return record.model_dump_json(indent=2).encode() + b"\n"


def own_bytes(record: Record) -> bytes:
    """The answer in the shape of the user's own JSON Schema.

    Raises:
        UsageError: the run had another kind of schema.
    """
    if record.answer is None:
        raise UsageError("the format own is for runs with a JSON Schema of one's own")
    return json.dumps(record.answer.value, indent=2, ensure_ascii=False).encode() + b"\n"
