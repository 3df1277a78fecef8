"""A report as plain data, for ``--json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from factsheet_schemas import Schema

from .calibration import Calibration
from .counts import Counts
from .judging import Verdict
from .report import Cost, Reader, Report
from .scoring import Score


def as_json(report: Report, schema: Schema) -> dict[str, Any]:
    """The whole report: means, counts per company, group and field, calibration, cost, errors with
    both quotes, every cell."""
    return {
        "reader": _reader(report.reader, schema),
        "baselines": [_reader(one, schema) for one in report.baselines],
        "calibration": calibration_json(report.reader.calibration),
        "cost": [_cost(one) for one in report.costs],
        "errors": [asdict(one) for one in report.errors],
        "cells": [
            {"company": one.name, **_verdict(verdict)}
            for one in report.reader.scores
            for verdict in one.verdicts
        ],
    }


def _reader(reader: Reader, schema: Schema) -> dict[str, Any]:
    return {
        "name": reader.name,
        "all": asdict(reader.headline),
        "core": asdict(reader.core_headline),
        "documents": [_score(one) for one in reader.scores],
        "kinds": [asdict(one) for one in reader.by_kind()],
        "groups": {key: counts_json(one) for key, one in reader.by_group(schema).items()},
        "fields": {key: counts_json(one) for key, one in reader.by_field().items()},
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "all": counts_json(score.counts),
        "core": counts_json(score.core_counts),
        "facilities": {
            "gold": score.num_gold_rows,
            "record": score.num_record_rows,
            "matched": score.num_matched_rows,
        },
        "evidence": asdict(score.evidence) if score.evidence else None,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    cell = verdict.cell
    return {
        "row": verdict.row,
        "field": verdict.field,
        "outcome": verdict.outcome.value,
        "kind": verdict.kind.value if verdict.kind else None,
        "expected": verdict.expected,
        "answered": verdict.answered,
        "status": cell.status.value if cell else None,
        "confidence": cell.confidence if cell else None,
        "is_shown": verdict.is_shown,
        "is_borne_out": verdict.is_borne_out,
        "is_superseded": verdict.is_superseded,
    }


def _cost(cost: Cost) -> dict[str, Any]:
    return {
        "name": cost.name,
        "documents": cost.num_documents,
        "seconds": cost.seconds,
        **cost.usage.model_dump(),
    }


def calibration_json(found: Calibration) -> dict[str, Any]:
    """Counts with the shares that follow from them."""
    plain = asdict(found)
    for key, ones in (("bins", found.bins), ("levels", found.levels)):
        plain[key] = [{**asdict(one), "share_right": one.share_right} for one in ones]
    return plain


def counts_json(counts: Counts) -> dict[str, Any]:
    """Counts with the ratios that follow from them."""
    ratios = {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
    return {**ratios, **asdict(counts)}
