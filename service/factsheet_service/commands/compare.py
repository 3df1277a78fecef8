"""Compare a record with gold answers or an analyst's sheet, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from factsheet_schemas import Record, Schema, load_schema
from rich.console import Console

from factsheet_service.evaluation.gold import Gold, read_gold
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.records import read_record
from factsheet_service.evaluation.scoring import Score, score
from factsheet_service.evaluation.sheet import read_sheet

from .exits import ending
from .score_tables import cells, share


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN.json", help="a record")],
    expected: Annotated[
        Path,
        typer.Argument(metavar="GOLD.json|SHEET.csv", help="gold, or a CSV with our columns"),
    ],
    schema: Annotated[
        str | None, typer.Option(metavar="NAME", help="default: the one that the run names")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="also what is rightly absent")] = False,
) -> None:
    """Compare a record with gold answers or an analyst's sheet, cell by cell.

    Facilities are matched by name, then type and limit. Exit codes: 0 compared, 1 usage.
    """
    with ending("nothing was kept"):
        record = read_record(run)
        known = load_schema(schema or record.run.schema_name)
        compared = score(record, expectation(expected, record, known), known, {})
        print_comparison(compared, known, Console(), show_all=show_all)


def expectation(path: Path, record: Record, schema: Schema) -> Gold:
    """What the record is compared with. Raises UsageError if the file cannot be used."""
    if path.suffix.lower() == ".csv":
        return read_sheet(path, schema, record.company)
    return read_gold(path, schema)


def print_comparison(
    compared: Score, schema: Schema, console: Console, *, show_all: bool = False
) -> None:
    """Every cell that counts, and the sums."""
    quiet = () if show_all else (Outcome.ABSENT, Outcome.NEUTRAL)
    console.print(cells((v for v in compared.verdicts if v.outcome not in quiet), schema))
    counts = compared.counts
    console.print(
        f"{compared.num_matched_rows} of {compared.num_gold_rows} facilities matched, "
        f"{compared.num_record_rows} in the record; "
        f"TP {counts.tp}, FP {counts.fp}, FN {counts.fn}: "
        f"P {share(counts.precision)}, R {share(counts.recall)}, F1 {share(counts.f1)}"
    )
