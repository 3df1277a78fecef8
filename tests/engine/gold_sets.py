"""The companies that the flawless reader is run over, each read by the project's own reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.gold_items import Book, read_book
from engine.losses import Run, Trace, traced
from engine.perfect_reader import PerfectReader
from factsheet_schemas import ExtractOptions, Schema, load_schema
from factsheet_schemas.options import Lender
from factsheet_service.core.document import Document
from factsheet_service.documents import ReadLimits
from factsheet_service.evaluation.gold import Gold, read_gold
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.workspace import Workspace

ROOT = Path(__file__).parents[2]
AGREEMENTS = ROOT / "tests" / "evaluation" / "agreements"
EXAMPLE = ROOT / "examples" / "credit_facility"
PAPERS = ROOT / "examples" / "motor_adaptation"
SCHEMA = load_schema("credit_facility")
WINDOW_TOKENS = 6500  # what the real server of these tests is given too
# Of the lender of interest, the first-named one in the gold.
LENDER_FIELDS = ("lender_share_pct", "lender_of_interest_committed")
_LENDER = re.compile(r"[^|\d€$]{3,}")  # what stands before its commitments


@dataclass(frozen=True, slots=True)
class Company:
    """A gold file and the folder that its documents lie in."""

    gold: Path
    folder: Path
    schema: Schema = SCHEMA


def beside(*golds: Path) -> list[Company]:
    """Companies whose documents lie beside their gold."""
    return [Company(path, path.parent) for path in sorted(golds)]


def example() -> list[Company]:
    """The shipped example: five documents of several formats."""
    return [Company(EXAMPLE / "gold.json", EXAMPLE / "kaarnavuori_wind")]


def example_paper() -> list[Company]:
    """The shipped paper: three experiments, in two columns."""
    return [Company(PAPERS / "gold.json", PAPERS / "papers", load_schema("motor_adaptation"))]


async def traces_of(companies: Sequence[Company], options: ExtractOptions) -> list[Trace]:
    """What the flawless reader's answers came to, company by company."""
    return [await trace(company, options) for company in companies]


async def trace(company: Company, options: ExtractOptions) -> Trace:
    """One run through the document reader and the whole pipeline."""
    gold, schema = read_gold(company.gold, company.schema), company.schema
    options = options.model_copy(update={"schema_name": schema.name})
    files = [company.folder / name for name in gold.documents]
    with TemporaryDirectory() as folder:
        readers: list[PerfectReader] = []

        def made(*_: object) -> AbstractAsyncContextManager[PerfectReader]:
            return nullcontext(readers[0])

        operations = Operations(Workspace(Path(folder)), made, ReadLimits())
        documents = await operations.ingest("a", files)
        book = book_of(company, documents)
        readers.append(PerfectReader([book.dump()], schema, WINDOW_TOKENS))
        record = await operations.extract("a", with_lender(options, gold))
    return traced(Run(book, gold, record, readers[0], documents, schema))


def with_lender(options: ExtractOptions, gold: Gold) -> ExtractOptions:
    """The options with the lender of whose commitment the gold speaks; else as they are."""
    cells = [gold.deal[key] for key in LENDER_FIELDS if key in gold.deal]
    quotes = [quote for cell in cells if not cell.is_unscored for quote in cell.quotes]
    if not quotes:
        return options
    name = _LENDER.match(quotes[0])
    assert name, quotes
    return options.model_copy(update={"lender_of_interest": Lender(name=name.group().strip())})


def book_of(company: Company, documents: Sequence[Document]) -> Book:
    """The gold as the reader knows it."""
    return read_book(company.gold, company.schema, [document.text for document in documents])
