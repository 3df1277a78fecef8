"""Scores of several companies put together: the headline, the fields, the baselines beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from factsheet_schemas import Record, Schema
from factsheet_schemas.record import Usage

from factsheet_service.core.document import Document

from .baselines import Constants, common_answers, constant_record
from .calibration import Calibration, calibration
from .counts import Counts, Mean, count, mean, pooled
from .examples import ErrorExample, errors_of
from .gold import Gold, Kind
from .judging import Verdict
from .scoring import Score, score


@dataclass(frozen=True, slots=True)
class Case:
    """One company to score: its gold, the record, and its documents' texts by id."""

    gold: Gold
    record: Record
    texts: Mapping[str, str]
    documents: Sequence[Document] = ()  # with their pages, where at hand


@dataclass(frozen=True, slots=True)
class KindCount:
    """Gold values of one kind: how many are right, and how many of those with the evidence that
    the kind asks for (an entailed value's lines, a derived one's formula and sources)."""

    kind: Kind
    num: int
    num_right: int
    num_borne_out: int


def _kind_count(kind: Kind, verdicts: Iterable[Verdict]) -> KindCount:
    own = [one for one in verdicts if one.kind is kind]
    counts = count(own)
    borne_out = sum(one.is_borne_out for one in own)
    return KindCount(kind, counts.tp + counts.fn, counts.tp, borne_out)


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

    def by_group(self, schema: Schema) -> dict[str, Counts]:
        """Pooled counts of every group of fields."""
        own = self.by_field()
        return {
            group.key: pooled(own.get(field.key, Counts()) for field in group.fields)
            for group in schema.groups
        }

    def by_kind(self) -> tuple[KindCount, ...]:
        """Gold values by how they stand in their quotes."""
        return tuple(_kind_count(kind, self.verdicts) for kind in Kind)

    @property
    def calibration(self) -> Calibration:
        """Whether its confidence means what it says."""
        return calibration(self.verdicts)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one company's run took."""

    name: str
    num_documents: int
    seconds: float
    usage: Usage


@dataclass(frozen=True, slots=True)
class Report:
    """The reader in question, and the baselines that it has to beat."""

    reader: Reader
    baselines: tuple[Reader, ...]
    costs: tuple[Cost, ...] = ()
    errors: tuple[ErrorExample, ...] = ()


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
    return Report(
        reader=reader,
        baselines=tuple(baselines),
        costs=tuple(map(_cost, cases)),
        errors=tuple(
            error
            for case, scored in zip(cases, reader.scores, strict=True)
            for error in errors_of(scored, case.texts, case.documents)
        ),
    )


def _cost(case: Case) -> Cost:
    run = case.record.run
    return Cost(case.gold.name, len(case.record.documents), run.seconds, run.usage)


def _scores(cases: Iterable[Case], schema: Schema) -> tuple[Score, ...]:
    return tuple(score(case.record, case.gold, schema, case.texts) for case in cases)


def _constants(cases: Sequence[Case], schema: Schema, shipped: Constants) -> Iterable[Score]:
    for case in cases:
        others = [other.gold for other in cases if other is not case]
        constants = common_answers(others, schema) if others else shipped
        yield score(constant_record(constants, case.gold, schema), case.gold, schema, {})
