"""The companies that are measured: their documents as read, and what a flawless reader knows.

    PYTHONPATH=tests python -m bench.companies [GOLD...] > books.json

writes what the reader inside a server is to know, for a server that is started by hand.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.gold_items import read_book
from factsheet_schemas import Schema, load_schema
from factsheet_service.composition import build_operations
from factsheet_service.core.document import Document
from factsheet_service.settings import AppSettings

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/credit_facility/gold.json"
AGREEMENTS = ROOT / "tests/evaluation/agreements"


@dataclass(frozen=True, slots=True)
class Company:
    """Documents that belong together, and the gold of all that is in them."""

    name: str
    documents: tuple[Document, ...]
    books: tuple[dict[str, Any], ...]

    @property
    def text(self) -> str:
        """All that was read, white space normalised."""
        return "\n".join(" ".join(one.text.split()) for one in self.documents if one.is_read)


def shipped_gold() -> list[Path]:
    """The gold of the example company and of the agreements of our own."""
    return [EXAMPLE, *sorted(AGREEMENTS.glob("*.gold.json"))]


def read_company(gold: Path, schema: Schema) -> Company:
    """The company of one gold file; its documents stand below the gold's folder."""
    documents = _read(gold_documents(gold))
    return Company(_name(gold), documents, (read_book_of(gold, schema, documents),))


def read_book_of(gold: Path, schema: Schema, documents: Sequence[Document]) -> dict[str, Any]:
    """What a flawless reader knows of a company, whose documents are among these."""
    names = {path.name for path in gold_documents(gold)}
    texts = [one.text for one in documents if one.name in names]
    return read_book(gold, schema, texts).dump()


def gold_documents(gold: Path) -> list[Path]:
    """The files that a gold names. Raises FileNotFoundError."""
    data = json.loads(gold.read_text("utf-8"))
    names = data.get("documents") or [data["document"]]
    return [_below(gold.parent, name) for name in names]


def _name(gold: Path) -> str:
    return gold.parent.name if gold.name == "gold.json" else gold.name.split(".")[0]


def _below(folder: Path, name: str) -> Path:
    found = next(iter(sorted(folder.rglob(name))), None)
    if found is None:
        raise FileNotFoundError(f"{name}, of the gold in {folder}")
    return found


def _read(files: Sequence[Path]) -> tuple[Document, ...]:
    with tempfile.TemporaryDirectory() as folder:
        operations = build_operations(AppSettings(work=Path(folder)))
        return asyncio.run(operations.ingest("one", list(files)))


def main() -> None:
    """Write the books."""
    schema = load_schema("credit_facility")
    gold = list(map(Path, sys.argv[1:])) or shipped_gold()
    json.dump([book for path in gold for book in read_company(path, schema).books], sys.stdout)


if __name__ == "__main__":
    main()
