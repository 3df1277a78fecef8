"""English number words: cardinals, fractions and Indian scales."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
UNITS = {word: number for number, word in enumerate(_UNIT_WORDS.split())}
TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), start=2)}
SCALES = {
    **{"thousand": 10**3, "lakh": 10**5, "million": 10**6},
    **{"crore": 10**7, "billion": 10**9, "trillion": 10**12},
}
PARTS = {
    **{"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4},
    **{"fourth": 4, "fourths": 4, "fifth": 5, "fifths": 5, "eighth": 8, "eighths": 8},
    **{"tenth": 10, "tenths": 10, "sixteenth": 16, "sixteenths": 16},
    **{"hundredth": 100, "hundredths": 100},
}
HUNDRED = "hundred"
WORD = "|".join(sorted([*UNITS, *TENS, *SCALES, *PARTS, HUNDRED], key=len, reverse=True))
_JOINT = r"and[\s-]+(?:an?[\s-]+)?"  # "three and a half"
MOST_WORDS = 16  # of one number
RUN = rf"(?:{WORD})(?:[\s-]+(?:{_JOINT})?(?:{WORD})){{0,{MOST_WORDS - 1}}}"
_TOKEN = re.compile(rf"(?P<joint>\b{_JOINT})?\b(?P<word>{WORD})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A number word at ``start:end`` of its run."""

    word: str
    start: int
    end: int
    is_joined: bool  # "and" stands before it


@dataclass(frozen=True, slots=True)
class Worded:
    """A number that words of a run make, at ``start:end`` of the run."""

    value: float
    start: int
    end: int


@dataclass(slots=True)
class _Sum:
    """A cardinal as it is read: what is complete, and the part below the next scale."""

    done: int = 0
    part: int = 0
    room: int = 1000  # the next word adds less than this
    is_begun: bool = False

    def takes(self, token: Token) -> bool:
        """Whether the number can go on with the word, and if so, takes it in."""
        word = token.word
        if word in UNITS or word in TENS:
            return self._adds(UNITS.get(word, TENS.get(word, 0)), word in TENS, token.is_joined)
        if word == HUNDRED:
            return self._hundred()
        return word in SCALES and self._scales(SCALES[word])

    def _adds(self, value: int, is_ten: bool, is_joined: bool) -> bool:
        follows_ten = self.room == 10
        if value >= self.room or (is_joined and follows_ten) or (follows_ten and value == 0):
            return False
        self.part += value
        self.room = 10 if is_ten else 0
        self.is_begun = True
        return True

    def _hundred(self) -> bool:
        if self.part >= 100 or (self.is_begun and not 0 < self.part < 20):
            return False
        self.part, self.room, self.is_begun = max(self.part, 1) * 100, 100, True
        return True

    def _scales(self, scale: int) -> bool:
        if self.is_begun and not self.part:  # "thousand million"
            if not 0 < self.done < scale:
                return False
            self.done *= scale
        elif 0 < self.done < min(scale, 10**6):  # "one thousand five hundred million"
            self.done = (self.done + self.part) * scale
        elif 0 < self.done < scale:
            return False
        else:
            self.done += max(self.part, 1) * scale
        self.part, self.room, self.is_begun = 0, 1000, True
        return True

    @property
    def value(self) -> int:
        return self.done + self.part


def worded_numbers(run: str) -> Iterator[Worded]:
    """The numbers of a run of number words: "two and one-half" is one, "two and three" are two."""
    tokens = [
        Token(m["word"].casefold(), m.start("word"), m.end("word"), bool(m["joint"]))
        for m in _TOKEN.finditer(run)
    ]
    at = 0
    while at < len(tokens):
        value, end = _read(tokens, at)
        yield Worded(value, tokens[at].start, tokens[end - 1].end)
        at = end


def _read(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """A number from a token on, and the token behind it."""
    whole, end = _whole(tokens, at)
    if end < len(tokens) and tokens[end].word in PARTS and not tokens[end].is_joined:
        return (whole if end > at else 1) / PARTS[tokens[end].word], end + 1
    if end < len(tokens) and tokens[end].is_joined:
        over, behind = _whole(tokens, end)
        if behind < len(tokens) and tokens[behind].word in PARTS:
            return whole + (over if behind > end else 1) / PARTS[tokens[behind].word], behind + 1
    return float(whole), end


def _whole(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """A cardinal, less what belongs to the next one: "five million and [fifty billion]"."""
    read, end, complete = _Sum(), at, at
    while end < len(tokens) and read.takes(tokens[end]):
        end += 1
        complete = end if tokens[end - 1].word in SCALES else complete
    is_next = end < len(tokens) and tokens[end].word in SCALES and complete > at
    return (read.done, complete) if is_next else (read.value, end)
