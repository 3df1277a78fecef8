"""Where quotes stand in a text, written from memory with words left out or garbled.

Words vote for the place: each word of the quote that occurs in the text says where the quote would
begin. The best places are then compared word by word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Opcode
from rapidfuzz.distance.Levenshtein import opcodes

LEAST_SCORE = 75.0  # similarity of a quote and its place, of 100
LEAST_SAME = 0.7  # of its words stand there as they are
MOST_PLACES = 6  # that are compared in full
COMMON = 200  # occurrences from which a word says little about its place
DRIFT = 4  # words that may be left out or put in before a word's place is another
SHORT = 3  # words; a shorter quote must stand there as it is

Span = tuple[int, int]

_WORD = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*%?")
_LEFT_OUT = re.compile(r"\s*(?:\[?(?:\.{3,}|…)\]?)\s*")


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of the text's words and its similarity to the quote."""

    score: float
    start: int
    end: int


class Aligner:
    """A text in which quotes are looked up."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self._spans = [match.span() for match in found]
        self._words = [match.group().casefold() for match in found]
        self._places: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._words):
            self._places[word].append(number)

    def find(self, quote: str) -> Span | None:
        """Where the quote stands, in characters; None where nothing is like it."""
        words = _words(quote)
        if not words:
            return None
        places = [self._compared(words, start) for start in self._starts(words)]
        best = max(places, key=lambda one: (one.score, -one.start), default=None)
        least = LEAST_SCORE if len(words) > SHORT else 100.0
        if best is None or best.score < least or best.start >= best.end:
            return None
        return self._spans[best.start][0], self._spans[best.end - 1][1]

    def find_all(self, quote: str) -> tuple[Span, ...]:
        """The stretches of a quote that leaves words out ("The Margin ... is 2 %"), in order; none
        where one of them cannot be found."""
        found = [self.find(part) for part in _LEFT_OUT.split(quote) if _words(part)]
        spans = [span for span in found if span is not None]
        return tuple(sorted(set(spans))) if len(spans) == len(found) else ()

    def _starts(self, words: Sequence[str]) -> list[int]:
        """Where the quote may begin, as most of its words say."""
        votes: Counter[int] = Counter()
        for number, word in self._telling(words):
            votes.update({place - number for place in self._places[word]})
        near = Counter({at: sum(votes[at + d] for d in range(-DRIFT, DRIFT + 1)) for at in votes})
        ranked = sorted(near, key=lambda at: (-near[at], -votes[at], at))
        kept: list[int] = []
        for at in ranked:
            if all(abs(at - other) > DRIFT for other in kept):
                kept.append(at)
            if len(kept) == MOST_PLACES:
                break
        return kept

    def _telling(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The words that occur, without the common ones where there are others."""
        known = [(n, word) for n, word in enumerate(words) if word in self._places]
        rare = [(n, word) for n, word in known if len(self._places[word]) <= COMMON]
        return iter(rare or known)

    def _compared(self, words: Sequence[str], start: int) -> _Place:
        """The part of the text about a place that is the quote's, word by word."""
        low = max(0, start - DRIFT)
        around = self._words[low : max(0, start) + len(words) + DRIFT]
        same = [one for one in opcodes(words, around) if one.tag == "equal"]
        first, last = _touched(same, len(words), len(around))
        is_alike = sum(one.src_end - one.src_start for one in same) >= LEAST_SAME * len(words)
        score = fuzz.ratio(" ".join(words), " ".join(around[first:last])) if is_alike else 0.0
        return _Place(score, low + first, low + last)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _touched(same: Sequence[Opcode], num_words: int, num_around: int) -> tuple[int, int]:
    """The stretch from the quote's first to its last word; garbled words at its ends belong to it,
    words of the text beside it don't."""
    if not same:
        return 0, 0
    first = same[0].dest_start - same[0].src_start
    last = same[-1].dest_end + num_words - same[-1].src_end
    return max(first, 0), min(last, num_around)


@lru_cache(maxsize=8)
def aligner_of(text: str) -> Aligner:
    """The same aligner for all quotes of a text."""
    return Aligner(text)
