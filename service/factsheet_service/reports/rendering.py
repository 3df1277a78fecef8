"""One door to all formats."""

from __future__ import annotations

from factsheet_schemas import Record, Schema

from factsheet_service.core.errors import UsageError

from .sheets import csv_bytes, xlsx_bytes
from .terminal import table_text

FORMATS = ("json", "csv", "xlsx", "table")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render_record(record: Record, schema: Schema, format: str) -> tuple[bytes, str]:
    """The record's bytes in a format of ``FORMATS``, and their media type.

    Raises:
        UsageError: there is no such format.
    """
    match format:
        case "json":
            return json_bytes(record), "application/json"
        case "csv":
            return csv_bytes([record], schema), "text/csv; charset=utf-8"
        case "xlsx":
            return xlsx_bytes(record, schema), XLSX_TYPE
        case "table":
            return table_text(record, schema).encode(), "text/plain; charset=utf-8"
        case _:
            raise UsageError(f"no format {format!r}: there are {', '.join(FORMATS)}")


def json_bytes(record: Record) -> bytes:
    """The record as it travels, indented."""
    return record.model_dump_json(indent=2).encode() + b"\n"
