"""A document's text made easy to search: one space, plain quotes, sentences, headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Span = tuple[int, int]

PLAIN = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "–": "-",
        "—": "-",
        "‑": "-",
        "\u00ad": "-",
        "\ufffe": "-",
    }
)
WHITE = re.compile(r"\s+")
STOP = re.compile(
    r"(?<=[.!?])[\"')]{0,2} (?=[\"(]{0,2}[A-Z0-9]|\((?:[a-z]|[ivx]{1,4})\) [\"(]?[A-Z])"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Co|Ltd|No|Nos|Art|Sec|e\.g|i\.e|vs|Mr|Mrs|Dr|St|cf|approx|Jr|et al|cent|Rs)"
    r"|\b[A-Za-z]|(?<!to )(?<![:.\d])\b\d{1,3}(?:\.\d+)*)\.[\"')]{0,2}$"
)
HEADING = re.compile(
    r"(?:(?:SECTION|Section|CLAUSE|Clause|ARTICLE|Article|Paragraph|§)\s*)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,3}){0,3}|[IVX]{1,5})\.?\s{1,4}"
    r"(?P<title>[A-Z][^.:;|\n]{2,80}?)\s*(?:[.:;\n]|$)"
)
LIMB = re.compile(r"\((?:[a-z]|[ivx]{1,4})\) ")
BARE_HEADING = re.compile(r"(?P<title>[A-Z][A-Z&/,'() -]{4,70})\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's title, in force from ``start`` to the next heading."""

    start: int
    title: str


@dataclass(frozen=True)
class FlatText:
    """White space runs folded to one space, typographic quotes and dashes made plain.

    ``text`` is searched; ``source`` turns its offsets into those of the document.
    """

    text: str
    places: tuple[int, ...]  # flat offsets behind each shortened run
    shifts: tuple[int, ...]  # how far the document's offset lies ahead there
    breaks: tuple[int, ...]  # flat offsets where a paragraph begins
    line_starts: tuple[int, ...]
    gaps: tuple[int, ...] = ()  # flat offsets behind every blank line
    original: str = ""  # the document's own text

    def source(self, span: Span) -> Span:
        """The span in the document's own offsets."""
        return self._source_of(span[0]), self._source_of(max(span[0], span[1] - 1)) + 1

    def _source_of(self, offset: int) -> int:
        index = bisect_right(self.places, offset) - 1
        return offset + (self.shifts[index] if index >= 0 else 0)

    @cached_property
    def stops(self) -> list[int]:
        """Where sentences begin, ascending; the first is 0."""
        found = {0, *self.breaks}
        for match in STOP.finditer(self.text):
            if not ABBREVIATION.search(self.text, max(0, match.start() - 9), match.start()):
                found.add(match.end())
        return sorted(found)

    def sentence(self, offset: int) -> Span:
        """The sentence around ``offset``."""
        index = bisect_right(self.stops, offset)
        end = self.stops[index] if index < len(self.stops) else len(self.text)
        return self.stops[index - 1], end

    def line(self, offset: int) -> Span:
        """The line around ``offset``, with the space that stands for its end."""
        index = bisect_right(self.line_starts, offset)
        end = self.line_starts[index] if index < len(self.line_starts) else len(self.text)
        return self.line_starts[max(0, index - 1)], end

    def lines_in(self, span: Span) -> Iterator[Span]:
        """The lines that begin in a stretch, and the one in which it begins."""
        start = self.line(span[0])[0]
        while start < span[1]:
            line = self.line(start)
            yield line
            start = max(line[1], start + 1)

    def raw_line(self, line: Span) -> str:
        """A line as the document has it, with its white space."""
        first = self._source_of(line[0])
        return self.original[self.original.rfind("\n", 0, first) + 1 : self._source_of(line[1] - 1)]

    def unbroken(self, span: Span) -> Span:
        """The part of a span behind the last blank line in it."""
        index = bisect_right(self.gaps, span[1] - 1) - 1
        return (max(span[0], self.gaps[index]), span[1]) if index >= 0 else span

    def to_blank_line(self, span: Span) -> Span:
        """The part of a span before the first blank line in it."""
        index = bisect_right(self.gaps, span[0])
        end = self.gaps[index] - 1 if index < len(self.gaps) else span[1]
        return span[0], min(span[1], end)

    def heading_at(self, offset: int) -> str:
        """The title of the section in which ``offset`` stands; empty where there is none."""
        index = bisect_right(self.headings, offset, key=lambda heading: heading.start) - 1
        return self.headings[index].title if index >= 0 else ""

    @cached_property
    def headings(self) -> list[Heading]:
        """Titles found at line starts, ascending; rows of a table of contents are left out."""
        found = []
        ends = [*self.line_starts[1:], len(self.text)]
        for start, end in zip(self.line_starts, ends, strict=True):
            title = _title(self.text[start : min(end, start + 140)])
            if title and not re.search(r"\.{3}|\s\d{1,3}\s*$", self.text[start:end].rstrip()):
                found.append(Heading(start, title))
        return found


def _title(line: str) -> str:
    match = HEADING.match(line) or BARE_HEADING.match(line)
    return match["title"].strip() if match else ""


def flatten(text: str) -> FlatText:
    """Fold a document's text."""
    pieces: list[str] = []
    places: list[int] = []
    shifts: list[int] = []
    breaks: list[int] = []
    lines: list[int] = [0]
    gaps: list[int] = []
    length = last = 0
    for run in WHITE.finditer(text):
        length += run.start() - last + 1
        pieces.append(text[last : run.start()])
        last = run.end()
        if run.end() - run.start() > 1:
            places.append(length)
            shifts.append(last - length)
        newlines = run.group().count("\n")
        if newlines:
            lines.append(length)
        if newlines > 1:
            gaps.append(length)
            if _parts(text, run.start(), last):
                breaks.append(length)
    pieces.append(text[last:])
    flat = " ".join(pieces).translate(PLAIN)
    return FlatText(
        flat, tuple(places), tuple(shifts), tuple(breaks), tuple(lines), tuple(gaps), text
    )


def _parts(text: str, before: int, after: int) -> bool:
    """Whether a blank line parts paragraphs, not a sentence that runs over a page."""
    if before == 0 or after >= len(text):
        return False
    is_limb = text[before - 1] in ":;" and LIMB.match(text, after)
    is_open = text[before - 1] in ",(" or text[before - 1].islower()
    return not (is_limb or is_open or text[after].islower())
