"""The defined terms of a document and the text that defines them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from .flat import FlatText, Span

MEANS = re.compile(
    r'(?P<terms>"[A-Z0-9][^"]{1,80}"(?:,? (?:or|and)(?: the)? "[^"]{1,80}")*)'
    r"(?: ?\([^)]{0,80}\))?,?"
    r"(?: (?:when used|in relation to|with respect to|as used|as applied|as to|for|at any)"
    r'[^"]{0,140}?)?'
    r" ?(?:: |(?:shall )?(?:each )?(?:means?\b|have the meaning|has the meaning|is defined"
    r"|refers? to|equals?\b|are defined|is the\b|shall be\b))",
)
BARE_MEANS = re.compile(
    r"(?:\([a-z]{1,3}\) )?(?P<term>[A-Z\d][\w&/'.-]*(?: [\w&/'.-]+){0,6})(?: \([^)]{1,60}\))?,?"
    r" (?:shall mean|means|has the meaning)\b[:,]? "
)
INLINE = re.compile(r'\((?P<inside>[^()"]{0,90}"[^()]{2,160})\)')
ELSEWHERE = re.compile(
    r'"(?P<term>[^\W\d_][^"]{1,80})"(?: ?\([^)]{0,80}\))?,? ?'
    r"(?:significa|significará|designa|désigne|signifie|bezeichnet|bedeutet|betekent|indica"
    r"|oznacza)\b:? ?"
)
QUOTED = re.compile(r'"(?P<term>[^"]{2,70})"')
CALLED = re.compile(r'\b(?:hereinafter|hereafter|herein),? (?P<inside>[^"();]{0,60}"[^";]{2,70}")')
LONGEST_BODY = 6000
LONGEST_INLINE = 500


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and where its body stands in the flat text.

    The body of an inline definition ``... (the "Term")`` is the sentence up to the parenthesis.
    """

    term: str
    start: int  # of the term
    body: Span
    is_inline: bool

    @property
    def span(self) -> Span:
        """Term and body together."""
        return min(self.start, self.body[0]), max(self.body[1], self.start + len(self.term) + 1)


class Definitions:
    """All definitions, found by term without regard to case."""

    def __init__(self, flat: FlatText) -> None:
        means = sorted([*_means(flat), *elsewhere(flat)], key=lambda found: found.start)
        self.all = sorted([*means, *_inline(flat)], key=lambda found: found.start)
        self._starts = [found.start for found in means]
        self._means = means
        self._by_term: dict[str, list[Definition]] = {}
        for found in [*means, *(d for d in self.all if d.is_inline)]:
            self._by_term.setdefault(found.term.lower(), []).append(found)

    def of(self, term: str) -> list[Definition]:
        """The definitions of a term or of its singular or plural, ``means`` before inline."""
        folded = term.lower()
        for form in (folded, folded.rstrip("s"), f"{folded}s"):
            if form in self._by_term:
                return self._by_term[form]
        return []

    def matching(self, pattern: re.Pattern[str]) -> Iterator[Definition]:
        """The definitions whose whole term matches, in order of the text."""
        return (found for found in self.all if pattern.fullmatch(found.term))

    def around(self, offset: int) -> Definition | None:
        """The ``means`` definition in whose body the offset stands."""
        index = bisect_right(self._starts, offset) - 1
        found = self._means[index] if index >= 0 else None
        return found if found and offset < found.body[1] else None

    def terms_in(self, text: str, start: int, end: int) -> Iterator[str]:
        """Defined terms of several words or capitals that a stretch of text names."""
        for match in re.finditer(
            r"[A-Z][\w.&/'-]*(?: (?:of |and )?[A-Z][\w.&/'-]*)*", text[start:end]
        ):
            words = match.group().rstrip(".").split(" ")
            for size in range(len(words), 0, -1):
                named = next(
                    (
                        name
                        for at in range(len(words) - size + 1)
                        if (name := " ".join(words[at : at + size])).lower() in self._by_term
                    ),
                    None,
                )
                if named:
                    yield named
                    break


def elsewhere(flat: FlatText) -> Iterator[Definition]:
    """Definitions in the languages other than English that documents are written in."""
    found = list(ELSEWHERE.finditer(flat.text))
    ends = [match.start() for match in found[1:]] + [len(flat.text)]
    for match, end in zip(found, ends, strict=False):
        body = (match.end(), min(end, _section_end(flat, match.end()), match.end() + LONGEST_BODY))
        yield Definition(match["term"].strip(" ,"), match.start(), body, False)


def _means(flat: FlatText) -> Iterator[Definition]:
    begins = frozenset(flat.line_starts)
    found = [
        (m.start(), m.end(), quoted["term"].strip(" ,"))
        for m in MEANS.finditer(flat.text)
        if not m.group().endswith('": ') or m.start() in begins
        for quoted in QUOTED.finditer(_terms_of(m))
    ]
    quoted = {start for start, _, _ in found}
    bare = [
        (start, m.end(), m["term"])
        for start in flat.line_starts
        if (m := BARE_MEANS.match(flat.text, start)) and start not in quoted
    ]
    if len(bare) > len(found):
        found = sorted(found + bare)
    starts = [start for start, _, _ in found]
    for start, end, term in found:
        index = bisect_left(starts, end)
        limit = starts[index] if index < len(starts) else _section_end(flat, end)
        yield Definition(term, start, (end, min(limit, end + LONGEST_BODY)), False)


def _terms_of(match: re.Match[str]) -> str:
    """The part of a match in which its terms stand: ``"Promoter" or "Sponsor"``."""
    return match.group()[: match.end("terms") - match.start()]


def _section_end(flat: FlatText, offset: int) -> int:
    index = bisect_right(flat.headings, offset, key=lambda heading: heading.start)
    return flat.headings[index].start if index < len(flat.headings) else len(flat.text)


def _inline(flat: FlatText) -> Iterator[Definition]:
    found = [*INLINE.finditer(flat.text), *CALLED.finditer(flat.text)]
    for match in found:
        inside = match["inside"]
        if re.search(r"\b(?:mean|within the meaning|as defined in)", inside):
            continue
        start = max(flat.sentence(match.start())[0], match.start() - LONGEST_INLINE)
        for quoted in QUOTED.finditer(inside):
            at = match.start("inside") + quoted.start()
            yield Definition(quoted["term"].strip(" ,"), at, (start, match.start()), True)
