"""What the place of a candidate says of it: whose it is, and whether it is about the subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from factsheet_schemas import Schema

from factsheet_service.core.document import Document
from factsheet_service.core.questions import WITHIN
from factsheet_service.core.sections import NONE, Sections, sections_of

from .candidates import UNSUPPORTED, Candidate
from .kinds import resolve_in
from .names import Facility, Mention

ASIDE = "stands among what the document says of other works"


@dataclass(frozen=True, slots=True)
class Places:
    """The sections of all documents that candidates and mentions come from."""

    schema: Schema
    by_document: Mapping[str, Sections]

    def mention(self, one: Mention) -> Mention | None:
        """A mention with the row that it lies within, as its section says; None: set aside."""
        if not one.spans:
            return one
        found = self._of(one.document)
        if found.is_aside(one.spans[0][0]):
            return None
        entity = self.schema.entity_by_key.get(one.entity)
        names = found.names_at(one.spans[0][0])
        if entity is None or entity.parent is None or one.within or len(names) != 1:
            return one
        return replace(one, within=names[0])

    def candidate(self, one: Candidate, rows: Sequence[Facility]) -> Candidate:
        """A candidate in doubt where it is set aside, else of the row in whose section it stands
        where it names none."""
        if not one.spans:
            return one
        found = self._of(one.document)
        if found.is_aside(one.start):
            score = one.score * UNSUPPORTED
            return replace(one, is_grounded=False, score=score, reason=ASIDE)
        names = found.names_at(one.start)
        if not names or one.spec.is_deal_wide:
            return one
        return replace(one, names=self._named(one, names, rows))

    def _named(
        self, one: Candidate, names: tuple[str, ...], rows: Sequence[Facility]
    ) -> tuple[str, ...]:
        kind = one.spec.scope
        if not one.names:
            known = tuple(n for n in names if resolve_in(n, kind, rows, self.schema))
            return known if len(known) == len(names) else ()
        if len(names) > 1:
            return one.names
        return tuple(self._within(name, names[0], kind, rows) for name in one.names)

    def _within(self, name: str, above: str, kind: str, rows: Sequence[Facility]) -> str:
        """The name of a group behind that of the experiment whose section it stands in."""
        full = WITHIN.join((above, name))
        inner = [key for key, entity in self.schema.entity_by_key.items() if entity.parent]
        is_inner = any(resolve_in(full, key, rows, self.schema) for key in inner)
        return full if WITHIN not in name and is_inner and self._fits(full, kind, rows) else name

    def _fits(self, name: str, kind: str, rows: Sequence[Facility]) -> bool:
        return bool(resolve_in(name, kind, rows, self.schema))

    def _of(self, document: Document) -> Sections:
        return self.by_document.get(document.id, NONE)


def places_of(
    schema: Schema, candidates: Sequence[Candidate], mentions: Sequence[Mention]
) -> Places:
    """The places of everything that a sheet is assembled from."""
    is_known = schema.set_aside or any(entity.has_sections for entity in schema.entities)
    documents = {one.document.id: one.document for one in candidates}
    documents |= {one.document.id: one.document for one in mentions}
    found = {id_: sections_of(one.text, schema) for id_, one in documents.items() if is_known}
    return Places(schema, found)
