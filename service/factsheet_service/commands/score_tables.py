"""Scores as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from factsheet_schemas import Schema
from rich.table import Table
from rich.text import Text

from factsheet_service.core.normalise import render
from factsheet_service.evaluation.counts import Counts, Mean, count, mean, pooled
from factsheet_service.evaluation.judging import Verdict
from factsheet_service.evaluation.leaves import LeafScore, by_path
from factsheet_service.evaluation.literals import LeafKind
from factsheet_service.evaluation.report import Reader, Report
from factsheet_service.evaluation.scoring import Score

TEXT_COLUMNS = (
    *("reader", "cells", "company", "facility", "field", "outcome"),
    *("group", "kind", "confidence"),
)


def headline(report: Report) -> Table:
    """Means over companies, with the counts of all cells pooled."""
    table = table_of("Mean over companies", "reader", "cells", "P", "R", "F1", "TP", "FP", "FN")
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
    table = table_of("By company", "company", *columns)
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
    table = table_of("By field", "field", "TP", "FP", "FN", "absent", "P", "R", "F1", *names)
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
                *(share(ratio) for ratio in (counts.precision, counts.recall, counts.f1)),
                *(share(one.get(spec.key, Counts()).f1) for one in beside),
            )
    return table


def groups(report: Report, schema: Schema) -> Table:
    """One line per group of fields, with the baselines' F1 beside."""
    names = [baseline.name for baseline in report.baselines]
    table = table_of("By group", "group", "TP", "FP", "FN", "P", "R", "F1", *names)
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


def leaf_tables(scores: Sequence[LeafScore]) -> tuple[Table, ...]:
    """Documents with the mean over them, kinds of leaves, and leaves, of a user's own schema.

    Placed is evidence whose words stand at its offsets and on its page.
    """
    columns = ("TP/FP/FN", "P", "R", "F1", "validates", "placed")
    documents = table_of("By document", "company", *columns)
    for score in scores:
        valid = {True: "yes", False: "no", None: "-"}[score.is_valid]
        places = f"{score.num_placed}/{score.num_evidence}" if score.num_evidence else "-"
        documents.add_row(Text(score.name), *_ratios(score.counts), valid, places)
    over = mean([score.counts for score in scores])
    documents.add_row("mean", "", *map(share, (over.precision, over.recall, over.f1)), "", "")
    kinds = table_of("By kind of gold leaf", "field", "right", "wrong or missing")
    for kind in LeafKind:
        counts = pooled([Counts(), *(score.of_kind(kind) for score in scores)])
        kinds.add_row(kind.value, str(counts.tp), str(counts.fn))
    leaves = table_of("By leaf", "field", "TP/FP/FN", "P", "R", "F1")
    for path, counts in by_path(scores).items():
        leaves.add_row(Text(path), *_ratios(counts))
    return documents, kinds, leaves


def _ratios(counts: Counts) -> tuple[str, ...]:
    ratios = (counts.precision, counts.recall, counts.f1)
    return f"{counts.tp}/{counts.fp}/{counts.fn}", *map(share, ratios)


def cells(verdicts: Iterable[Verdict], schema: Schema) -> Table:
    """Cell by cell: what was expected, what was answered, how it counts."""
    table = table_of("Cell by cell", "facility", "field", "outcome", "expected", "answered")
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


def table_of(title: str, *columns: str) -> Table:
    """An empty table: text to the left, figures to the right and never folded."""
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
