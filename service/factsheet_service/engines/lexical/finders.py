"""Each kind of finder of a lexicon: from a document to candidates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.lexicon import (
    AnyFinder,
    ClauseFinder,
    DefinitionFinder,
    DrawnFinder,
    EntityKindFinder,
    Finder,
    LabelFinder,
    PatternFinder,
    PresenceFinder,
    SameAsFinder,
    SharedFinder,
)

from .collecting import find_collected
from .columns import find_columns
from .definitions import Definition
from .entities import Entity
from .entity_rows import find_rows
from .flat import Span
from .front import find_front
from .grids import find_grids
from .labels import UNSTATED, labelled
from .material import Candidate, Material, compiled
from .parties import find_parties, resolved, tidy
from .quantities import Found
from .schedules import find_schedules, find_wholes
from .values import values

MOST_SHOWN = 400  # passages looked at for a kind
INLINE_REACH = 160  # how far before "(the "Term")" its value may stand


def find(spec: FieldSpec, finder: AnyFinder, material: Material) -> Iterator[Candidate]:
    """All candidates of one finder."""
    if finder.unless and compiled(finder.unless).search(material.flat.text):
        return
    others = {
        name.casefold()
        for one in material.found.get(finder.differs or "", ())
        for name in one.value.split("; ")
    }
    for found in FINDERS[finder.kind](spec, finder, material):
        if found.value.casefold() not in others:
            yield found


def find_definitions(
    spec: FieldSpec, finder: DefinitionFinder, material: Material
) -> Iterator[Candidate]:
    """The value that a defined term has."""
    for pattern in finder.terms:
        for definition in material.definitions.matching(compiled(rf"(?:{pattern})")):
            yield from in_definition(spec, finder, material, definition, finder.follow)


def in_definition(
    spec: FieldSpec,
    finder: DefinitionFinder | PatternFinder,
    material: Material,
    definition: Definition,
    follow: int,
) -> Iterator[Candidate]:
    """The values in a definition's body, or in those of the terms that it names."""
    body = passage(definition, getattr(finder, "reach", 500))
    if not material.allows(finder, definition.body):
        return
    found = material.values(spec, finder, body)
    made = list(_each(spec, finder, material, definition, found))
    if spec.type is FieldType.DATE and not definition.is_inline:
        made += _counted(spec, finder, material, definition, body)
    yield from preferred(made, "last" if definition.is_inline else finder.choose)
    if not made and follow and not definition.is_inline:
        for term in _followed_terms(material, finder, material.flat.text[body[0] : body[1]][:400]):
            for other in material.definitions.of(term)[:2]:
                if other is not definition:
                    yield from in_definition(spec, finder, material, other, follow - 1)


def _followed_terms(
    material: Material, finder: DefinitionFinder | PatternFinder, text: str
) -> Iterator[str]:
    for term in material.definitions.terms_in(text, 0, len(text)):
        if finder.through is None or compiled(finder.through).search(term):
            yield term


Placed = tuple[int, Candidate]  # where in the text its value stands


def _counted(
    spec: FieldSpec, finder: Finder, material: Material, definition: Definition, body: Span
) -> Iterator[Placed]:
    counted = list(material.counted_dates(body))
    rivals = tuple(date.found.start for date in counted)
    for date in counted:
        value = date.found
        spans = ((value.start, value.end), date.anchor)
        for made in material.candidate(
            spec, finder, value.value, spans, definition.span, rivals, date.qualifiers
        ):
            start = definition.start if len(counted) == 1 else value.start
            yield value.start, replace(made, spans=((start, date.end), date.anchor))


def _each(
    spec: FieldSpec, finder: Finder, material: Material, definition: Definition, found: list[Found]
) -> Iterator[Placed]:
    """The values of a body, each bound by the words beside it."""
    rivals = tuple(value.start for value in found)
    for value in found:
        where = (value.start, value.end)
        shown = (definition.start, value.end) if len(found) == 1 else where
        scope = definition.span
        if definition.is_inline:
            shown = scope = material.flat.sentence(value.start)
        for made in material.candidate(spec, finder, value.value, (where,), scope, rivals):
            yield value.start, replace(made, spans=(shown,))


def preferred(made: list[Placed], choose: str) -> list[Candidate]:
    """Of the candidates for the same entities the one to choose."""
    best: dict[tuple[int, ...], Candidate] = {}
    for _, candidate in sorted(made, key=lambda item: item[0]):
        rival = best.get(candidate.entities)
        if rival is None or _beats(candidate, rival, choose):
            best[candidate.entities] = candidate
    return list(best.values())


def _beats(later: Candidate, rival: Candidate, choose: str) -> bool:
    if choose in ("first", "last"):
        return choose == "last"
    mine, other = _number(later.value), _number(rival.value)
    return mine > other if choose == "max" else mine < other


def _number(written: str) -> float:
    found = re.search(r"-?\d[\d,]*(?:\.\d+)?", written)
    return float(found.group().replace(",", "")) if found else 0.0


def passage(definition: Definition, reach: int) -> Span:
    """The part of a body in which to look: its first, or for an inline one its last."""
    start, end = definition.body
    return (
        (max(start, end - INLINE_REACH), end)
        if definition.is_inline
        else (start, min(end, start + reach))
    )


def chosen(found: list[Found], choose: str) -> list[Found]:
    """The one value that counts, as a list; empty where there is none."""
    if choose == "max":
        return [max(found, key=lambda value: value.number or 0.0)] if found else []
    if choose == "min":
        return [min(found, key=lambda value: value.number or 0.0)] if found else []
    return found[-1:] if choose == "last" else found[:1]


def find_patterns(
    spec: FieldSpec, finder: PatternFinder, material: Material
) -> Iterator[Candidate]:
    """What stands at a pattern's group ``value``, or the first value in its match."""
    for match in material.matches(finder.regex, finder):
        groups = [name for name in match.groupdict() if name.startswith("value")]
        span = next((match.span(name) for name in groups if match[name]), match.span())
        if span[0] < 0 or UNSTATED.search(match.group()):
            continue
        if finder.value is not None:
            found = [Found(*span, finder.value)]
        elif spec.type in (FieldType.TEXT, FieldType.TEXT_LIST) and span != match.span():
            part = material.flat.to_blank_line if finder.follow else material.flat.unbroken
            span = part(span)
            name = tidy(material.flat.text[span[0] : span[1]])
            named = resolved(finder, material, name, span) if finder.follow else (name, span)
            found = [Found(*named[1], named[0])] if named else []
        else:
            found = chosen(material.values(spec, finder, span), finder.choose)
        for value in found:
            shown = (min(match.start(), value.start), max(match.end(), value.end))
            rivals = material.rivals(spec, finder, value)
            written = finder.written.format(value.value) if finder.written else value.value
            where = (value.start, value.end) if finder.bind == "value" else shown
            for made in material.candidate(spec, finder, written, (where,), rivals=rivals):
                yield replace(made, spans=(shown,))
        if not found and finder.follow:
            yield from _followed(spec, finder, material, match)


def _followed(
    spec: FieldSpec, finder: PatternFinder, material: Material, match: re.Match[str]
) -> Iterator[Candidate]:
    for term in _followed_terms(material, finder, match.group()):
        for definition in material.definitions.of(term):
            if not definition.is_inline:
                yield from in_definition(spec, finder, material, definition, finder.follow - 1)


def find_presence(
    spec: FieldSpec, finder: PresenceFinder, material: Material
) -> Iterator[Candidate]:
    """A match, and the value that it means."""
    for match in material.matches(finder.regex, finder):
        if not UNSTATED.search(match.group()):
            yield from material.candidate(spec, finder, finder.value, (match.span(),))


def find_clauses(spec: FieldSpec, finder: ClauseFinder, material: Material) -> Iterator[Candidate]:
    """The sentence around a match."""
    for match in material.matches(finder.regex, finder):
        start, end = material.flat.sentence(match.start())
        start = (
            match.start() if finder.from_match else max(start, match.start() - finder.limit // 2)
        )
        end = min(max(end, match.end()), start + finder.limit)
        text = material.flat.text[start:end].strip()
        for made in material.candidate(spec, finder, text, (match.span(),)):
            yield Candidate(made.field, made.entities, text, ((start, end),), made.score)


def find_same(spec: FieldSpec, finder: SameAsFinder, material: Material) -> Iterator[Candidate]:
    """The value of another field, with both passages."""
    for match in material.matches(finder.regex, finder):
        for made in material.candidate(spec, finder, "", (match.span(),)):
            named = made.entities or tuple(range(len(material.entities.all))) or (None,)
            for entity in named:
                other = material.best(finder.field, entity)
                if other:
                    entities = () if entity is None else (entity,)
                    spans = (match.span(), *other.spans)
                    yield Candidate(spec.key, entities, other.value, spans, made.score)


def find_shared(spec: FieldSpec, finder: SharedFinder, material: Material) -> Iterator[Candidate]:
    """The one value that all entities with a value have, for those without."""
    found = [one for one in material.found.get(spec.key, ()) if one.score > finder.score]
    others = material.found.get(finder.without or "", ())
    have = {entity for one in (*found, *others) for entity in one.entities}
    if any(not one.entities for one in found):
        return
    for index, entity in enumerate(material.entities.all):
        if index in have or (finder.names and not compiled(finder.names).search(entity.name)):
            continue
        own = [one for one in found if not finder.alike or _is_alike(material, one, entity)]
        if len({one.value for one in own}) == 1:
            yield from material.candidate_of(spec, finder, own[0].value, own[0].spans, (index,))


def _is_alike(material: Material, candidate: Candidate, entity: Entity) -> bool:
    return any(material.entities.all[other].kinds == entity.kinds for other in candidate.entities)


def find_drawn(spec: FieldSpec, finder: DrawnFinder, material: Material) -> Iterator[Candidate]:
    """The value of the field's type in the surest value of another field, for each entity."""
    for entity in tuple(range(len(material.entities.all))) or (None,):
        other = material.best(finder.field, entity)
        if other is None:
            continue
        found = next(iter(values(spec, other.value, 0, len(other.value))), None)
        value = finder.value or (found.value if found else None)
        if value:
            entities = () if entity is None else (entity,)
            yield Candidate(spec.key, entities, value, other.spans, finder.score)


def find_kinds(
    spec: FieldSpec, finder: EntityKindFinder, material: Material
) -> Iterator[Candidate]:
    """The value of each entity's kind, where the words of the value stand if they do."""
    for index, entity in enumerate(material.entities.all):
        for kind in entity.kinds & finder.values.keys():
            value = finder.values[kind]
            spans = list(islice(_shows(index, entity, kind, material), MOST_SHOWN))
            telling = [span for span in spans if _names(spec, value, material, span)]
            for span in [*telling, *spans][:1]:
                yield Candidate(spec.key, (index,), value, (span,), finder.score)


def _shows(index: int, entity: Entity, kind: str, material: Material) -> Iterator[Span]:
    """Passages that may show an entity's kind: its names, its definitions, words of the kind."""
    yield from ((m.start, m.end) for m in material.entities.mentions if m.entity == index)
    yield from entity.places
    for pattern in material.entities.contexts.get(kind, ()):
        yield from (match.span() for match in compiled(pattern).finditer(material.flat.text))


def _names(spec: FieldSpec, value: str, material: Material, span: Span) -> bool:
    return any(found.value == value for found in values(spec, material.flat.text, *span))


def find_labels(spec: FieldSpec, finder: LabelFinder, material: Material) -> Iterator[Candidate]:
    """What stands behind further labels."""
    yield from labelled(spec, finder, finder.labels, material)


FINDERS: dict[str, Callable[[FieldSpec, Any, Material], Iterator[Candidate]]] = {
    "definition": find_definitions,
    "pattern": find_patterns,
    "presence": find_presence,
    "clause": find_clauses,
    "grid": find_grids,
    "columns": find_columns,
    "rows": find_rows,
    "party": find_parties,
    "schedule": find_schedules,
    "whole": find_wholes,
    "same_as": find_same,
    "shared": find_shared,
    "drawn": find_drawn,
    "entity_kind": find_kinds,
    "label": find_labels,
    "collect": find_collected,
    "front": find_front,
}
