"""Documents as they are stored: compressed, a JSON line each."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from factsheet_schemas import DocumentStatus

from factsheet_service.core.document import Cell, Document, Page

_FORMAT = 1
_LEVEL = 6


class Unusable(Exception):
    """What is stored is no documents, or in a form that is not known here."""


def packed(documents: Iterable[Document]) -> bytes:
    """The documents, to be stored."""
    lines = [_line({"format": _FORMAT})]
    lines += [_line(asdict(document)) for document in documents]
    return gzip.compress(b"".join(lines), _LEVEL, mtime=0)


def unpacked(content: bytes) -> tuple[Document, ...]:
    """The documents that were stored. Raises Unusable."""
    return read_with_version(content)[1]


def read_with_version(content: bytes) -> tuple[str, tuple[Document, ...]]:
    """What was stored, and the version of the readers if that stands there. Raises Unusable."""
    try:
        head, *lines = gzip.decompress(content).splitlines()
        told = json.loads(head)
        if told["format"] != _FORMAT:
            raise Unusable(f"format {told['format']}")
        return told.get("reader_version", ""), tuple(map(_document, lines))
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise Unusable(type(error).__name__) from error


def _line(data: dict[str, Any]) -> bytes:
    # ASCII: a lone surrogate in a text must not make it impossible to save
    return json.dumps(data, separators=(",", ":")).encode() + b"\n"


def _document(line: bytes) -> Document:
    data = json.loads(line)
    pages = tuple(Page(**page) for page in data.pop("pages"))
    cells = tuple(Cell(**cell) for cell in data.pop("cells"))
    hidden = tuple((start, end) for start, end in data.pop("hidden", ()))
    document = Document(**data, hidden=hidden)
    status = DocumentStatus(document.status)
    return replace(document, status=status, pages=pages, cells=cells)
