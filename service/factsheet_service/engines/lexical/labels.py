"""Fields found by their labels and aliases: ``Label | value`` and ``Label: value``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.lexicon import PresenceFinder

from .finders import UNSTATED
from .material import Candidate, Material

LABELLED = PresenceFinder(kind="presence", regex="x", score=0.55)
LONGEST_VALUE = 400
TEXTS = (FieldType.TEXT, FieldType.TEXT_LIST, FieldType.CODE)


def find_labelled(spec: FieldSpec, material: Material) -> Iterator[Candidate]:
    """What stands behind a label at the start of a line or table row."""
    flat = material.flat
    pattern = _pattern(spec)
    ends = [*flat.line_starts[1:], len(flat.text)]
    for start, end in zip(flat.line_starts, ends, strict=True):
        match = pattern.match(flat.text, start, min(end, start + 160))
        if match is None:
            continue
        rest = (match.end(), min(end, match.end() + LONGEST_VALUE))
        written = flat.text[rest[0] : rest[1]].strip(" |")
        if written and not UNSTATED.search(written):
            yield from _stated(spec, material, rest, written)


def _stated(
    spec: FieldSpec, material: Material, rest: tuple[int, int], written: str
) -> Iterator[Candidate]:
    if spec.type is FieldType.CLAUSE or spec.type in TEXTS:
        cell = written.split(" | ", maxsplit=1)[0].strip()
        at = material.flat.text.index(cell, rest[0])
        yield from material.candidate(spec, LABELLED, cell, ((at, at + len(cell)),))
        return
    found = next(iter(material.values(spec, LABELLED, rest)), None)
    if found:
        yield from material.candidate(spec, LABELLED, found.value, ((found.start, found.end),))


def _pattern(spec: FieldSpec) -> re.Pattern[str]:
    names = sorted({spec.label.split(" [")[0], *spec.aliases}, key=len, reverse=True)
    joined = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?:{joined})s?(?: ?\[[^\]]{{1,12}}\])? ?(?:[:|]|\t) ?", re.IGNORECASE)
