"""What finders work on, and what they find."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from factsheet_schemas import FieldSpec, FieldType, Schema
from factsheet_schemas.lexicon import Finder

from .binding import admitted, bind
from .calendar import periods
from .definitions import Definitions
from .entities import Entities
from .flat import FlatText, Span
from .layout import Layout
from .quantities import Found
from .values import values

LABEL = re.compile(r"[^:|]{2,120}[:|]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value of a field: for which entities (none: all), where, how sure.

    ``spans`` are offsets in the flat text; the first is the value's own passage.
    """

    field: str
    entities: tuple[int, ...]
    value: str
    spans: tuple[Span, ...]
    score: float
    qualifiers: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountedDate:
    """A date computed from an anchor's date, and where that stands."""

    found: Found
    end: int  # behind the anchor's words
    anchor: Span
    qualifiers: Mapping[str, str]


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """A lexicon's regular expression, without regard to case."""
    return re.compile(pattern, re.IGNORECASE)


@dataclass
class Material:
    """One document as the finders see it, with what was found so far."""

    flat: FlatText
    definitions: Definitions
    entities: Entities
    schema: Schema
    layout: Layout
    found: dict[str, list[Candidate]] = dataclasses.field(default_factory=dict)

    @cached_property
    def label_lines(self) -> list[Span]:
        """The lines that may begin with a label: a colon or column bar stands in them early."""
        ends = [*self.flat.line_starts[1:], len(self.flat.text)]
        lines = zip(self.flat.line_starts, ends, strict=True)
        return [line for line in lines if LABEL.match(self.flat.text, *line)]

    def matches(self, pattern: str, finder: Finder) -> Iterator[re.Match[str]]:
        """The matches that the finder's context conditions allow."""
        end = finder.opening or len(self.flat.text)
        for match in compiled(pattern).finditer(self.flat.text, 0, end):
            if self.allows(finder, match.span()):
                yield match

    def allows(self, finder: Finder, span: Span) -> bool:
        """Whether the words around a passage are as the finder wants them, and in its zone."""
        if self.layout.is_aside(span[0]) or not self.layout.is_in(finder.zone, span[0]):
            return False
        if finder.opening and span[0] > finder.opening:
            return False
        if finder.section and not compiled(finder.section).search(self.flat.heading_at(span[0])):
            return False
        if not finder.requires and not finder.forbids:
            return True
        start = self.flat.sentence(span[0])[0]
        end = self.flat.sentence(max(span[0], span[1] - 1))[1]
        start = max(start, span[0] - finder.near)
        end = min(end, span[1] + finder.near)
        text = self.flat.text[start:end]
        return all(compiled(p).search(text) for p in finder.requires) and not any(
            compiled(p).search(text) for p in finder.forbids
        )

    def values(self, spec: FieldSpec, finder: Finder, span: Span) -> list[Found]:
        """The values of the field's type in a passage, within the finder's limits."""
        return [
            found
            for found in values(spec, self.flat.text, *span)
            if (finder.least is None or found.number is None or found.number >= finder.least)
            and (finder.most is None or found.number is None or found.number <= finder.most)
        ]

    def rivals(self, spec: FieldSpec, finder: Finder, value: Found) -> tuple[int, ...]:
        """Where the other values of the type, or for text the finder's other matches, begin in
        the value's sentence."""
        if len(self.entities.all) < 2:
            return ()
        start, end = self.flat.sentence(value.start)
        span = (max(start, value.start - 500), min(end, value.end + 200))
        if spec.type is FieldType.TEXT:
            regex = getattr(finder, "regex", r"(?!)")
            return tuple(m.start() for m in compiled(regex).finditer(self.flat.text, *span))
        return tuple(found.start for found in values(spec, self.flat.text, *span))

    def candidate(
        self,
        spec: FieldSpec,
        finder: Finder,
        value: str,
        spans: Iterable[Span],
        scope: Span | None = None,
        rivals: tuple[int, ...] = (),
        qualifiers: Mapping[str, Any] | None = None,
    ) -> Iterator[Candidate]:
        """A candidate, bound to its entities; none where they are not of the wanted kind."""
        where = tuple(spans)
        bound = self.layout.entities_at(where[0][0]) if finder.bind != "all" else ()
        bound = bound or bind(self.flat, self.entities, where[0], finder, scope, rivals)
        bound = self._spared(finder, bound)
        if bound != (-1,):
            yield Candidate(spec.key, bound, value, where, finder.score, qualifiers or {})

    def _spared(self, finder: Finder, bound: tuple[int, ...]) -> tuple[int, ...]:
        """All entities without those that have a field which sets them apart."""
        found = self.found.get(finder.spares or "", ())
        apart = {entity for candidate in found for entity in candidate.entities}
        if bound or not apart:
            return bound
        left = tuple(index for index in range(len(self.entities.all)) if index not in apart)
        return left or (-1,)

    def candidate_of(
        self,
        spec: FieldSpec,
        finder: Finder,
        value: str,
        spans: Iterable[Span],
        entities: tuple[int, ...],
        qualifiers: Mapping[str, Any] | None = None,
    ) -> Iterator[Candidate]:
        """A candidate of entities that are known; none where they are not of the wanted kind."""
        bound = admitted(self.entities, entities, finder)
        if bound != (-1,):
            yield Candidate(spec.key, bound, value, tuple(spans), finder.score, qualifiers or {})

    def best(self, key: str, entity: int | None) -> Candidate | None:
        """The surest candidate of a field so far, for an entity (None: any)."""
        fitting = [
            candidate
            for candidate in self.found.get(key, [])
            if entity is None or not candidate.entities or entity in candidate.entities
        ]
        return max(fitting, key=lambda c: (c.score, bool(c.entities)), default=None)

    def counted_dates(self, span: Span, depth: int = 3) -> Iterator[CountedDate]:
        """Dates counted from an anchor: ``the third anniversary of the Closing Date``."""
        for period in periods(self.flat.text, *span):
            tail = self.flat.text[period.end : period.end + 120]
            link = re.match(
                r"(?: (?:immediately )?(?:after|from|following|of)|'? ?(?:after|from))"
                r"(?: and including)? (?:the |its )?(?P<anchor>[^,;().\"]{3,70})",
                tail,
            )
            anchor = self.anchor_date(link["anchor"], depth) if link else None
            if link and anchor:
                value = Found(period.start, period.end, period.after(anchor[0].value))
                qualifiers = {"anchor": link["anchor"].strip(), "offset": period.iso}
                yield CountedDate(value, period.end + link.end(), anchor[1], qualifiers)

    def anchor_date(self, words: str, depth: int) -> tuple[Found, Span] | None:
        """The date that words name: a defined term's, or a field's whose anchor phrase they are."""
        named = self._anchored(words)
        if named:
            return named
        for term in self.definitions.terms_in(words, 0, len(words)):
            for definition in self.definitions.of(term) if depth else ():
                found = self._date_in(definition.body, depth - 1)
                if found:
                    return found
        return None

    def _anchored(self, words: str) -> tuple[Found, Span] | None:
        for anchor in self.schema.anchors:
            if any(words.lower().startswith(phrase.lower()) for phrase in anchor.phrases):
                best = self.best(anchor.field, None)
                if best:
                    return Found(*best.spans[0], best.value), best.spans[0]
        return None

    def _date_in(self, body: Span, depth: int) -> tuple[Found, Span] | None:
        span = (body[0], min(body[1], self.flat.sentence(body[0])[1], body[0] + 300))
        words = re.sub(r"^[: ]*(?:the )?", "", self.flat.text[span[0] : span[1]])
        named = self._anchored(words)
        if named:
            return named
        spec = next((f for f in self.schema.fields() if f.type is FieldType.DATE), None)
        literal = next(iter(values(spec, self.flat.text, *span)), None) if spec else None
        if literal:
            return literal, (literal.start, literal.end)
        counted = next(self.counted_dates(span, depth), None)
        return (counted.found, (counted.found.start, counted.found.end)) if counted else None
