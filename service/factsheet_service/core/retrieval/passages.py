"""A document cut into passages: what is small enough to be about one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from factsheet_service.core.document import Document
from factsheet_service.core.lines import Stretch, fold, split_lines
from factsheet_service.core.windows import cost_of

from .vocabulary import Phrase, stems

PASSAGE_TOKENS = 60  # from here on the next paragraph begins another passage
MOST_TOKENS = 96  # one with a paragraph that goes on is cut at a line
_FURNITURE = 3  # a heading that stands so often heads pages, not sections
_MAX_LOOK_AHEAD = 80  # characters behind a line, in search of a definition's verb
_DEFINITION = re.compile(
    r"\W{0,3}[\"“”„»«']{1,2}(?P<term>[^\"“”„»«]{2,80}?)[\"“”»«']{1,2}(?:.{0,60}?\b(?:means?|shall\s+mean"
    r"|has\s+the\s+meaning|(?:is|are)\s+defined|shall\s+have|significa|désigne|bedeutet|bezeichnet"
    r"|betekent|indica|oznacza)\b|\s*[:=])",
    re.DOTALL,
)
_RUN_IN = re.compile(
    r"(?:(?:section|clause|article|art\.?|§|cláusula|artículo|artigo|artikel|articolo|ziffer)\s*)?"
    r"\(?(?:\d{1,2}(?:\.\d{1,2})*|[ivx]+|[a-z])[.)]*\s+(?P<title>[A-ZÀ-Ý][^.:;]{2,80})[.:](?=\s|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Passage:
    """The lines ``first`` to ``last`` of a document, of which ``num_rows`` are rows of tables.

    ``heading`` and ``run_in`` are the titles that it stands under, ``term`` what it defines.
    """

    first: int  # numbers of the document's lines, from 0
    last: int
    start: int  # offsets in the document's text
    end: int
    text: str  # white space folded
    num_tokens: int  # estimate
    num_rows: int
    heading: str
    run_in: str
    term: str
    is_inside_table: bool  # its first line is a row, and so is the line before it

    @cached_property
    def words(self) -> Phrase:
        """Its words without endings."""
        return stems(self.text)

    @property
    def num_lines(self) -> int:
        """Lines of the document in it."""
        return self.last - self.first + 1

    @property
    def topic(self) -> str:
        """The titles that it stands under, and the term that it defines."""
        return f"{self.heading} {self.run_in} {self.term}"


def cut_passages(document: Document) -> tuple[Passage, ...]:
    """All passages of a document, in order; together they hold each of its lines once."""
    lines = split_lines(document.text)
    cuts = list(_Cuts(document.text, lines).all())
    ends = [*(cut.first for cut in cuts[1:]), len(lines)]
    return tuple(
        _passage(document.text, lines, cut, end)
        for cut, end in zip(cuts, ends, strict=False)  # without a line there is no cut
    )


@dataclass(frozen=True, slots=True)
class _Cut:
    first: int
    heading: str
    run_in: str


class _Cuts:
    """Where passages begin: at headings, definitions and titled paragraphs, or when one is full."""

    def __init__(self, text: str, lines: Sequence[Stretch]) -> None:
        self._text = text
        self._lines = lines
        shown = Counter(self._shown(line) for line in lines if line.is_heading)
        self._furniture = {title for title, count in shown.items() if count >= _FURNITURE}
        self._tokens = 0
        self._has_body = True
        self._heading = self._run_in = ""

    def all(self) -> Iterator[_Cut]:
        for number, line in enumerate(self._lines):
            cost = cost_of(self._text, line)
            is_title = line.is_heading and self._shown(line) not in self._furniture
            titled = None if is_title else _RUN_IN.match(self._opening(line))
            self._enter(line, is_title, titled)
            if not number or self._begins(line, cost, is_title or titled is not None):
                yield _Cut(number, self._heading, self._run_in)
                self._tokens, self._has_body = 0, False
            self._tokens += cost
            self._has_body = self._has_body or not is_title

    def _enter(self, line: Stretch, is_title: bool, titled: re.Match[str] | None) -> None:
        if is_title:
            self._heading, self._run_in = self._shown(line), ""
        elif titled:
            self._run_in = titled["title"]

    def _begins(self, line: Stretch, cost: int, is_titled: bool) -> bool:
        spent = self._tokens + cost
        if spent > MOST_TOKENS:
            return True
        if not self._has_body or not line.opens_paragraph:
            return False
        return is_titled or spent > PASSAGE_TOKENS or self._defines(line)

    def _defines(self, line: Stretch) -> bool:
        ahead = self._text[line.start : line.end + _MAX_LOOK_AHEAD]
        return _DEFINITION.match(fold(ahead)) is not None

    def _opening(self, line: Stretch) -> str:
        return self._shown(line) if line.opens_paragraph else ""

    def _shown(self, line: Stretch) -> str:
        return fold(self._text[line.start : line.end])


def _passage(text: str, all_lines: Sequence[Stretch], cut: _Cut, behind: int) -> Passage:
    lines = all_lines[cut.first : behind]
    start, end = lines[0].start, lines[-1].end
    shown = fold(text[start:end])
    defined = _DEFINITION.match(shown)
    return Passage(
        first=cut.first,
        last=cut.first + len(lines) - 1,
        start=start,
        end=end,
        text=shown,
        num_tokens=sum(cost_of(text, line) for line in lines),
        num_rows=sum(line.is_table for line in lines),
        heading=cut.heading,
        run_in=cut.run_in,
        term=defined["term"] if defined else "",
        is_inside_table=lines[0].is_table and cut.first > 0 and all_lines[cut.first - 1].is_table,
    )
