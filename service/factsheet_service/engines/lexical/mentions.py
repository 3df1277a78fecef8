"""Where a document names its entities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_schemas.lexicon import EntityWords

from .flat import FlatText

LETTER = re.compile(r"[ -][A-Z]$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where an entity is named; ``entity`` indexes the document's entities."""

    start: int
    end: int
    entity: int


def find_mentions(
    flat: FlatText, names: Sequence[Sequence[str]], words: EntityWords | None
) -> Iterator[Mention]:
    """Every place where one of the entities is named, by their stems; the longest stem wins."""
    followers = "|".join((*words.heads, *words.followers)) if words else ""
    fillers = {filler.lower() for filler in words.fillers} if words else set()
    taken: set[int] = set()
    stems = [(stem, index) for index, stems_of in enumerate(names) for stem in stems_of]
    for stem, index in sorted(stems, key=lambda item: -len(item[0])):
        pattern = re.escape(stem).replace(r"\ ", "[ -]")
        if LETTER.search(stem):  # "such facility a notice" names no Facility A
            pattern = f"{pattern[:-1]}(?-i:{pattern[-1]})"
        plain = len(stem.split(" ")) == 1 or {w.lower() for w in stem.split(" ")} <= fillers
        tail = rf"(?:[ -](?:{followers})s?\b)+" if followers and plain else ""
        for match in re.finditer(rf"\b{pattern}(?:e?s)?{tail}(?!\w)", flat.text, re.I):
            if match.end() not in taken and not taken.intersection(
                range(match.start(), match.start() + len(stem))
            ):
                taken.update(range(match.start(), match.end()))
                yield Mention(match.start(), match.end(), index)
