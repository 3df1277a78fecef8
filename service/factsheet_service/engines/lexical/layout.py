"""Where a document speaks of what: sections of single rows, zones, and what is set aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from factsheet_schemas import Schema
from factsheet_schemas.lexicon import Lexicon

from factsheet_service.core.reconcile.names import name_key
from factsheet_service.core.sections import NONE, Sections, sections_of

from .entities import Entities, Entity
from .flat import FlatText, Span
from .mentions import find_mentions

if TYPE_CHECKING:
    from .material import Candidate


@dataclass(frozen=True)
class Layout:
    """A document's parts; offsets asked about are those of its flat text."""

    flat: FlatText
    sections: Sections = NONE
    rows: Mapping[str, int] = field(default_factory=dict)  # entity's index by a section's name
    zones: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)  # in the source's offsets

    def entities_at(self, offset: int) -> tuple[int, ...]:
        """The entities in whose section an offset lies; empty where it is in no such."""
        names = self.sections.names_at(self._source(offset)) if self.sections.of_rows else ()
        return tuple(dict.fromkeys(self.rows[name] for name in names))

    def preferring_own(self, found: Sequence[Candidate]) -> Sequence[Candidate]:
        """Candidates of all entities left to those that have none in a section of their own."""
        having = {entity for one in found for entity in one.entities}
        if not self.sections.of_rows or not having:
            return found
        others = tuple(index for index in sorted(set(self.rows.values())) if index not in having)
        kept = (one if one.entities else replace(one, entities=others) for one in found)
        return [one for one in kept if one.entities]

    def is_aside(self, offset: int) -> bool:
        """Whether an offset lies in what speaks of other works."""
        return bool(self.sections.aside) and self.sections.is_aside(self._source(offset))

    def is_in(self, zone: str | None, offset: int) -> bool:
        """Whether an offset lies in a zone; a document without it is all of it."""
        spans = self.zones.get(zone or "", ())
        return not spans or any(low <= self._source(offset) < high for low, high in spans)

    def _source(self, offset: int) -> int:
        return self.flat.source((offset, offset + 1))[0]


def layout_of(text: str, flat: FlatText, schema: Schema, lexicon: Lexicon) -> Layout:
    """The parts of a document, given as it is and flat."""
    sections = sections_of(text, schema)
    names = [name for section in sections.of_rows for name in section.names]
    keys = list(dict.fromkeys(name_key(name, schema.entity) for name in names))
    rows = {name: keys.index(name_key(name, schema.entity)) for name in names}
    return Layout(flat, sections, rows, _zones(text, lexicon))


def _zones(text: str, lexicon: Lexicon) -> dict[str, tuple[Span, ...]]:
    found: dict[str, tuple[Span, ...]] = {}
    for zone in lexicon.zones:
        title, until = (_heading(pattern) for pattern in (zone.title, zone.until))
        spans = []
        for match in title.finditer(text):
            end = until.search(text, match.end())
            spans.append((match.start(), end.start() if end else len(text)))
        found[zone.key] = tuple(spans)
    return found


def _heading(pattern: str) -> re.Pattern[str]:
    numbering = r"[ \t]*(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?[ \t]+)?"
    flags = re.IGNORECASE | re.MULTILINE
    return re.compile(rf"^{numbering}(?:{pattern})[ \t]*[.:]?[ \t]*$", flags)


def sectioned_entities(layout: Layout) -> Entities:
    """The rows that have sections, under the names by which they are called most."""
    called: dict[int, Counter[str]] = {}
    for section in layout.sections.of_rows:
        for name in section.names:
            called.setdefault(layout.rows[name], Counter())[name] += 1
    found = [
        Entity(shown, tuple(name for name in names if name != shown), tuple(names))
        for _, names in sorted(called.items())
        for shown in (max(names, key=lambda name: (names[name], len(name))),)
    ]
    stems = [entity.stems for entity in found]
    mentions = sorted(find_mentions(layout.flat, stems, None), key=lambda one: one.start)
    return Entities(found, mentions, {})
