"""Our own agreements with their gold, and runs over them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.gold_items import Book, read_book
from engine.gold_sets import AGREEMENTS, EXAMPLE, SCHEMA
from factsheet_schemas import ExtractOptions, Record
from factsheet_service.core.document import Document
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Engine
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from support.build import make_document

HERE = Path(__file__).parent
TINY_MODEL = HERE / "tiny_model.py"
TEXTS = (  # that the tiny model's tokenizer is trained on
    *sorted(AGREEMENTS.glob("dev_0[1-6]*.txt")),
    *sorted((EXAMPLE / "source").glob("**/*.md")),
)
DEV = sorted(AGREEMENTS.glob("dev_*.gold.json"))
ON_THE_WIRE = [DEV[2], DEV[5]]  # those that the reader behind a server knows


def document_of(path: Path) -> Document:
    """The agreement that a gold file is about."""
    text = path.with_name(path.name.replace(".gold.json", ".txt"))
    return make_document(text.read_text("utf-8"), text.name)


def book_of(path: Path) -> Book:
    """The gold as the reader knows it."""
    return read_book(path, SCHEMA, [document_of(path).text])


async def run(path: Path, engine: Engine) -> Record:
    """A whole run over one agreement."""
    job = Job("a", (document_of(path),), SCHEMA, ExtractOptions(engine="vllm"))
    return await extract(job, engine, silent)


def cells(record: Record) -> dict[tuple[str, str], Any]:
    """Every value that a record gives."""
    rows = {row.name: row.fields for row in record.facilities} | {"": record.deal}
    return {
        (name, key): cell.value
        for name, fields in rows.items()
        for key, cell in fields.items()
        if cell.value is not None
    }
