"""Documents as text with places, and their cutting into windows of numbered lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from factsheet_schemas import DocumentStatus

_TURNED = re.compile("[\u202d\u202e]")  # what follows is shown from right to left, or the reverse


@dataclass(frozen=True, slots=True)
class Source:
    """A company's file as given: its name inside the company's folder, and where its bytes are."""

    name: str
    sha256: str
    path: Path


@dataclass(frozen=True, slots=True)
class Page:
    """A page (or sheet) of a document: ``document.text[start:end]``."""

    number: int  # from 1
    start: int
    end: int
    label: str | None = None  # a sheet's name, an attachment's name


@dataclass(frozen=True, slots=True)
class Cell:
    """A spreadsheet cell in the text: shown value at ``start:end``, raw value beside it."""

    place: str  # "Sheet!B7"
    start: int
    end: int
    raw: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a company as read: text, pages, and how the reading ended.

    Paragraphs are separated by a blank line where the format knows them; table rows stand on one
    line with cells joined by `` | ``. Offsets count characters (code points) of ``text``.
    """

    id: str  # the first 16 hex digits of sha256
    name: str  # path inside the company's folder
    sha256: str
    media_type: str
    status: DocumentStatus
    reason: str | None = None
    text: str = ""
    pages: tuple[Page, ...] = ()
    cells: tuple[Cell, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()  # stretches of the text that nobody sees, in order
    duplicate_of: str | None = None  # id of the document that stands for this one
    is_cut: bool = False  # some of it was left unread, as the reason says

    @property
    def is_read(self) -> bool:
        """Whether its text takes part in a run."""
        return self.status is DocumentStatus.OK and self.duplicate_of is None

    def is_hidden(self, start: int, end: int) -> bool:
        """Whether any of ``text[start:end]`` is not seen on its page, or seen in another order."""
        if _TURNED.search(self.text, start, end):
            return True
        index = bisect_right(self.hidden, (start, end)) - 1
        near = self.hidden[max(index, 0) : index + 2]
        return any(low < end and start < high for low, high in near)

    def seen(self, start: int, end: int) -> str:
        """``text[start:end]`` without what is not seen on its page; nothing of a stretch that is
        seen in another order."""
        if not self.is_hidden(start, end):
            return self.text[start:end]
        if _TURNED.search(self.text, start, end):
            return ""
        edges = [start, *(min(max(at, start), end) for pair in self.hidden for at in pair), end]
        return "".join(self.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))

    def page_at(self, offset: int) -> Page | None:
        """The page on which the character at ``offset`` stands."""
        index = bisect_right([page.start for page in self.pages], offset) - 1
        return self.pages[index] if index >= 0 else None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or table row of at most 300 characters: ``document.text[start:end]``."""

    number: int  # from 1 in its window
    start: int
    end: int
    text: str  # shown form: white space folded to single spaces
    is_table: bool = False
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one document that is asked as a whole; depends on the document alone.

    Where less than all is read, lines may be left out between its lines: these are its ``gaps``.
    """

    document: Document
    index: int  # from 0 in its document
    headings: tuple[str, ...]  # path of headings above the first line
    table_header: str | None  # header row repeated where a table was cut
    lines: tuple[Line, ...]
    num_tokens: int  # estimate, of the rendered text
    gaps: tuple[tuple[int, str], ...] = ()  # before a line's number, what is shown for the gap

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.lines[-1].end

    def shows(self, start: int, end: int) -> bool:
        """Whether the document's text between two offsets begins and ends in lines of it."""
        return all(
            any(line.start <= at < line.end for line in self.lines) for at in (start, end - 1)
        )

    @property
    def text(self) -> str:
        """The document's text as far as it is shown, gaps as line ends."""
        cut = {number for number, _ in self.gaps}
        starts = [at for at, line in enumerate(self.lines) if not at or line.number in cut]
        ends = [*starts[1:], len(self.lines)]
        text, lines = self.document.text, self.lines
        return "\n".join(
            text[lines[start].start : lines[end - 1].end]
            for start, end in zip(starts, ends, strict=True)
        )

    @property
    def key(self) -> str:
        """Names the window in logs and memo: ``<document id>/<index>``."""
        return f"{self.document.id}/{self.index}"

    def render(self) -> str:
        """The window as every question sees it: heading path, table header, numbered lines."""
        head = [f"[{' > '.join(self.headings)}]"] if self.headings else []
        head += [f"[table: {self.table_header}]"] if self.table_header else []
        marks: dict[int, list[str]] = {}
        for number, mark in self.gaps:
            marks.setdefault(number, []).append(f"[{mark}]")
        for line in self.lines:
            head += [*marks.get(line.number, ()), f"{line.number} {line.text}"]
        return "\n".join(head)
