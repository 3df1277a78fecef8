"""Scores of several companies put together: the headline, the fields, the baselines beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from factsheet_schemas import Record, Schema

from .baselines import Constants, common_answers, constant_record
from .counts import Counts, Mean, count, mean
from .gold import Gold
from .judging import Verdict
from .scoring import Score, score


@dataclass(frozen=True, slots=True)
class Case:
    """One company to score: its gold, the record, and its documents' texts by id."""

    gold: Gold
    record: Record
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader's scores, company by company: the engine's, or a baseline's."""

    name: str
    scores: tuple[Score, ...]

    @property
    def headline(self) -> Mean:
        """The mean over companies, of all cells."""
        return mean([one.counts for one in self.scores])

    @property
    def core_headline(self) -> Mean:
        """The mean over companies, of the core terms."""
        return mean([one.core_counts for one in self.scores])

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All cells of all companies."""
        return tuple(verdict for one in self.scores for verdict in one.verdicts)

    def by_field(self) -> dict[str, Counts]:
        """Pooled counts of every field."""
        keys = dict.fromkeys(verdict.field for verdict in self.verdicts)
        return {key: count(v for v in self.verdicts if v.field == key) for key in keys}


@dataclass(frozen=True, slots=True)
class Report:
    """The reader in question, and the baselines that it has to beat."""

    reader: Reader
    baselines: tuple[Reader, ...]


def evaluate(
    cases: Sequence[Case],
    schema: Schema,
    shipped: Constants,
    lexical: Sequence[Record] | None = None,
) -> Report:
    """Score all cases, with both baselines.

    ``shipped`` are the constants for a single case; ``lexical`` the keyword engine's records of
    the same cases, where another engine made those in question.
    """
    reader = Reader(cases[0].record.run.engine if cases else "none", _scores(cases, schema))
    baselines = [Reader("constants", tuple(_constants(cases, schema, shipped)))]
    if lexical is not None:
        others = [
            Case(case.gold, record, case.texts) for case, record in zip(cases, lexical, strict=True)
        ]
        baselines.append(Reader("lexical", _scores(others, schema)))
    return Report(reader, tuple(baselines))


def _scores(cases: Iterable[Case], schema: Schema) -> tuple[Score, ...]:
    return tuple(score(case.record, case.gold, schema, case.texts) for case in cases)


def _constants(cases: Sequence[Case], schema: Schema, shipped: Constants) -> Iterable[Score]:
    for case in cases:
        others = [other.gold for other in cases if other is not case]
        constants = common_answers(others, schema) if others else shipped
        yield score(constant_record(constants, case.gold, schema), case.gold, schema, {})


def as_json(report: Report) -> dict[str, Any]:
    """The whole report as plain data: means, counts per company and field, every cell."""
    return {
        "reader": _reader_json(report.reader),
        "baselines": [_reader_json(one) for one in report.baselines],
        "cells": [
            {"company": one.name, **asdict(verdict)}
            for one in report.reader.scores
            for verdict in one.verdicts
        ],
    }


def _reader_json(reader: Reader) -> dict[str, Any]:
    return {
        "name": reader.name,
        "all": asdict(reader.headline),
        "core": asdict(reader.core_headline),
        "documents": [_score_json(one) for one in reader.scores],
        "fields": {key: counts_json(one) for key, one in reader.by_field().items()},
    }


def _score_json(score_: Score) -> dict[str, Any]:
    return {
        "name": score_.name,
        "all": counts_json(score_.counts),
        "core": counts_json(score_.core_counts),
        "facilities": {
            "gold": score_.num_gold_rows,
            "record": score_.num_record_rows,
            "matched": score_.num_matched_rows,
        },
        "evidence": asdict(score_.evidence) if score_.evidence else None,
    }


def counts_json(counts: Counts) -> dict[str, Any]:
    """Counts with the ratios that follow from them."""
    ratios = {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
    return {**ratios, **asdict(counts)}
