"""Documents as they stand on disk: one compressed file, a JSON line each."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from factsheet_schemas import DocumentStatus

from factsheet_service.core.document import Cell, Document, Page

from .files import replacing

_FORMAT = 1


def save(path: Path, documents: Iterable[Document], reader_version: str) -> None:
    """Write all documents in one step."""
    with replacing(path) as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        packed.write(_line({"format": _FORMAT, "reader_version": reader_version}))
        for document in documents:
            packed.write(_line(asdict(document)))


def load(path: Path, reader_version: str | None) -> tuple[Document, ...]:
    """The documents saved; none where there is no file, or another reader version wrote it."""
    if not path.exists():
        return ()
    with gzip.open(path, "rb") as packed:
        head = json.loads(next(packed))
        if head["format"] != _FORMAT or reader_version not in (None, head["reader_version"]):
            return ()
        return tuple(_documents(packed))


def _line(data: dict[str, Any]) -> bytes:
    # ASCII: a lone surrogate in a text must not make it impossible to save
    return json.dumps(data, separators=(",", ":")).encode() + b"\n"


def _documents(lines: Iterable[bytes]) -> Iterator[Document]:
    for line in lines:
        data = json.loads(line)
        pages = tuple(Page(**page) for page in data.pop("pages"))
        cells = tuple(Cell(**cell) for cell in data.pop("cells"))
        hidden = tuple((start, end) for start, end in data.pop("hidden", ()))
        document = Document(**data, hidden=hidden)
        status = DocumentStatus(document.status)
        yield replace(document, status=status, pages=pages, cells=cells)
