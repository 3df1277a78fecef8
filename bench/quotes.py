"""Where the quotes of a company's gold stand in its documents, line by line."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factsheet_service.core.document import Document
from factsheet_service.core.lines import Stretch, split_lines

from bench.companies import Company

_LEFT_OUT = re.compile(r"[\s|]+")  # white space, and what a table's cells are joined by


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a quote: the offsets at which the lines that it touches start."""

    document: str  # its id
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A gold value: per quote the places where that stands, one at least."""

    field: str
    needs_all: bool  # it is derived from all of its quotes together
    quotes: tuple[tuple[Place, ...], ...]


def quoted(company: Company) -> tuple[Quoted, ...]:
    """The values of a company's gold whose quotes stand in its documents."""
    texts = [_Squeezed(one) for one in company.documents if one.is_read and one.text]
    found = []
    for item in (item for book in company.books for item in book["items"]):
        places = [tuple(p for text in texts for p in text.places(q)) for q in item["quotes"]]
        if quotes := tuple(filter(None, places)):
            found.append(Quoted(item["field"], item["needs_all"], quotes))
    return tuple(found)


class _Squeezed:
    """A document's text without white space, and where each of its characters stood."""

    def __init__(self, document: Document) -> None:
        self._id = document.id
        self._kept = [n for n, char in enumerate(document.text) if not _LEFT_OUT.match(char)]
        self._text = "".join(document.text[n] for n in self._kept)
        self._lines: Sequence[Stretch] = split_lines(document.text)
        self._starts = [line.start for line in self._lines]

    def places(self, quote: str) -> Iterator[Place]:
        wanted = _LEFT_OUT.sub("", quote)
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            last = at + len(wanted) - 1
            yield Place(self._id, self._touched(self._kept[at], self._kept[last]))
            at = self._text.find(wanted, last + 1)

    def _touched(self, first: int, last: int) -> tuple[int, ...]:
        start = bisect_right(self._starts, first) - 1
        return tuple(self._starts[max(start, 0) : bisect_left(self._starts, last + 1)])
