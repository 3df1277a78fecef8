"""Where quotes stand in a document's text, and how far stretches of it overlap.

A cited stretch shows a quote if they share at least half of the shorter one's characters, white
space aside. A stretch more than ten times as long as the quote points nowhere and shows nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from factsheet_schemas import Evidence

from factsheet_service.core.normalise import fold

SHARE = 0.5
WIDEST = 10


@dataclass(slots=True)
class Sources:
    """The texts of a company by document id; finds quotes with white space left out."""

    texts: Mapping[str, str]
    _squeezed: dict[str, tuple[str, list[int]]] = field(default_factory=dict)

    def find(self, quote: str) -> dict[str, list[tuple[int, int]]]:
        """Every place of a quote: by document id, spans in the text as it is."""
        wanted = re.sub(r"\s", "", quote)
        places = {id_: list(self._places(id_, wanted)) for id_ in self.texts}
        return {id_: spans for id_, spans in places.items() if spans}

    def _places(self, document: str, wanted: str) -> Iterable[tuple[int, int]]:
        squeezed, offsets = self._without_space(document)
        at = squeezed.find(wanted) if wanted else -1
        while at >= 0:
            yield offsets[at], offsets[at + len(wanted) - 1] + 1
            at = squeezed.find(wanted, at + len(wanted))

    def _without_space(self, document: str) -> tuple[str, list[int]]:
        if document not in self._squeezed:
            text = self.texts[document]
            offsets = [at for at, char in enumerate(text) if not char.isspace()]
            self._squeezed[document] = "".join(text[at] for at in offsets), offsets
        return self._squeezed[document]

    def length(self, document: str, span: tuple[int, int]) -> int:
        """Characters of a span without white space."""
        return len(re.sub(r"\s", "", self.texts[document][span[0] : span[1]]))


def shows(evidence: Evidence, quote: str, sources: Sources) -> bool:
    """Whether a cited stretch shows a gold quote.

    A quote that stands in none of the texts, as where the text was read another way, is compared
    with the cited words instead.
    """
    places = sources.find(quote)
    if not places:
        return words_overlap(evidence.quote, quote)
    return any(_overlaps(evidence, span, sources) for span in places.get(evidence.document, []))


def _overlaps(evidence: Evidence, span: tuple[int, int], sources: Sources) -> bool:
    start, end = max(evidence.start, span[0]), min(evidence.end, span[1])
    if start >= end:
        return False
    shared = sources.length(evidence.document, (start, end))
    cited = sources.length(evidence.document, (evidence.start, evidence.end))
    quoted = sources.length(evidence.document, span)
    return _is_enough(shared, cited, quoted)


def _is_enough(shared: int, cited: int, quoted: int) -> bool:
    return cited <= WIDEST * quoted and shared >= SHARE * min(cited, quoted)


def words_overlap(cited: str, quoted: str) -> bool:
    """The same test on the longest run of words that two stretches share."""
    mine, theirs = fold(cited).split(), fold(quoted).split()
    return bool(mine and theirs) and _is_enough(_longest_run(mine, theirs), len(mine), len(theirs))


def _longest_run(first: Sequence[str], second: Sequence[str]) -> int:
    longest, ends = 0, [0] * (len(second) + 1)
    for word in first:
        new = [0] * (len(second) + 1)
        for at, other in enumerate(second, start=1):
            if word == other:
                new[at] = ends[at - 1] + 1
                longest = max(longest, new[at])
        ends = new
    return longest
