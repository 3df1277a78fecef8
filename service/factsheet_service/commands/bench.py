"""Making the records that are scored: one company per gold file, in a workspace of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from factsheet_schemas import ExtractOptions, Record

from factsheet_service.core.document import Document
from factsheet_service.core.errors import UsageError
from factsheet_service.evaluation.gold import Gold
from factsheet_service.evaluation.records import record_of
from factsheet_service.evaluation.report import Case
from factsheet_service.pipeline.operations import Operations


@dataclass(frozen=True, slots=True)
class Bench:
    """Makes the records to score, one company per gold file."""

    operations: Operations
    documents: Path | None
    runs: tuple[Record, ...]

    async def cases(
        self, golds: Mapping[Path, Gold], options: ExtractOptions
    ) -> tuple[list[Case], list[Record] | None]:
        """The cases, and the lexical engine's records where another engine made those."""
        cases, lexical = [], []
        for number, (path, gold) in enumerate(golds.items(), start=1):
            company = f"company-{number}"
            read = await self._read(company, path, gold)
            texts = {document.id: document.text for document in read}
            asked = _with_lender(options, gold)
            record = await self._record(company, gold, asked, is_only=len(golds) == 1)
            cases.append(Case(gold, record, texts, read))
            if texts and record.run.engine != "lexical":
                by_words = asked.model_copy(update={"engine": "lexical"})
                lexical.append(await self.operations.extract(company, by_words))
        return cases, lexical if len(lexical) == len(cases) else None

    async def _record(
        self, company: str, gold: Gold, options: ExtractOptions, *, is_only: bool
    ) -> Record:
        if self.runs:
            return record_of(gold, self.runs, is_only=is_only)
        return await self.operations.extract(company, options)

    async def _read(self, company: str, path: Path, gold: Gold) -> tuple[Document, ...]:
        """The gold's documents; none if a record is scored without them."""
        files = _files(self.documents or path.parent, gold, must_exist=not self.runs)
        return await self.operations.ingest(company, files) if files else ()


def _with_lender(options: ExtractOptions, gold: Gold) -> ExtractOptions:
    """The options with the lender that the gold speaks of, unless they name one."""
    if options.lender_of_interest or not gold.lender_of_interest:
        return options
    return options.model_copy(update={"lender_of_interest": gold.lender_of_interest})


def _files(folder: Path, gold: Gold, *, must_exist: bool) -> list[Path]:
    """The gold's documents in a folder or below it."""
    found = {name: next(iter(sorted(folder.rglob(name))), None) for name in gold.documents}
    missing = [name for name, path in found.items() if path is None]
    if missing and must_exist:
        raise UsageError(f"{folder} does not have {', '.join(missing)}; give --documents DIR")
    return [] if missing else [path for path in found.values() if path]
