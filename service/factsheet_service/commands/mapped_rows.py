"""Score records against rows of a gold sheet that others made, cell by cell."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from factsheet_schemas import Evidence, ExtractOptions, FieldValue, Record, Schema, load_schema
from factsheet_schemas.gold_map import GoldMap, load_gold_map
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factsheet_service.composition import build_operations
from factsheet_service.core.errors import UsageError
from factsheet_service.core.normalise import render
from factsheet_service.evaluation.counts import count
from factsheet_service.evaluation.gold import Gold, read_json
from factsheet_service.evaluation.judging import Outcome, Verdict
from factsheet_service.evaluation.mapped import is_row, mapped_gold, mapped_schema, rolled_up
from factsheet_service.evaluation.records import read_record, record_of
from factsheet_service.evaluation.scoring import score
from factsheet_service.pipeline.operations import Operations
from factsheet_service.reports.cells import place, shortened
from factsheet_service.settings import settings_from

from .score_tables import share
from .subjects import PAPERS

QUOTE_CHARS = 60


@dataclass(frozen=True, slots=True)
class RowScore:
    """One row, its cells judged; ``record`` has the rolled-up values."""

    gold: Gold
    record: Record
    verdicts: tuple[Verdict, ...]

    def as_json(self) -> dict[str, Any]:
        """All cells with what was expected and answered."""
        cells = [
            {
                "field": one.field,
                "outcome": one.outcome.value,
                "expected": one.expected,
                "answered": one.answered,
                "quotes": [e.quote for e in self.record.deal[one.field].evidence],
            }
            for one in self.verdicts
        ]
        return {"name": self.gold.name, "cells": cells}


def map_for(golds: Sequence[Path], schema: str) -> GoldMap | None:
    """The schema's map of gold columns where all gold files are such rows; else None."""
    known = load_gold_map(schema, load_schema(schema))
    is_all = known is not None and all(is_row(read_json(path), known) for path in golds)
    return known if is_all else None


def evaluate_rows(
    golds: Sequence[Path],
    documents: Path | None,
    runs: Sequence[Path],
    options: ExtractOptions,
    known: GoldMap,
    json_file: Path | None,
) -> None:
    """Score the rows, print them and write them. Raises FactsheetError, SchemaError."""
    scores = rows_scored(golds, documents, runs, options, known)
    if json_file:
        cells = [one.as_json() for one in scores]
        json_file.write_text(json.dumps(cells, indent=1, ensure_ascii=False), "utf-8")
    print_rows(
        scores, mapped_schema(known, load_schema(options.schema_name)), Console(markup=False)
    )


def rows_scored(
    golds: Sequence[Path],
    documents: Path | None,
    runs: Sequence[Path],
    options: ExtractOptions,
    known: GoldMap,
) -> list[RowScore]:
    """The rows with their cells judged; an engine makes the records that are not given.

    Raises:
        FactsheetError, SchemaError: a file is missing or wrong, or the engine failed.
    """
    schema = load_schema(options.schema_name)
    mapped = mapped_schema(known, schema)
    read = {path: mapped_gold(read_json(path), path, known, mapped) for path in golds}
    with tempfile.TemporaryDirectory(prefix="factsheet-eval-") as work:
        operations = build_operations(replace(settings_from(), work=Path(work)))
        records = asyncio.run(_records(operations, read, documents, runs, options))
    return [
        _scored(gold, record, known, schema, mapped)
        for gold, record in zip(read.values(), records, strict=True)
    ]


def _scored(gold: Gold, record: Record, known: GoldMap, schema: Schema, mapped: Schema) -> RowScore:
    rolled = rolled_up(record, known, schema, mapped)
    return RowScore(gold, rolled, score(rolled, gold, mapped, {}).verdicts)


async def _records(
    operations: Operations,
    golds: dict[Path, Gold],
    documents: Path | None,
    runs: Sequence[Path],
    options: ExtractOptions,
) -> list[Record]:
    if runs:
        given = tuple(map(read_record, runs))
        return [record_of(gold, given, is_only=len(golds) == 1) for gold in golds.values()]
    records = []
    for number, (path, gold) in enumerate(golds.items(), start=1):
        await operations.ingest(f"paper-{number}", [_paper(documents or path.parent, path, gold)])
        records.append(await operations.extract(f"paper-{number}", options))
    return records


def _paper(folder: Path, path: Path, gold: Gold) -> Path:
    """The row's document: as it says, of the gold file's name, or the only one there."""
    papers = sorted(one for one in folder.iterdir() if one.suffix.lower() in PAPERS)
    named = [one for one in papers if one.name in gold.documents or one.stem == gold.name]
    found = named or papers
    if len(found) != 1:
        raise UsageError(
            f"{path}: {folder} has {len(found)} papers it may be about: name the one as "
            '"document" in the row, or give the gold file its name'
        )
    return found[0]


def print_rows(scores: Sequence[RowScore], mapped: Schema, console: Console) -> None:
    """A table of cells for each row, and the counts of all together."""
    for one in scores:
        console.print(_cells(one, mapped))
    counts = count(verdict for one in scores for verdict in one.verdicts)
    ratios = ", ".join(
        f"{name} {share(ratio)}"
        for name, ratio in (("P", counts.precision), ("R", counts.recall), ("F1", counts.f1))
    )
    console.print(Text(f"{counts.tp} right, {counts.fp} wrong or invented, {counts.fn} missed"))
    console.print(Text(ratios))


def _cells(one: RowScore, mapped: Schema) -> Table:
    table = Table(title=Text(one.gold.name), title_justify="left")
    for label in ("Field", "Gold", "Ours", "Outcome", "Where"):
        table.add_column(label)
    for verdict in one.verdicts:
        if verdict.outcome is not Outcome.NEUTRAL:
            table.add_row(*map(Text, _cell(verdict, one.record.deal[verdict.field], mapped)))
    return table


def _cell(verdict: Verdict, found: FieldValue, mapped: Schema) -> Iterator[str]:
    spec = mapped.by_key[verdict.field]
    yield spec.label
    yield render(spec, verdict.expected)
    yield render(spec, verdict.answered) or found.status.value
    yield verdict.outcome.value
    yield _where(found.evidence)


def _where(evidence: Sequence[Evidence]) -> str:
    if not evidence:
        return ""
    return f"{place(evidence[0], 20)}: {shortened(evidence[0].quote, QUOTE_CHARS)}"
