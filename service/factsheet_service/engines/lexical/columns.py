"""Tables with a column per entity: which figure of a row belongs to which of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.lexicon import ColumnsFinder

from .flat import Span
from .material import Candidate, Material, compiled
from .mentions import Mention
from .quantities import BARE_AMOUNT, CODES, SIGNS, Found
from .tables import HEAD_END

HEADER_LINES = 3  # how many lines the heads may take
CURRENCY = re.compile(
    rf"\b{CODES}\b|" + "|".join(re.escape(sign) for sign in SIGNS) + r"|\b[Ee]uros?\b"
)
TOTAL = re.compile(r"\btotal|\baggregate", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Head:
    """The heads of a table: where they stand, and the entity of each column."""

    span: Span
    columns: tuple[Mention, ...]
    has_total: bool  # a last column that sums the others


def find_columns(spec: FieldSpec, finder: ColumnsFinder, material: Material) -> Iterator[Candidate]:
    """The row's figure of each entity's column."""
    if len(material.entities.all) < 2:
        return
    for head in _heads(material):
        for line in _below(finder, material, head):
            for mention, found in _matched(spec, finder, material, head, line):
                spans = ((found.start, found.end), head.span)
                yield from material.candidate_of(
                    spec, finder, found.value, spans, (mention.entity,)
                )


def _heads(material: Material) -> Iterator[_Head]:
    """Lines that name several entities and end no sentence."""
    flat, end = material.flat, 0
    for mention in material.entities.mentions:
        line = flat.line(mention.start)
        if line[0] < end:
            continue
        for count in range(HEADER_LINES):
            head = _head(material, line, count)
            if head:
                end = head.span[1]
                yield head
                break


def _head(material: Material, first: Span, num_more: int) -> _Head | None:
    flat, span = material.flat, first
    for _ in range(num_more):
        span = (span[0], flat.line(span[1])[1]) if span[1] < len(flat.text) else span
    text = flat.text[slice(*span)]
    if HEAD_END.search(text) or len(text) > 300 or re.search(r"\d,\d{3}\b", text):
        return None
    named = material.entities.within(span)
    columns = list({mention.entity: mention for mention in reversed(named)}.values())[::-1]
    if len(columns) < 2 or len(columns) < len(named) / 2:
        return None
    tail = text[columns[-1].end - span[0] :]
    return _Head(_with_units(material, span), tuple(columns), bool(TOTAL.search(tail)))


def _with_units(material: Material, span: Span) -> Span:
    """Heads with the line below them where that has their units: ``(EUR)  (EUR)``."""
    below = material.flat.line(span[1]) if span[1] < len(material.flat.text) else span
    words = material.flat.text[slice(*below)]
    is_units = CURRENCY.search(words) and not re.search(r"\d", words)
    return (span[0], below[1]) if is_units else span


def _below(finder: ColumnsFinder, material: Material, head: _Head) -> Iterator[Span]:
    """The lines below the heads whose label is the wanted one."""
    flat, start = material.flat, head.span[1]
    label = compiled(finder.rows)
    for _ in range(finder.reach):
        if start >= len(flat.text):
            return
        line = flat.line(start)
        match = label.match(flat.text, *line)
        if match:
            yield match.end(), line[1]
        start = max(line[1], start + 1)


def _matched(
    spec: FieldSpec, finder: ColumnsFinder, material: Material, head: _Head, cells: Span
) -> Iterator[tuple[Mention, Found]]:
    found = list(material.values(spec, finder, cells))
    if spec.type is FieldType.AMOUNT and len(found) < len(head.columns):
        found = list(_bare(material, head, cells))
    if len(found) in (len(head.columns), len(head.columns) + head.has_total):
        yield from zip(head.columns, found, strict=False)


def _bare(material: Material, head: _Head, cells: Span) -> Iterator[Found]:
    """Amounts whose currency stands in the heads."""
    text = material.flat.text
    ends = [*(mention.start for mention in head.columns[1:]), head.span[1]]
    for index, number in enumerate(BARE_AMOUNT.finditer(text, *cells)):
        own = (head.columns[index].end, ends[index]) if index < len(ends) else head.span
        yield from bare_amounts(text, number.span(), own, head.span)


def bare_amounts(text: str, cell: Span, *heads: Span) -> Iterator[Found]:
    """Amounts without a currency, in that of the first head that names only one."""
    named = ({_code(m.group()) for m in CURRENCY.finditer(text, *head)} for head in heads)
    code = next((codes.pop() for codes in named if len(codes) == 1), None)
    for number in BARE_AMOUNT.finditer(text, *cell) if code else ():
        figure = plain_number(number.group())
        yield Found(*number.span(), f"{code} {figure:,.0f}", figure)


def plain_number(written: str) -> float:
    """``1,234,567.00`` and ``1.234.567,00`` without separators or decimals."""
    return float(re.sub(r"\D", "", re.sub(r"[.,]\d{1,2}$", "", written)))


def _code(written: str) -> str:
    return SIGNS.get(written) or ("EUR" if written.lower().startswith("euro") else written)
