"""The engine that needs no model: it reads a document once and answers from what it found."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from factsheet_schemas import Schema
from factsheet_schemas.lexicon import Lexicon
from factsheet_schemas.record import Usage

from factsheet_service.core.document import Document, Line, Window
from factsheet_service.core.pressure import Load
from factsheet_service.core.questions import Answer, EngineInfo, Kind, Question, Row

from .inner import SCORE as INNER
from .inner import InnerRow
from .material import Candidate
from .reading import Reading, read_document

KEPT_READINGS = 16
SURE_ENOUGH = 0.5  # for a group question
WORTH_A_LOOK = 0.3  # for a deep question
NO_LEXICON = (
    "schema {} has no lexicon.toml: the lexical engine sees its fields only where a label or alias "
    "stands before the value, so what it does not find may well be there; write one, or take vllm"
)
BY_WORDS = (
    "schema {} is read by its fields' names and types alone: what the lexical engine does not find "
    "may well be there; vllm goes by what the fields' descriptions say"
)


class LexicalEngine:
    """Finds values by the words of a schema and its lexicon; a ``core.questions.Engine``."""

    def __init__(self, schema: Schema, lexicon: Lexicon, *, is_derived: bool = False) -> None:
        self._schema = schema
        self._lexicon = lexicon
        self._lacks = BY_WORDS if is_derived else None if lexicon.fields else NO_LEXICON
        self._readings: OrderedDict[str, asyncio.Future[Reading]] = OrderedDict()

    async def probe(self) -> EngineInfo:
        """What it can do; it is always there."""
        return EngineInfo(
            name="lexical",
            max_in_flight=4,
            windows_in_flight=2,
            can_verify=False,
            details={"fields_with_finders": len(self._lexicon.fields)},
            warnings=(self._lacks.format(self._schema.name),) if self._lacks else (),
        )

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        """Answer from what begins in the window's lines; verification finds nothing wrong."""
        if question.kind is Kind.VERIFY:
            return Answer()
        reading = await self._reading(window.document)
        if question.kind is Kind.DETECT:
            inner = _inner_names(window, reading)
            return Answer(rows=(*self._names(window, reading), *inner))
        values = (*_values(window, question, reading), *_inner_values(window, question, reading))
        return Answer(rows=tuple(replace(row, is_by_words=True) for row in values))

    async def warm(self, window: Window, questions: Sequence[Question], priority: int) -> Usage:
        """A document is read when it is first asked about."""
        return Usage()

    async def load(self) -> Load:
        """There is no queue and no cache."""
        return Load()

    async def aclose(self) -> None:
        """Forget all readings."""
        for reading in self._readings.values():
            reading.cancel()
        self._readings.clear()

    async def _reading(self, document: Document) -> Reading:
        """The document's reading; the first who asks starts it, all others wait for the same."""
        if document.id not in self._readings:
            self._readings[document.id] = asyncio.ensure_future(
                asyncio.to_thread(read_document, document, self._schema, self._lexicon)
            )
            while len(self._readings) > KEPT_READINGS:
                self._readings.popitem(last=False)
        self._readings.move_to_end(document.id)
        return await asyncio.shield(self._readings[document.id])

    def _names(self, window: Window, reading: Reading) -> Iterator[Row]:
        named = set()
        for place in reading.places:
            if window.start <= place.start < window.end and place.entity not in named:
                lines = _lines(window, (place.start, place.end))
                if lines:
                    named.add(place.entity)
                    name = reading.names[place.entity]
                    span = (place.start, min(place.end, window.end))
                    yield Row(
                        self._schema.entity.name_field,
                        name.aliases,
                        name.shown,
                        lines,
                        score=0.8,
                        spans=(span,),
                    )


def _inner_names(window: Window, reading: Reading) -> Iterator[Row]:
    """The rows within others that the window's lines name, each at its first place."""
    named: set[str] = set()
    for row, lines in _inner(window, reading):
        if row.name not in named:
            named.add(row.name)
            yield Row(row.name_field, (), row.name, lines, INNER, spans=(row.span,))


def _inner_values(window: Window, question: Question, reading: Reading) -> Iterator[Row]:
    wanted = {field.key for field in question.fields}
    for row, lines in _inner(window, reading):
        for key, value in row.values:
            if key in wanted and question.facility in (None, row.name):
                yield Row(key, (row.name,), value, lines, INNER, spans=(row.span,))


def _inner(window: Window, reading: Reading) -> Iterator[tuple[InnerRow, tuple[int, ...]]]:
    for row in reading.inner:
        if window.start <= row.span[0] < window.end and (lines := _lines(window, row.span)):
            yield row, lines


def _values(window: Window, question: Question, reading: Reading) -> Iterator[Row]:
    wanted = {field.key for field in question.fields}
    is_deep = question.kind is Kind.DEEP
    for candidate in reading.within(window.start, window.end):
        if candidate.field not in wanted:
            continue
        if candidate.score < (WORTH_A_LOOK if is_deep else SURE_ENOUGH):
            continue
        names = tuple(reading.names[entity].shown for entity in candidate.entities)
        if is_deep and question.facility and names and question.facility not in names:
            continue
        lines = _lines(window, candidate.spans[0])
        if lines:
            yield _row(window, candidate, names, lines)


def _row(
    window: Window, candidate: Candidate, names: tuple[str, ...], lines: tuple[int, ...]
) -> Row:
    start, end = candidate.spans[0]
    own = (start, min(end, window.end))
    beyond = ((own[1], end),) if end > own[1] else ()
    return Row(
        candidate.field,
        names,
        candidate.value,
        lines,
        candidate.score,
        spans=(own, *beyond, *candidate.spans[1:]),
        qualifiers=dict(candidate.qualifiers),
    )


def _lines(window: Window, span: tuple[int, int]) -> tuple[int, ...]:
    return tuple(line.number for line in window.lines if _touches(line, span))


def _touches(line: Line, span: tuple[int, int]) -> bool:
    return line.start < span[1] and span[0] < line.end
