"""When the events fall that other dates are counted from: by a definition or by another field.

``"Closing Date" means January 8, 2015`` dates the Closing Date wherever it is counted from, and so
does a definition that itself counts from, or names, a dated event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from factsheet_schemas import Evidence, FieldValue, Origin, Status
from factsheet_schemas.record import JsonValue
from factsheet_schemas.rules import Anchor

from factsheet_service.core.document import Document
from factsheet_service.core.normalise import NotAValue, shift
from factsheet_service.core.normalise.counted import find_relative
from factsheet_service.core.normalise.dates import find_dates

from .citing import Span
from .evidence import evidence

MAX_CHAIN = 4  # definitions that lead to one another
MAX_BODY = 300  # characters of a definition that are read and cited
MAX_LEAD = 60  # of them, before the date or event that the term stands for
_MEANS = r"\s*(?:\([^)]{0,80}\)\s*)?,?\s*(?:shall\s+)?(?:means?|be|is)\b"
_END = re.compile(r"[.;](?=\s|$)")
_ARTICLES = frozenset(["the", "such", "this", "el", "la", "le", "der", "die", "das", "het", "il"])
_WHICH_IS = re.compile(
    r"\b(?:which\s+(?:date\s+)?(?:is|was|fell\s+on|occurred\s+on)|namely|being)\s+$", re.IGNORECASE
)
_VAGUE = re.compile(
    r"\b(?:at\s+least|not\s+(?:less|more|later)|within|if|respect|relation)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Event:
    """A date with all its sources, and how it came about."""

    value: JsonValue
    evidence: tuple[Evidence, ...]
    formula: str
    inputs: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Dates events from the documents' definitions, which go first, and from the cells of a row."""

    anchors: tuple[Anchor, ...]
    cells: Mapping[str, FieldValue]
    documents: Sequence[Document] = ()

    def date_of(self, event: str, but_not: str = "", depth: int = MAX_CHAIN) -> Event | None:
        """When an event falls; the field ``but_not`` does not say it. None where nothing does."""
        undated: list[Evidence] = []
        for document in self.documents if depth else ():
            if (span := definition_of(event, document.text)) is not None:
                found = self._defined(event, document, span, but_not, depth - 1)
                if found is not None:
                    return found
                undated.append(evidence(document, span))
        held = self._held(event, but_not)
        return replace(held, evidence=(*undated[:1], *held.evidence)) if held else None

    def _defined(
        self, event: str, document: Document, span: Span, but_not: str, depth: int
    ) -> Event | None:
        """The date that a definition gives, or counts from or takes over from another event."""
        source = evidence(document, span)
        body = document.text[span[0] + len(event) : span[1]]
        relative, dates = find_relative(body), find_dates(body)
        if relative and _is_first(body, relative.start):
            base = self.date_of(relative.event, but_not, depth)
            return _moved(base, relative.offset, source) if base else None
        told = [one for one in dates if _WHICH_IS.search(body, 0, one.start)]
        if told or (dates and _is_first(body, dates[0].start)):
            date = (told or dates)[0].wire
            return Event(date, (source,), event, {event: date})
        for name in _named_in(body, self.anchors):
            if (base := self.date_of(name, but_not, depth)) is not None:
                return replace(base, evidence=(source, *base.evidence))
        return None

    def _held(self, event: str, but_not: str) -> Event | None:
        key = field_of(event, self.anchors)
        cell = self.cells.get(key or "")
        if key in (None, but_not) or cell is None or cell.status is not Status.PRESENT:
            return None
        if cell.value is None:
            return None
        is_computed = cell.origin is Origin.DERIVED
        sources = cell.evidence if is_computed else cell.evidence[:1]
        return Event(cell.value, sources, str(key), {str(key): cell.value})


def definition_of(term: str, text: str) -> Span | None:
    """The sentence that defines a term, from the term on: one in quotation marks, or at the
    beginning of a line ("Financial Close means 7 August 2018")."""
    words = r"\s+".join(map(re.escape, term.split()))
    term_itself = rf"(?:[\"“”]|(?P<bare>^[ \t]*))(?P<term>{words})(?(bare)|[\"“”])"
    opening = re.compile(term_itself + _MEANS, re.IGNORECASE | re.MULTILINE)
    found = opening.search(text)
    if found is None:
        return None
    limit = min(found.start() + MAX_BODY, len(text))
    end = _END.search(text, found.end(), limit)
    return found.start("term"), end.end() if end else limit


def _is_first(body: str, start: int) -> bool:
    """Whether nothing stands before the date that could make it another one."""
    return start <= MAX_LEAD and not _VAGUE.search(body[:start])


def _named_in(body: str, anchors: tuple[Anchor, ...]) -> Iterator[str]:
    """The event that a definition names: "the date of this Agreement"."""
    folded = _fold(body[:MAX_LEAD])
    for phrase in (phrase for anchor in anchors for phrase in anchor.phrases):
        if re.search(rf"\bmeans? {re.escape(_fold(phrase))}\b", folded):
            yield phrase


def _moved(base: Event, offset: str, source: Evidence) -> Event | None:
    try:
        value = shift(base.value, offset)
    except NotAValue:
        return None
    formula = f"{base.formula} + {offset}"
    return Event(value, (source, *base.evidence), formula, base.inputs)


def field_of(event: str, anchors: tuple[Anchor, ...]) -> str | None:
    """The field that holds an event's date."""
    folded = _fold(event)
    for known in anchors:
        if any(_fold(phrase) == folded for phrase in known.phrases):
            return known.field
    return None


def _fold(phrase: str) -> str:
    words = re.findall(r"[^\W_]+", phrase.casefold())
    return " ".join(word for word in words if word not in _ARTICLES)
