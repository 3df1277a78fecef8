"""Where reports go: tables to the terminal, files to a folder, one stream to a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from factsheet_schemas import Record, Schema
from rich.console import Console

from factsheet_service.core.errors import UsageError
from factsheet_service.reports import (
    FORMATS,
    OF_EVERY_SCHEMA,
    csv_bytes,
    psych_ds,
    render_record,
    tables,
)

from .parameters import listed

TABLE_WIDTH = 100
PSYCH_DS = "psych-ds"
OWN_SUFFIX = "own.json"
ALL_COMPANIES = "all_companies.csv"


def stdout_console() -> Console:
    """Where tables go; on a pipe they keep their width."""
    console = Console(highlight=False, markup=False)
    if console.is_terminal:
        return console
    return Console(width=TABLE_WIDTH, highlight=False, markup=False)


def stderr_console() -> Console:
    """Where progress and summaries go. Names of files are never markup."""
    return Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def formats_of(text: str | None, out: Path | None, *, is_own: bool = False) -> tuple[str, ...]:
    """The formats asked for; ``own`` is among all of them where the schema ``is_own``.

    Raises:
        UsageError: one is unknown, or a file format needs ``--out``.
    """
    every = (*OF_EVERY_SCHEMA, "own") if is_own else OF_EVERY_SCHEMA
    chosen = listed(text) or (("table",) if out is None else every)
    for name in chosen:
        if name not in FORMATS:
            raise UsageError(f"--format: no format {name!r}: there are {', '.join(FORMATS)}")
    if out is None and (len(chosen) > 1 or {"xlsx", PSYCH_DS} & set(chosen)):
        raise UsageError(f"--format {','.join(chosen)} needs --out DIR")
    return chosen


def deliver(
    records: Sequence[Record], schema: Schema, formats: Sequence[str], out: Path | None
) -> list[Path]:
    """Write the records in each format; the paths of the files written."""
    if "table" in formats:
        console = stdout_console()
        for record in records:
            console.print(tables(record, schema))
    files = [name for name in formats if name != "table"]
    if out is None:
        for name in files:
            _to_stdout(records, schema, name)
        return []
    out.mkdir(parents=True, exist_ok=True)
    return [path for name in files for path in _to_folder(records, schema, name, out)]


def _to_stdout(records: Sequence[Record], schema: Schema, name: str) -> None:
    content = csv_bytes(records, schema) if name == "csv" else _json(records, schema, name)
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _json(records: Sequence[Record], schema: Schema, name: str) -> bytes:
    """One record as an object, several as an array: either way one JSON text."""
    texts = [render_record(record, schema, name)[0].rstrip() for record in records]
    return (texts[0] if len(texts) == 1 else b"[\n" + b",\n".join(texts) + b"\n]") + b"\n"


def _to_folder(records: Sequence[Record], schema: Schema, name: str, out: Path) -> list[Path]:
    if name == PSYCH_DS:
        return _as_data_set(records, schema, out / PSYCH_DS)
    suffix = OWN_SUFFIX if name == "own" else name
    contents = {f"{r.company}.{suffix}": render_record(r, schema, name)[0] for r in records}
    if name == "csv" and len(records) > 1:
        contents[ALL_COMPANIES] = csv_bytes(records, schema)
    for file, content in contents.items():
        (out / file).write_bytes(content)
    return [out / file for file in contents]


def _as_data_set(records: Sequence[Record], schema: Schema, folder: Path) -> list[Path]:
    """One data set of all records."""
    files = {folder / path: content for path, content in psych_ds(records, schema).items()}
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(files)
