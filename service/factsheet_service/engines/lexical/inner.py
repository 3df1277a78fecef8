"""Rows within others: the groups that an experiment's section names, with what stands beside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_schemas import Schema
from factsheet_schemas.lexicon import InnerWords

from factsheet_service.core.normalise import fold
from factsheet_service.core.questions import WITHIN

from .flat import Span
from .material import Material, compiled

SCORE = 0.7


@dataclass(frozen=True, slots=True)
class InnerRow:
    """A row at a stretch of the document, named behind the row whose section it stands in."""

    name_field: str
    name: str
    span: Span
    values: tuple[tuple[str, str], ...]  # field keys and what stands there


def inner_rows(words: Sequence[InnerWords], material: Material) -> tuple[InnerRow, ...]:
    """All places where such a row is named, in order."""
    found = [row for one in words for row in _rows(one, material, material.schema)]
    return tuple(sorted(found, key=lambda row: row.span))


def _rows(words: InnerWords, material: Material, schema: Schema) -> Iterator[InnerRow]:
    matches = [
        match
        for match in compiled(words.regex).finditer(material.flat.text)
        if material.layout.is_in(words.zone, match.start())
        and not material.layout.is_aside(match.start())
    ]
    counted = Counter(fold(match["name"]) for match in matches)
    for match in matches:
        if counted[fold(match["name"])] >= words.least:
            yield _row(match, words, material, schema)


def _row(match: re.Match[str], words: InnerWords, material: Material, schema: Schema) -> InnerRow:
    above = material.layout.entities_at(match.start())
    names = [material.entities.all[index].name for index in above]
    own = {key: text for key, text in match.groupdict().items() if key != "name" and text}
    return InnerRow(
        name_field=schema.entity_by_key[words.entity].name_field,
        name=WITHIN.join([*names, match["name"]]) if len(names) == 1 else match["name"],
        span=material.flat.source(match.span()),
        values=tuple(own.items()),
    )
