"""What went wrong, cell by cell: both values, and both quotes with their document and page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from factsheet_schemas.record import JsonValue

from factsheet_service.core.document import Document

from .judging import Outcome, Verdict
from .scoring import Score
from .spans import Sources

ERRORS = (Outcome.WRONG, Outcome.INVENTED, Outcome.MISSED)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote and where it stands; ``document`` None: in none of the texts at hand."""

    quote: str
    document: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ErrorExample:
    """A cell that is wrong, invented or missed."""

    company: str
    row: str | None  # None: the deal
    field: str
    outcome: Outcome
    expected: JsonValue
    answered: JsonValue
    gold_quotes: tuple[Quoted, ...]
    our_quotes: tuple[Quoted, ...]
    status: str
    confidence: float | None = None
    reason: str | None = None


def errors_of(
    scored: Score, texts: Mapping[str, str], documents: Sequence[Document] = ()
) -> Iterator[ErrorExample]:
    """The errors of one company; ``documents`` give the gold's quotes their names and pages."""
    sources = Sources(texts)
    known = {document.id: document for document in documents}
    for verdict in scored.verdicts:
        if verdict.outcome in ERRORS and verdict.cell is not None:
            yield ErrorExample(
                company=scored.name,
                row=verdict.row,
                field=verdict.field,
                outcome=verdict.outcome,
                expected=verdict.expected,
                answered=verdict.answered,
                gold_quotes=tuple(_located(quote, sources, known) for quote in verdict.quotes),
                our_quotes=tuple(_cited(verdict)),
                status=verdict.cell.status.value,
                confidence=verdict.cell.confidence,
                reason=verdict.cell.reason,
            )


def _located(quote: str, sources: Sources, known: Mapping[str, Document]) -> Quoted:
    """A gold quote at its first place."""
    for id_, ((start, _), *_) in sources.find(quote).items():
        if id_ in known:
            page = known[id_].page_at(start)
            return Quoted(quote, known[id_].name, page.number if page else None)
    return Quoted(quote)


def _cited(verdict: Verdict) -> Iterator[Quoted]:
    for one in verdict.cell.evidence if verdict.cell else ():
        yield Quoted(one.quote, one.document_name, one.page)
