"""Scores as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten

from factsheet_schemas import Schema
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factsheet_service.core.normalise import render
from factsheet_service.evaluation.calibration import Calibration
from factsheet_service.evaluation.counts import Counts, Mean, count, mean, pooled
from factsheet_service.evaluation.examples import ErrorExample, Quoted
from factsheet_service.evaluation.judging import Verdict
from factsheet_service.evaluation.leaves import LeafScore, by_path
from factsheet_service.evaluation.literals import LeafKind
from factsheet_service.evaluation.report import Cost, Reader, Report
from factsheet_service.evaluation.scoring import Score

TEXT_COLUMNS = (
    *("reader", "cells", "company", "facility", "field", "outcome"),
    *("group", "kind", "confidence"),
)
MAX_ERRORS = 12  # on the terminal
MAX_QUOTE = 160  # characters of one, there


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


def headline(report: Report) -> Table:
    """Means over companies, with the counts of all cells pooled."""
    table = _table("Mean over companies", "reader", "cells", "P", "R", "F1", "TP", "FP", "FN")
    for reader in (report.reader, *report.baselines):
        core = frozenset(key for one in reader.scores for key in one.core_keys)
        of_core = count(v for v in reader.verdicts if v.field in core)
        _add_mean(table, reader.name, "all", reader.headline, count(reader.verdicts))
        _add_mean(table, "", "core", reader.core_headline, of_core)
    return table


def _add_mean(table: Table, name: str, which: str, over: Mean, counts: Counts) -> None:
    table.add_row(
        name,
        which,
        *(share(ratio) for ratio in (over.precision, over.recall, over.f1)),
        *(str(number) for number in (counts.tp, counts.fp, counts.fn)),
    )


def companies(reader: Reader) -> Table:
    """One line per company.

    Rows are matched/gold/found; shown are right values whose evidence shows what the gold quotes;
    verbatim are values whose evidence stands in the documents as it is quoted.
    """
    columns = ("TP/FP/FN", "P", "F1", "core F1", "rows", "shown", "verbatim")
    table = _table("By company", "company", *columns)
    for score in reader.scores:
        counts = score.counts
        table.add_row(
            score.name,
            f"{counts.tp}/{counts.fp}/{counts.fn}",
            *(share(ratio) for ratio in (counts.precision, counts.f1, score.core_counts.f1)),
            f"{score.num_matched_rows}/{score.num_gold_rows}/{score.num_record_rows}",
            f"{counts.shown}/{counts.tp}",
            _verbatim(score),
        )
    return table


def _verbatim(score: Score) -> str:
    checked = score.evidence
    return f"{checked.num_verbatim}/{checked.num_present}" if checked else "-"


def fields(report: Report, schema: Schema) -> Table:
    """One line per field with a value in the gold or the record, with the baselines' F1 beside.

    A star marks core terms. The caption counts the fields that are rightly absent everywhere.
    """
    names = [baseline.name for baseline in report.baselines]
    table = _table("By field", "field", "TP", "FP", "FN", "absent", "F1", *names)
    beside = [baseline.by_field() for baseline in report.baselines]
    own = report.reader.by_field()
    silent = [one for one in own.values() if one.absent and not one.tp + one.fp + one.fn]
    table.caption = f"and {len(silent)} fields rightly absent wherever they are labelled"
    for spec in schema.fields():
        counts = own.get(spec.key, Counts())
        if counts.tp + counts.fp + counts.fn:
            table.add_row(
                f"{spec.key}{' *' if spec.core else ''}",
                *(str(number) for number in (counts.tp, counts.fp, counts.fn, counts.absent)),
                share(counts.f1),
                *(share(one.get(spec.key, Counts()).f1) for one in beside),
            )
    return table


def groups(report: Report, schema: Schema) -> Table:
    """One line per group of fields, with the baselines' F1 beside."""
    names = [baseline.name for baseline in report.baselines]
    table = _table("By group", "group", "TP", "FP", "FN", "P", "R", "F1", *names)
    own = report.reader.by_group(schema)
    beside = [baseline.by_group(schema) for baseline in report.baselines]
    for group in schema.groups:
        counts = own[group.key]
        table.add_row(
            group.key,
            *(str(number) for number in (counts.tp, counts.fp, counts.fn)),
            *(share(ratio) for ratio in (counts.precision, counts.recall, counts.f1)),
            *(share(one[group.key].f1) for one in beside),
        )
    return table


def kinds(reader: Reader) -> Table:
    """How gold values of each kind fared; borne out: with the evidence that the kind asks for."""
    table = _table("By kind of gold value", "kind", "values", "right", "share", "borne out")
    for one in reader.by_kind():
        ratio = one.num_right / one.num if one.num else None
        counted = (str(one.num), str(one.num_right), share(ratio), str(one.num_borne_out))
        table.add_row(one.kind.value, *counted)
    return table


def calibration_table(found: Calibration) -> Table:
    """How often PRESENT values of a given confidence are right, by tenths and by level."""
    table = _table("Calibration", "confidence", "values", "right", "share right", "mean confidence")
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
    table = _table("Cost", "company", *columns)
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
    table = _table(f"Errors ({len(found)})", "outcome", "field", "expected", "answered")
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


def leaf_tables(scores: Sequence[LeafScore]) -> tuple[Table, ...]:
    """Documents with the mean over them, kinds of leaves, and leaves, of a user's own schema.

    Placed is evidence whose words stand at its offsets and on its page.
    """
    columns = ("TP/FP/FN", "P", "R", "F1", "validates", "placed")
    documents = _table("By document", "company", *columns)
    for score in scores:
        valid = {True: "yes", False: "no", None: "-"}[score.is_valid]
        places = f"{score.num_placed}/{score.num_evidence}" if score.num_evidence else "-"
        documents.add_row(Text(score.name), *_ratios(score.counts), valid, places)
    over = mean([score.counts for score in scores])
    documents.add_row("mean", "", *map(share, (over.precision, over.recall, over.f1)), "", "")
    kinds = _table("By kind of gold leaf", "field", "right", "wrong or missing")
    for kind in LeafKind:
        counts = pooled([Counts(), *(score.of_kind(kind) for score in scores)])
        kinds.add_row(kind.value, str(counts.tp), str(counts.fn))
    leaves = _table("By leaf", "field", "TP/FP/FN", "P", "R", "F1")
    for path, counts in by_path(scores).items():
        leaves.add_row(Text(path), *_ratios(counts))
    return documents, kinds, leaves


def _ratios(counts: Counts) -> tuple[str, ...]:
    ratios = (counts.precision, counts.recall, counts.f1)
    return f"{counts.tp}/{counts.fp}/{counts.fn}", *map(share, ratios)


def cells(verdicts: Iterable[Verdict], schema: Schema) -> Table:
    """Cell by cell: what was expected, what was answered, how it counts."""
    table = _table("Cell by cell", "facility", "field", "outcome", "expected", "answered")
    for verdict in verdicts:
        spec = schema.by_key[verdict.field]
        table.add_row(
            Text(verdict.row or ""),
            spec.label,
            verdict.outcome.value,
            Text(render(spec, verdict.expected)),
            Text(render(spec, verdict.answered)),
        )
    return table


def share(ratio: float | None) -> str:
    """A ratio with three decimals; a dash where there is none."""
    return "-" if ratio is None else f"{ratio:.3f}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        is_text = column in TEXT_COLUMNS
        table.add_column(
            column,
            justify="left" if is_text or column in ("expected", "answered") else "right",
            overflow="fold",
            no_wrap=number > 0 and not is_text and column not in ("expected", "answered"),
        )
    return table
