"""Sections of a document as a schema knows them: those of one row, and those that are set aside.

A paper's "Experiment 2. Subjects (N = 32) made ..." opens a section of that experiment, whose
words speak of it alone; its list of references speaks of other papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from factsheet_schemas import Schema
from factsheet_schemas.schema import Entity

_NUMBERING = r"[ \t]*(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?[ \t]+)?"
_MARK = r"(?<!\w)(?:\d{1,2}[a-z]?|[IVX]{1,4}|[A-H]|one|two|three|four|five|six)(?!\w)"
_JOIN = r"[ \t]*(?:,[ \t]*and\b|,|\band\b|&|[-–])[ \t]*"
# What stands behind a name that is a heading: a mark, the line's end, or what the section tells.
_CLOSE = r"[ \t]*(?:[.:—|]|$|[-–][ \t]|(?:methods?|procedures?|participants|design|results)\b)"
_SHORT_LINE = 40  # characters; a paragraph's lines are longer, but for its last
_LOOK_BACK = 400  # characters
_ENDS_A_SENTENCE = re.compile(r"[.!?:)\]”\"][\d,–-]*\s*$")


@dataclass(frozen=True, slots=True)
class Section:
    """``text[start:end]`` speaks of the rows of these names."""

    start: int
    end: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sections:
    """What is known of one document's sections."""

    of_rows: tuple[Section, ...]
    aside: tuple[tuple[int, int], ...]

    def names_at(self, offset: int) -> tuple[str, ...]:
        """The names of the rows in whose section an offset lies; none where it is in no such."""
        return next((s.names for s in self.of_rows if s.start <= offset < s.end), ())

    def is_aside(self, offset: int) -> bool:
        """Whether an offset lies in a section that is not about the subject."""
        return any(start <= offset < end for start, end in self.aside)


NONE = Sections((), ())


def sections_of(text: str, schema: Schema) -> Sections:
    """The sections of a text; none for a schema that knows of none."""
    entity = schema.entities[0] if schema.entities else None
    of_rows = tuple(_of_rows(text, entity)) if entity and entity.has_sections else ()
    return Sections(of_rows, tuple(_aside(text, schema)))


def _of_rows(text: str, entity: Entity) -> Iterator[Section]:
    """From each row's heading to the next one, or to a heading that ends all of them."""
    openers = [(m.start(), m) for m in _opener(entity).finditer(text) if _opens(text, m.start())]
    ends = sorted(m.start() for m in _ender(entity).finditer(text) if _opens(text, m.start()))
    stops = sorted([*(start for start, _ in openers), *ends, len(text)])
    for start, match in openers:
        end = next(stop for stop in stops if stop > start)
        yield Section(start, end, tuple(_names(match["label"], match["marks"])))


def _opener(entity: Entity) -> re.Pattern[str]:
    words = {entity.label, entity.plural, *(w for w in entity.generic_words if w != "the")}
    labels = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    marks = rf"(?P<marks>{_MARK}(?:{_JOIN}{_MARK})*)"
    return re.compile(
        rf"^{_NUMBERING}(?P<label>{labels})s?\.?[ \t]+{marks}{_CLOSE}",
        re.IGNORECASE | re.MULTILINE,
    )


def _ender(entity: Entity) -> re.Pattern[str]:
    titles = "|".join(entity.section_ends) or r"(?!)"
    return re.compile(rf"^{_NUMBERING}(?:{titles})[ \t]*(?:[.:]|$)", re.IGNORECASE | re.MULTILINE)


def _opens(text: str, start: int) -> bool:
    """Whether a line begins a paragraph: no sentence of the line above runs on into it."""
    before = text[max(0, start - _LOOK_BACK) : start]
    above = before.rstrip().rpartition("\n")[2]
    is_apart = before.rstrip(" \t").endswith("\n\n")
    return is_apart or len(above) < _SHORT_LINE or _ENDS_A_SENTENCE.search(above) is not None


def _names(label: str, marks: str) -> Iterator[str]:
    """ "Experiments 1 and 3-4" names Experiment 1, Experiment 3 and Experiment 4."""
    found = list(re.finditer(_MARK, marks, re.IGNORECASE))
    for index, mark in enumerate(found):
        yield f"{label} {mark.group()}"
        following = found[index + 1 : index + 2]
        between = marks[mark.end() : following[0].start()] if following else ""
        if between.strip() in ("-", "–") and mark.group().isdigit() and following[0][0].isdigit():
            yield from (f"{label} {n}" for n in range(int(mark.group()) + 1, int(following[0][0])))


def _aside(text: str, schema: Schema) -> Iterator[tuple[int, int]]:
    for aside in schema.set_aside:
        flags = re.IGNORECASE | re.MULTILINE
        until = re.compile(rf"^{_NUMBERING}(?:{aside.until})[ \t]*[.:]?[ \t]*$", flags)
        for title in re.finditer(rf"^{_NUMBERING}(?:{aside.title})[ \t]*[.:]?[ \t]*$", text, flags):
            end = until.search(text, title.end())
            yield title.start(), end.start() if end else len(text)
