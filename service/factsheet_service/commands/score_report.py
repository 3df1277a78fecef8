"""A whole report of scores on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten

from factsheet_schemas import Schema
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factsheet_service.core.normalise import render
from factsheet_service.evaluation.calibration import Calibration
from factsheet_service.evaluation.examples import ErrorExample, Quoted
from factsheet_service.evaluation.report import Cost, Reader, Report

from .score_tables import companies, fields, groups, headline, share, table_of

WIDTH = 112  # on a pipe: the longest field's name with all figures on one line
MAX_ERRORS = 12  # on the terminal
MAX_QUOTE = 160  # characters of one, there


def report_console() -> Console:
    """Where scores go; on a pipe they keep their width."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(width=WIDTH, highlight=False)


def print_report(report: Report, schema: Schema, console: Console) -> None:
    """The headline, each company with its cost, groups, kinds and fields with the baselines beside,
    calibration, and the first errors."""
    console.print(headline(report))
    console.print(companies(report.reader))
    console.print(groups(report, schema))
    console.print(fields(report, schema))
    console.print(kinds(report.reader))
    console.print(calibration_table(report.reader.calibration))
    console.print(costs(report.costs))
    if report.errors:
        console.print(errors(report.errors, schema))


def kinds(reader: Reader) -> Table:
    """How gold values of each kind fared; borne out: with the evidence that the kind asks for."""
    table = table_of("By kind of gold value", "kind", "values", "right", "share", "borne out")
    for one in reader.by_kind():
        ratio = one.num_right / one.num if one.num else None
        counted = (str(one.num), str(one.num_right), share(ratio), str(one.num_borne_out))
        table.add_row(one.kind.value, *counted)
    return table


def calibration_table(found: Calibration) -> Table:
    """How often PRESENT values of a given confidence are right, by tenths and by level."""
    table = table_of(
        "Calibration", "confidence", "values", "right", "share right", "mean confidence"
    )
    for one in (one for one in found.bins if one.num):
        bounds = f"{one.low:.1f} - {one.high:.1f}"
        counted = (str(one.num), str(one.num_right), share(one.share_right))
        table.add_row(bounds, *counted, share(one.mean_confidence))
    for level in (level for level in found.levels if level.num):
        counted = (str(level.num), str(level.num_right), share(level.share_right))
        table.add_row(level.level.value, *counted, "")
    table.caption = (
        f"AUROC {share(found.auroc)}, expected calibration error {share(found.expected_error)}, "
        f"Brier score {share(found.brier)}"
    )
    return table


def costs(found: Iterable[Cost]) -> Table:
    """What each company's run took."""
    columns = ("files", "calls", "tokens in", "cached", "tokens out", "seconds")
    table = table_of("Cost", "company", *columns)
    for one in found:
        usage = one.usage
        table.add_row(
            one.name,
            str(one.num_documents),
            *(f"{n:,}" for n in (usage.calls, usage.prompt_tokens, usage.cached_tokens)),
            f"{usage.output_tokens:,}",
            f"{one.seconds:.1f}",
        )
    return table


def errors(found: Sequence[ErrorExample], schema: Schema) -> Table:
    """The first errors, each with the gold's quote and ours."""
    table = table_of(f"Errors ({len(found)})", "outcome", "field", "expected", "answered")
    for one in found[:MAX_ERRORS]:
        spec = schema.by_key[one.field]
        where = f"{one.company}: {one.row}" if one.row else one.company
        table.add_row(
            one.outcome.value,
            Text(f"{one.field}\n{where}"),
            Text("\n".join((render(spec, one.expected), *_quoted(one.gold_quotes)))),
            Text("\n".join((render(spec, one.answered) or one.status, *_quoted(one.our_quotes)))),
        )
    if len(found) > MAX_ERRORS:
        table.caption = "the rest stands in --report FILE.html and --json FILE"
    return table


def _quoted(quotes: Iterable[Quoted]) -> Iterable[str]:
    for one in quotes:
        page = f", page {one.page}" if one.page else ""
        where = f" ({one.document}{page})" if one.document else ""
        yield f"“{shorten(one.quote, MAX_QUOTE, placeholder=' …')}”{where}"
