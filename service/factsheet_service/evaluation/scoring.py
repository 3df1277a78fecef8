"""A record against the gold of its company."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from factsheet_schemas import DEAL, FacilityRecord, Record, Schema

from .counts import Counts, count
from .evidence import EvidenceCheck, check_evidence
from .gold import Gold, GoldRow
from .judging import NO_ANSWER, Outcome, Verdict, judge
from .spans import Sources
from .tranches import assign


@dataclass(frozen=True, slots=True)
class Score:
    """All cells of one company, judged."""

    name: str
    verdicts: tuple[Verdict, ...]
    core_keys: frozenset[str]
    num_gold_rows: int  # optional ones left out
    num_record_rows: int
    num_matched_rows: int
    evidence: EvidenceCheck | None = None  # None where the documents' texts were not at hand

    @property
    def counts(self) -> Counts:
        """Over all cells."""
        return count(self.verdicts)

    @property
    def core_counts(self) -> Counts:
        """Over the core terms alone."""
        return count(verdict for verdict in self.verdicts if verdict.field in self.core_keys)


def score(record: Record, gold: Gold, schema: Schema, texts: Mapping[str, str]) -> Score:
    """Judge every cell of a record.

    ``texts`` are the documents' texts by id; without them clauses and evidence are compared by
    their words, and the evidence itself is not checked.
    """
    sources = Sources(texts)
    assigned = assign(gold.rows, record.facilities, schema)
    verdicts = [
        *_deal(record, gold, schema, sources),
        *(
            v
            for row, found in assigned.pairs
            for v in _pair(row, found, record, gold, schema, sources)
        ),
        *(v for row in assigned.missed for v in _missed(row, gold, schema, sources)),
        *(v for found in assigned.extra for v in _extra(found, gold, schema, sources)),
    ]
    return Score(
        name=gold.name,
        verdicts=tuple(verdicts),
        core_keys=frozenset(spec.key for spec in schema.fields() if spec.core),
        num_gold_rows=sum(not row.is_optional for row in gold.rows),
        num_record_rows=len(record.facilities),
        num_matched_rows=sum(not row.is_optional for row, _ in assigned.pairs),
        evidence=check_evidence(record, texts) if texts else None,
    )


def _deal(record: Record, gold: Gold, schema: Schema, sources: Sources) -> Iterator[Verdict]:
    for spec in schema.of_scope(DEAL):
        answer = record.deal.get(spec.key, NO_ANSWER)
        yield judge(spec, None, gold.of_deal(spec.key), answer, sources)


def _pair(
    row: GoldRow,
    facility: FacilityRecord,
    record: Record,
    gold: Gold,
    schema: Schema,
    sources: Sources,
) -> Iterator[Verdict]:
    if row.is_optional:
        return
    for key in _keys(row, schema):
        answer = facility.fields.get(key) or record.deal.get(key, NO_ANSWER)
        yield judge(schema.by_key[key], row.called, gold.of_row(row, key), answer, sources)


def _missed(row: GoldRow, gold: Gold, schema: Schema, sources: Sources) -> Iterator[Verdict]:
    """A facility that was not found misses what stands; what does not stand earns nothing."""
    if row.is_optional:
        return
    for key in _keys(row, schema):
        answer = gold.of_row(row, key)
        verdict = judge(schema.by_key[key], row.called, answer, NO_ANSWER, sources)
        if verdict.outcome is Outcome.MISSED:
            yield verdict


def _extra(
    facility: FacilityRecord, gold: Gold, schema: Schema, sources: Sources
) -> Iterator[Verdict]:
    """A facility that is none: every value given for it is invented; silence earns nothing."""
    for spec in schema.of_scope(facility.entity):
        answer = facility.fields.get(spec.key, NO_ANSWER)
        verdict = judge(spec, facility.name, gold.of_no_row(spec.key), answer, sources)
        if verdict.outcome is Outcome.INVENTED:
            yield verdict


def _keys(row: GoldRow, schema: Schema) -> Sequence[str]:
    """The row's own fields, and others where the gold gives this row one of its own."""
    own = [spec.key for spec in schema.of_scope(row.entity or schema.entity.key)]
    return [*own, *(key for key in row.values if key not in own)]
