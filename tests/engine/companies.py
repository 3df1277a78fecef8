"""Companies to measure on: their documents as read, with all that is known of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.gold_items import read_book
from factsheet_schemas import Schema
from factsheet_service.core.document import Document, Source
from factsheet_service.core.progress import silent
from factsheet_service.documents.limits import ReadLimits
from factsheet_service.documents.reading import read_documents
from factsheet_service.evaluation.gold import Gold, read_gold

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/credit_facility/gold.json"
AGREEMENTS = sorted((ROOT / "tests/evaluation/agreements").glob("dev_*.gold.json"))
DEV = tuple(AGREEMENTS[:6])  # the ones that the bars were set on


@dataclass(frozen=True, slots=True)
class Company:
    """Documents that belong together, and the gold of all that is in them."""

    name: str
    documents: tuple[Document, ...]
    gold: Gold
    book: dict[str, Any]


async def read_company(path: Path, schema: Schema) -> Company:
    """The company of a gold file, whose documents stand in or below its folder.

    Raises FileNotFoundError.
    """
    gold = read_gold(path, schema)
    sources = [_source(path.parent, name) for name in gold.documents]
    documents = await read_documents(sources, ReadLimits(), silent)
    book = read_book(path, schema, [document.text for document in documents])
    return Company(gold.name, documents, gold, book.dump())


def _source(folder: Path, name: str) -> Source:
    found = next(iter(sorted(folder.rglob(name))), None)
    if found is None:
        raise FileNotFoundError(f"{name}, in or below {folder}")
    return Source(name, hashlib.sha256(found.read_bytes()).hexdigest(), found)
