"""How margins, fees and repayments go over time.

The levels are those that the value keeps as steps or schedule; where it keeps but one, the table
that its evidence is a row of tells the others. What an amendment overruled stands before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factsheet_schemas import Evidence, FieldSpec, FieldType, FieldValue, Record, Schema, Status
from factsheet_schemas.record import JsonValue

from factsheet_service.core.document import Document
from factsheet_service.core.normalise import render
from factsheet_service.core.normalise.dates import find_dates

from .data import Timeline, TimelineStep
from .grids import Level, grid
from .parts import cells_of

GRADED = (FieldType.PERCENT, FieldType.RATIO)


def timelines(
    record: Record, schema: Schema, documents: Sequence[Document] = ()
) -> tuple[Timeline, ...]:
    """The timelines of all values that have more than one level."""
    texts = {document.id: document for document in documents}
    dates = _dates_of_binding(record, schema)
    found = (
        Timeline(row=row, field=spec.key, label=spec.label, steps=tuple(steps))
        for row, spec, cell in cells_of(record, schema)
        if cell.status is Status.PRESENT
        and (steps := [*_overruled(spec, cell, dates), *_steps(spec, cell, texts, dates)])
    )
    return tuple(one for one in found if len(one.steps) > 1)


def _dates_of_binding(record: Record, schema: Schema) -> dict[str, str | None]:
    """The dates of the documents that bind, or did: a term sheet's word never held."""
    loose = {role.key for role in schema.roles if not role.is_binding}
    binding = (one for one in record.documents if not one.is_draft and one.role not in loose)
    return {document.id: document.date for document in binding}


def _steps(
    spec: FieldSpec, cell: FieldValue, texts: dict[str, Document], dates: dict[str, str | None]
) -> list[TimelineStep]:
    if spec.type is FieldType.SCHEDULE:
        return list(_instalments(cell))
    if not _is_graded(spec):
        return []
    return _stated(spec, cell) or _of_table(spec, cell, texts) or [_only(spec, cell, dates)]


def _is_graded(spec: FieldSpec) -> bool:
    """Whether a value may be one level of several; the values of a list are no levels."""
    return spec.type in GRADED and not spec.is_many


def _instalments(cell: FieldValue) -> Iterator[TimelineStep]:
    is_dated = cell.derivation is not None  # what hung on an event stands among the dated ones
    undated = () if is_dated else (s for s in cell.qualifiers.steps if "condition" in s)
    for step in (*(cell.value or ()), *undated):
        amount, percent = step.get("amount"), step.get("percent")
        shown = f"{percent:g}%" if percent is not None else _amount(amount)
        when = str(step.get("date") or step.get("condition") or "")
        yield TimelineStep(
            when=when,
            starts=step.get("date"),
            value=amount if percent is None else percent,
            shown=shown,
            evidence=_line_of(cell.evidence, when),
        )


def _amount(amount: JsonValue) -> str:
    if isinstance(amount, dict):
        return f"{amount.get('currency') or ''} {amount.get('amount'):,}".strip()
    return f"{amount:,}" if isinstance(amount, int | float) else str(amount or "")


def _line_of(cited: Sequence[Evidence], date: str) -> Evidence | None:
    """The piece of evidence that names a date; the first where none does."""
    for one in cited:
        if any(
            date and str(found.wire["date"]).startswith(date) for found in find_dates(one.quote)
        ):
            return one
    return cited[0] if cited else None


def _stated(spec: FieldSpec, cell: FieldValue) -> list[TimelineStep]:
    """The steps that the value keeps, where they say when they hold."""
    steps = cell.qualifiers.steps
    if not all("date" in step or "condition" in step for step in steps):
        return []
    return [
        TimelineStep(
            when=str(step.get("condition") or step.get("date")),
            starts=step.get("date"),
            value=step.get("value"),
            shown=render(spec, step.get("value")),
            evidence=cell.evidence[0] if cell.evidence else None,
        )
        for step in steps
    ]


def _of_table(spec: FieldSpec, cell: FieldValue, texts: dict[str, Document]) -> list[TimelineStep]:
    """The rows of the grid that the evidence is a part of."""
    for one in cell.evidence:
        document = texts.get(one.document)
        levels = grid(document, one, float(cell.value), spec.type) if document else []
        if len(levels) > 1:
            return [_step(spec, level) for level in levels]
    return []


def _step(spec: FieldSpec, level: Level) -> TimelineStep:
    shown = render(spec, level.value)
    return TimelineStep(
        when=level.when, starts=level.starts, value=level.value, shown=shown, evidence=level.row
    )


def _only(spec: FieldSpec, cell: FieldValue, dates: dict[str, str | None]) -> TimelineStep:
    first = cell.evidence[0] if cell.evidence else None
    return TimelineStep(
        when=_in_force(first, dates),
        starts=dates.get(first.document) if first else None,
        value=cell.value,
        shown=render(spec, cell.value),
        evidence=first,
    )


def _overruled(
    spec: FieldSpec, cell: FieldValue, dates: dict[str, str | None]
) -> list[TimelineStep]:
    """Values of documents that others took precedence over, the oldest first."""
    if not _is_graded(spec):
        return []
    lost = [
        (one, one.evidence[0])
        for one in cell.alternatives
        if one.evidence and one.value is not None and dates.get(one.evidence[0].document)
    ]
    here = {one.document for one in cell.evidence}
    steps = [
        TimelineStep(
            when=_in_force(cited, dates),
            starts=dates[cited.document],
            value=one.value,
            shown=render(spec, one.value),
            evidence=cited,
            overruled=one.reason,
        )
        for one, cited in lost
        if cited.document not in here
    ]
    return sorted(steps, key=lambda step: step.starts or "")


def _in_force(cited: Evidence | None, dates: dict[str, str | None]) -> str:
    """From when a document's word holds, as far as is known: its own date."""
    if cited is None:
        return ""
    date = dates.get(cited.document)
    return f"{cited.document_name}, {date}" if date else cited.document_name
