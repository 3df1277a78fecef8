"""Which company a command is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from factsheet_service.core.errors import NoDocuments, UnknownCompany, UsageError

LONGEST_NAME = 64


def company_for(paths: Sequence[Path], given: str | None) -> str:
    """The name given, else the folder's, else a single file's without its suffix.

    Raises:
        UsageError: no name can be made from the path.
    """
    if given is not None:
        return given
    path = paths[0].resolve()
    if len(paths) == 1:
        return _allowed(path.name if path.is_dir() else path.stem)
    return _allowed(path.parent.name)


def _allowed(name: str) -> str:
    """The name with accents taken off, and what else is not allowed replaced by underscores."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    allowed = re.sub(r"[^A-Za-z0-9_.-]+", "_", plain).strip("_.-")[:LONGEST_NAME]
    if not allowed:
        raise UsageError(f"no company name can be made from {name!r}: give --company NAME")
    return allowed


def picked(known: Sequence[str], given: str | None) -> tuple[str, ...]:
    """The companies of a working folder that a command goes over: all, or the one given.

    Raises:
        UnknownCompany: there is none of that name; the message lists those there are.
        NoDocuments: the working folder holds no company yet.
    """
    if not known:
        raise NoDocuments(
            "the working folder holds no company yet: `factsheet ingest PATH` adds one"
        )
    if given is None:
        return tuple(known)
    if given not in known:
        raise UnknownCompany(f"no company {given!r} in the working folder: {', '.join(known)}")
    return (given,)
