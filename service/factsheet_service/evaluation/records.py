"""Records kept as JSON files, and which of them a gold file is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from factsheet_schemas import Record
from factsheet_schemas.errors import explain
from pydantic import ValidationError

from factsheet_service.core.errors import UsageError

from .gold import Gold


def read_record(path: Path) -> Record:
    """A record as ``extract`` wrote it. Raises UsageError if the file holds none."""
    try:
        return Record.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: {error}") from error
    except ValidationError as error:
        raise UsageError(f"{path}: no record of ours: {explain(error)}") from error


def record_of(gold: Gold, records: Sequence[Record], *, is_only: bool) -> Record:
    """The record whose documents are the gold's; the only one if there is one of each.

    Raises:
        UsageError: none of them is, or several are.
    """
    wanted = set(gold.documents)
    found = [one for one in records if wanted & {document.name for document in one.documents}]
    if len(found) == 1:
        return found[0]
    if is_only and len(records) == 1:
        return records[0]
    raise UsageError(f"{gold.name}: {len(found) or 'none'} of the records is of its documents")
