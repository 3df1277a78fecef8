"""How margins, fees and repayments go over time.

The levels are those that the value keeps as steps or schedule; where it keeps but one, the table
that its evidence is a row of tells the others. What an amendment overruled stands before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from factsheet_schemas import Evidence, FieldSpec, FieldType, FieldValue, Record, Schema, Status
from factsheet_schemas.record import JsonValue

from factsheet_service.core.document import Document
from factsheet_service.core.normalise import render
from factsheet_service.core.normalise.dates import find_dates
from factsheet_service.core.normalise.figures import find_percents, find_ratios
from factsheet_service.core.normalise.numbers import nearly
from factsheet_service.core.reconcile.cells import evidence
from factsheet_service.reports.cells import one_line

from .data import Timeline, TimelineStep
from .parts import cells_of

GRADED = (FieldType.PERCENT, FieldType.RATIO)
MOST_ROWS = 40  # of a table around a piece of evidence
_RANGE = re.compile(
    r"[<>≤≥]|\b(?:less|greater|more|below|above|exceed\w*|at\s+least|up\s+to|until|before|after"
    r"|from|to|category|level|tier)\b",
    re.IGNORECASE,
)
_UP_TO = re.compile(
    r"\b(?:to|until|till|through|before)(?:\s+and\s+including|\s+but\s+excluding)?\s*$",
    re.IGNORECASE,
)
_LEVEL_LAST = re.compile(r"\d[\d.,]*\s*(?:%|per\s+cent\.?|percent|bps|x|:\s*1)?\s*$", re.IGNORECASE)


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
    if spec.type not in GRADED:
        return []
    return _stated(spec, cell) or _of_table(spec, cell, texts) or [_only(spec, cell, dates)]


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
    """The rows of the table that the evidence is a part of: what stands before a row's last figure
    says when it holds. The cell's own level is among those of the rows cited."""
    for one in cell.evidence:
        document = texts.get(one.document)
        if document is None:
            continue
        rows = [evidence(document, span) for span in _rows(document, one)]
        steps = [step for row in rows if (step := _of_row(spec, row))]
        cited = [step for step in steps if step.evidence and _overlaps(step.evidence, one)]
        if len(steps) > 1 and any(nearly(float(step.value), float(cell.value)) for step in cited):
            return steps
    return []


def _overlaps(one: Evidence, other: Evidence) -> bool:
    return one.start < other.end and other.start < one.end


def _rows(document: Document, cited: Evidence) -> list[tuple[int, int]]:
    """The neighbouring lines of text, with those cited, that end in a figure."""
    text = document.text
    rows: list[tuple[int, int]] = []
    start = text.rfind("\n", 0, cited.start) + 1
    while start > 0 and len(rows) < MOST_ROWS:
        above = text.rfind("\n", 0, start - 1) + 1
        if not _is_row(text[above : start - 1]):
            break
        start = above
    while start < len(text) and len(rows) < MOST_ROWS:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if _is_row(text[start:end]):
            rows.append((start, end))
        elif start >= cited.end:
            break
        start = end + 1
    return rows


def _is_row(line: str) -> bool:
    """Whether a line has words or a date, and a figure at its end."""
    last = _LEVEL_LAST.search(line)
    return last is not None and bool(re.search(r"[^\W\d_]{2}|\d{4}", line[: last.start()]))


def _of_row(spec: FieldSpec, row: Evidence) -> TimelineStep | None:
    last = _LEVEL_LAST.search(row.quote)
    if last is None:
        return None
    figures = (find_percents if spec.type is FieldType.PERCENT else find_ratios)(last.group())
    when = one_line(row.quote[: last.start()]).strip(" |:-–")
    dates = [one for one in find_dates(when) if not _UP_TO.search(when, 0, one.start)]
    if not figures or not (dates or _RANGE.search(when)):
        return None
    value = figures[-1].value
    starts = str(dates[0].wire["date"]) if dates else None
    return TimelineStep(
        when=when, starts=starts, value=value, shown=render(spec, value), evidence=row
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
    if spec.type not in GRADED:
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
