"""Cutting a document's text into lines: sentences, table rows and headings, each verbatim.

A line is at most ``MAX_CHARS`` long, so a citation is short enough to check by eye, and its offsets
let the quote be sliced from the source. Text whose paragraphs are not marked (PDF, hard-wrapped
plain text) is put together again from its visual lines first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARS = 300
MIN_CHARS = 40  # a shorter sentence is joined to its neighbour: "2.1." alone says nothing

_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_PHYSICAL = re.compile(r"[^\n]*\n?")
_COLUMN_GAP = re.compile(r"[^\s.:;](?: {3,}|\t+)\S")
_LEADER = re.compile(r"(?:\.\s?){4,}")
_TITLE = re.compile(
    r"(?:ARTICLE|SECTION|SCHEDULE|EXHIBIT|ANNEX|APPENDIX|PART|CLAUSE|CHAPTER|TITLE|ANEXO|ANNEXE"
    r"|ANLAGE|BIJLAGE|ALLEGATO|CLÁUSULA)\s+[\dA-Z]",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-ZÀ-Ý][^.;:]{2,70}$")
_OPENER = re.compile(
    r"(?:\([a-zA-Z0-9]{1,4}\)|\d{1,2}(?:\.\d{1,2})*[.)]?\s|[•▪–-]\s|[\"“][A-ZÀ-Ý])"
)
_SENTENCE_END = re.compile(r"[.!?;:][\"”’)\]]*\s+(?=[\"“‘(\[]?[A-ZÀ-Ý0-9(“\"])")
# A full stop behind these ends no sentence.
_ABBREVIATED = re.compile(
    r"\b(?:No|Nos|Inc|Corp|Ltd|Co|Mr|Ms|Dr|St|Sec|Art|vs|viz|i\.e|e\.g|U\.S|N\.A|S\.A|L\.P|Bros|per"
    r"|[A-Z])$"
)
_LONGEST_ABBREVIATION = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line before numbering: ``text[start:end]`` of its document."""

    start: int
    end: int
    is_table: bool = False
    is_heading: bool = False
    opens_paragraph: bool = False


def split_lines(text: str) -> list[Stretch]:
    """All lines of a document, in order; white space between them belongs to none."""
    return [line for block in _blocks(text) for line in _lines_of(text, block)]


def fold(text: str) -> str:
    """The text as it is seen, white space runs as single spaces."""
    return " ".join(seen(text).split())


def seen(text: str) -> str:
    """The text without characters that leave no mark, in which anything can be written unseen:
    tags, variation selectors, zero widths, marks of direction. Offsets are of the text with them.
    """
    return text if text.isascii() else _UNSEEN.sub("", text)


def is_table_row(line: str) -> bool:
    """Whether a visual line holds columns: cell marks, tabs or wide gaps, but no dot leaders."""
    return " | " in line or (bool(_COLUMN_GAP.search(line.strip())) and not _LEADER.search(line))


def is_heading(line: str) -> bool:
    """Whether a visual line is a heading: a titled or numbered one, or short capitals."""
    stripped = line.strip()
    if not 3 <= len(stripped) <= 90 or _LEADER.search(stripped):
        return False
    if _TITLE.match(stripped):
        return not stripped.endswith((",", ";")) and stripped.count(" ") < 12
    if _NUMBERED.match(stripped):
        return True
    letters = [char for char in stripped if char.isalpha()]
    return len(letters) > 3 and stripped == stripped.upper() and not stripped.endswith((".", ","))


def _blocks(text: str) -> Iterator[Stretch]:
    """Paragraphs, table rows and headings, put together from visual lines."""
    current: Stretch | None = None
    for match in _PHYSICAL.finditer(text):
        line = match.group()
        if not line.strip():
            if current:
                yield current
            current = None
            continue
        piece = _trimmed(text, match.start(), match.end())
        if current and _continues(text, current, line):
            current = Stretch(current.start, piece.end, opens_paragraph=True)
            continue
        if current:
            yield current
        current = Stretch(piece.start, piece.end, is_table_row(line), is_heading(line), True)
    if current:
        yield current


def _continues(text: str, current: Stretch, line: str) -> bool:
    """Whether a visual line goes on with the paragraph above it."""
    if current.is_table or current.is_heading or is_table_row(line):
        return False
    stripped = line.strip()
    above = text[current.end - 1]
    if above not in '.;:!?”"':
        return not (is_heading(line) and stripped[0].isupper() and above not in ",-–(")
    return not (_OPENER.match(stripped) or is_heading(line))


def _trimmed(text: str, start: int, end: int) -> Stretch:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Stretch(start, end)


def _lines_of(text: str, block: Stretch) -> Iterator[Stretch]:
    if block.end - block.start <= MIN_CHARS or block.is_heading:
        yield block
        return
    sentences = [(block.start, block.end)] if block.is_table else _sentences(text, block)
    opens = True
    for start, end in sentences:
        for piece_start, piece_end in _wrapped(text, start, end):
            yield Stretch(piece_start, piece_end, block.is_table, False, opens)
            opens = False


def _sentences(text: str, block: Stretch) -> list[tuple[int, int]]:
    starts = [block.start, *_sentence_starts(text, block)]
    ends = [*starts[1:], block.end]
    joined: list[tuple[int, int]] = []
    for start, end in zip(starts, ends, strict=True):
        if joined and joined[-1][1] - joined[-1][0] < MIN_CHARS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [_as_pair(_trimmed(text, start, end)) for start, end in joined]


def _sentence_starts(text: str, block: Stretch) -> Iterator[int]:
    for match in _SENTENCE_END.finditer(text, block.start, block.end):
        before = text[max(block.start, match.start() - _LONGEST_ABBREVIATION) : match.start()]
        if match.group()[0] != "." or not _ABBREVIATED.search(before):
            yield match.end()


def _as_pair(stretch: Stretch) -> tuple[int, int]:
    return stretch.start, stretch.end


def _wrapped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Pieces of at most MAX_CHARS, cut behind a separator where there is one."""
    while end - start > MAX_CHARS:
        cut = _cut(text, start, start + MAX_CHARS)
        piece = _trimmed(text, start, cut)
        yield piece.start, piece.end
        start = _trimmed(text, cut, end).start
    if end > start:
        yield start, end


def _cut(text: str, start: int, limit: int) -> int:
    half = start + MAX_CHARS // 2
    for separator in ("; ", ", ", " | ", " ", "\n"):
        found = text.rfind(separator, half, limit)
        if found >= 0:
            return found + len(separator)
    return limit
