"""Values that a document names here and there: all of them together, for each entity."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.fields import Option
from factsheet_schemas.lexicon import CollectFinder

from factsheet_service.core.normalise.enums import named_options

from .flat import Span
from .material import Candidate, Material

MOST_SPANS = 6
BEFORE, BEHIND = 12, 40  # characters of a sentence around a word, to tell longer words by
_AS_WRITTEN = (FieldType.TEXT, FieldType.TEXT_LIST, FieldType.YEAR)
_OF_OPTIONS = (FieldType.ENUM, FieldType.ENUM_LIST)


@dataclass(frozen=True, slots=True)
class _Found:
    value: str
    span: Span
    entities: tuple[int, ...]  # empty: of all


def find_collected(
    spec: FieldSpec, finder: CollectFinder, material: Material
) -> Iterator[Candidate]:
    """One candidate for each entity: what its own passages name, else what those of all do."""
    found = list(_found(spec, finder, material))
    for entity in tuple(range(len(material.entities.all))) or (None,):
        own = [one for one in found if entity is not None and entity in one.entities]
        used = own or [one for one in found if not one.entities]
        if used:
            yield _together(spec, finder, () if entity is None else (entity,), used)


def _together(
    spec: FieldSpec, finder: CollectFinder, entities: tuple[int, ...], found: Sequence[_Found]
) -> Candidate:
    counted = Counter(one.value for one in found)
    if spec.type in (FieldType.ENUM_LIST, FieldType.NUMBER_LIST, FieldType.TEXT_LIST):
        kept = list(counted)
    else:
        kept = [counted.most_common(1)[0][0]]
    first = {one.value: one.span for one in reversed(found)}
    spans = tuple(dict.fromkeys(first[value] for value in kept))[:MOST_SPANS]
    return Candidate(spec.key, entities, "; ".join(kept), spans, finder.score)


def _found(spec: FieldSpec, finder: CollectFinder, material: Material) -> Iterator[_Found]:
    for match in material.matches(finder.regex or _any_word(spec.options), finder):
        if finder.regex is None and spec.type in _OF_OPTIONS:
            yield from _options(spec, finder, material, match)
        else:
            yield from _values(spec, finder, material, match)


def _options(
    spec: FieldSpec, finder: CollectFinder, material: Material, match: re.Match[str]
) -> Iterator[_Found]:
    """The option that a word stands for where it is no part of another option's words."""
    text = material.flat.text
    start, end = material.flat.sentence(match.start())
    around = text[max(start, match.start() - BEFORE) : min(end, match.end() + BEHIND)]
    for value in named_options(spec.options, match.group()):
        if value in named_options(spec.options, around):
            for made in material.candidate(spec, finder, value, (match.span(),)):
                yield _Found(value, match.span(), made.entities)


def _values(
    spec: FieldSpec, finder: CollectFinder, material: Material, match: re.Match[str]
) -> Iterator[_Found]:
    span = match.span("value") if match.groupdict().get("value") else match.span()
    if finder.value is not None:
        found = [(finder.value, match.span())]
    elif spec.type in _AS_WRITTEN:
        found = [(material.flat.text[slice(*span)], span)]
    else:
        found = [(v.value, (v.start, v.end)) for v in material.values(spec, finder, span)]
    for value, where in found:
        for made in material.candidate(spec, finder, value, (where,)):
            yield _Found(value, match.span(), made.entities)


@lru_cache(maxsize=512)
def _any_word(options: tuple[Option, ...]) -> str:
    words = {word for option in options for word in (option.value, *option.synonyms)}
    longest = sorted((re.escape(w).replace(r"\ ", "[ -]") for w in words), key=len, reverse=True)
    return rf"(?<!\w)(?:{'|'.join(longest)})s?(?!\w)"
