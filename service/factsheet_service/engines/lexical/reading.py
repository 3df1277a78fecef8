"""One document read as a whole: its entities and the candidates of every field."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from factsheet_schemas import FieldSpec, Schema
from factsheet_schemas.lexicon import Lexicon, references

from factsheet_service.core.document import Document

from .definitions import Definitions
from .entities import Entities, find_entities
from .finders import find
from .flat import FlatText, flatten
from .inner import InnerRow, inner_rows
from .labels import find_labelled
from .layout import layout_of, sectioned_entities
from .material import Candidate, Material
from .settling import settle


@dataclass(frozen=True, slots=True)
class Name:
    """What an entity is called."""

    shown: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entity is named, in the document's offsets."""

    start: int
    end: int
    entity: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found, by the offset in the document at which its passage begins."""

    starts: tuple[int, ...]
    candidates: tuple[Candidate, ...]  # spans in the document's offsets
    names: tuple[Name, ...]  # of each entity
    places: tuple[Place, ...]
    inner: tuple[InnerRow, ...] = ()

    def within(self, start: int, end: int) -> tuple[Candidate, ...]:
        """The candidates whose passage begins in ``start:end``."""
        return self.candidates[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def read_document(document: Document, schema: Schema, lexicon: Lexicon) -> Reading:
    """Read a document once for all questions about it."""
    flat = flatten(document.text)
    definitions = Definitions(flat)
    layout = layout_of(document.text, flat, schema, lexicon)
    if layout.sections.of_rows:
        entities = sectioned_entities(layout)
    else:
        entities = find_entities(flat, definitions, lexicon.entity, schema)
    material = Material(flat, definitions, entities, schema, layout)
    for key in _order(schema, lexicon):
        material.found[key] = list(_candidates(key, material, lexicon))
    lists = {spec.key for spec in schema.fields() if spec.is_many}  # of which all are answers
    settled = [
        replace(candidate, spans=tuple(flat.source(span) for span in candidate.spans))
        for key, found in material.found.items()
        for candidate in (
            found if key in lists else settle(layout.preferring_own(found), len(entities.all))
        )
    ]
    settled.sort(key=lambda candidate: candidate.spans[0])
    return Reading(
        tuple(candidate.spans[0][0] for candidate in settled),
        tuple(settled),
        tuple(Name(entity.name, entity.aliases) for entity in entities.all),
        tuple(sorted(_places(flat, entities), key=lambda place: place.start)),
        inner_rows(lexicon.inner, material),
    )


def _order(schema: Schema, lexicon: Lexicon) -> list[str]:
    """Fields so that those which others refer to come first."""
    needs = {
        key: {other for finder in finders for _, other in references(finder)}
        for key, finders in lexicon.fields.items()
    }
    anchors = [anchor.field for anchor in schema.anchors]
    order: list[str] = []

    def put(key: str, above: tuple[str, ...]) -> None:
        for other in sorted(needs.get(key, ())):
            if other not in above:
                put(other, (*above, key))
        if key not in order:
            order.append(key)

    for key in (*anchors, *schema.by_key):
        put(key, (key,))
    return order


def _candidates(key: str, material: Material, lexicon: Lexicon) -> Iterator[Candidate]:
    spec = material.schema.by_key[key]
    if key in material.schema.named_by:
        return
    found: list[Candidate] = material.found.setdefault(key, [])
    for finder in lexicon.fields.get(key, ()):
        found += find(spec, finder, material)
    found += find_labelled(spec, material)
    yield from _told_apart(found, spec)


def _told_apart(found: Iterable[Candidate], spec: FieldSpec) -> Iterator[Candidate]:
    """Each value once per passage, without entities where the field is the deal's."""
    seen = set()
    for candidate in found:
        entities = () if spec.is_deal_wide else candidate.entities
        mark = (candidate.value, candidate.spans[0], entities)
        if mark not in seen:
            seen.add(mark)
            yield replace(candidate, entities=entities)


def _places(flat: FlatText, entities: Entities) -> Iterator[Place]:
    """Wherever the shown name stands, in any case and in the singular or plural."""
    for index, entity in enumerate(entities.all):
        name = re.escape(entity.name.removesuffix("s"))
        for match in re.finditer(rf"(?<!\w){name}(?:s|es)?(?!\w)", flat.text, re.IGNORECASE):
            yield Place(*flat.source(match.span()), index)
