"""Fields found by their labels and aliases: ``Label | value`` and ``Label: value``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.lexicon import Finder

from .material import Candidate, Material

BY_LABEL = Finder(score=0.55)
LONGEST_VALUE = 400
UNSTATED = re.compile(
    r"\b(?:not (?:specified|applicable|stated|determined|yet agreed)|to be (?:agreed|determined)"
    r"|N/A|TBD)\b",
    re.IGNORECASE,
)
TEXTS = (
    *(FieldType.TEXT, FieldType.TEXT_LIST, FieldType.CODE),
    *(FieldType.CLAUSE, FieldType.PASSAGE),
)


def find_labelled(spec: FieldSpec, material: Material) -> Iterator[Candidate]:
    """What stands behind the schema's label or aliases at the start of a line or table row."""
    names = (re.sub(r" \[.*\]$", "", spec.label), *spec.aliases)
    yield from labelled(spec, BY_LABEL, names, material)


def labelled(
    spec: FieldSpec, finder: Finder, names: Sequence[str], material: Material
) -> Iterator[Candidate]:
    """What stands behind any of ``names`` at the start of a line or table row."""
    flat, pattern = material.flat, _pattern(tuple(names))
    for start, end in material.label_lines:
        match = pattern.match(flat.text, start, min(end, start + 160))
        if match is None:
            continue
        rest = (match.end(), min(end, match.end() + LONGEST_VALUE))
        written = flat.text[slice(*rest)].strip(" |")
        if written and not UNSTATED.search(written):
            yield from _stated(spec, finder, material, rest, written)


def _stated(
    spec: FieldSpec, finder: Finder, material: Material, rest: tuple[int, int], written: str
) -> Iterator[Candidate]:
    if spec.type in TEXTS:
        cell = written.partition(" | ")[0].strip()
        at = material.flat.text.index(cell, rest[0])
        yield from material.candidate(spec, finder, cell, ((at, at + len(cell)),))
        return
    found = next(iter(material.values(spec, finder, rest)), None)
    if found:
        yield from material.candidate(spec, finder, found.value, ((found.start, found.end),))


@lru_cache(maxsize=512)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(re.escape(name) for name in sorted(set(names), key=len, reverse=True))
    return re.compile(rf"(?:{joined})s?(?: ?\[[^\]]{{1,12}}\])? ?[:|] ?", re.IGNORECASE)
