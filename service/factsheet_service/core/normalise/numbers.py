"""Numbers as documents write them: European and US figures, fractions, words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

FIGURE = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d])"
    r"|\d{1,3}(?:['’\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?![\d])"
    r"|\d+(?:[.,]\d+)?|[.]\d+"
)
_UNIT_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
UNITS = {word: number for number, word in enumerate(_UNIT_WORDS.split())}
TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), start=2)}
SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
PARTS = {
    **{"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4},
    **{"fourth": 4, "fourths": 4, "fifth": 5, "fifths": 5, "eighth": 8, "eighths": 8},
    **{"tenth": 10, "tenths": 10, "sixteenth": 16, "sixteenths": 16},
    **{"hundredth": 100, "hundredths": 100},
}
_WORD = "|".join(sorted([*UNITS, *TENS, *SCALES, *PARTS], key=len, reverse=True))
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.,)%])[-−–]\s?|\bminus\s+)?"
    r"(?:(?<![\w.,/])(?:(?P<whole>\d+)(?:\s+and\s+|[\s-]+))?(?P<over>\d{1,2})\s?[/⁄]\s?(?P<under>\d{1,2})(?![\d/])"
    r"|(?<![\w.,])(?P<mixed>\d*)\s?(?P<vulgar>[¼½¾⅐-⅞])"
    rf"|(?<![\d.,])(?P<figure>{FIGURE})"
    rf"|\b(?P<words>(?:{_WORD})(?:[\s-]+(?:and[\s-]+)?(?:{_WORD}))*)\b)",
    re.IGNORECASE,
)


LONGEST = 30  # characters of figures; anything longer is no number that a document means


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]``; a lone "1.250" is 1.25 ``plain`` and 1250 ``grouped``."""

    plain: float
    grouped: float
    start: int
    end: int
    is_words: bool = False

    @property
    def readings(self) -> tuple[float, ...]:
        """Every value that the figures can mean."""
        return (self.plain,) if self.plain == self.grouped else (self.plain, self.grouped)


def find_numbers(text: str) -> tuple[Number, ...]:
    """All numbers of a text, in order; parts of dates and references included."""
    return _find_numbers(text)


@lru_cache(maxsize=512)
def _find_numbers(text: str) -> tuple[Number, ...]:
    return tuple(_numbers(text))


def _numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        sign = -1.0 if match["sign"] else 1.0
        readings = _readings(match)
        if readings is not None:
            plain, grouped = readings
            yield Number(
                sign * plain, sign * grouped, match.start(), match.end(), bool(match["words"])
            )


def _readings(match: re.Match[str]) -> tuple[float, float] | None:
    if match["figure"]:
        if len(match["figure"]) > LONGEST:
            return None
        return read_figure(match["figure"], grouped=False), read_figure(match["figure"])
    if match["words"]:
        number = read_words(match["words"]) if len(match["words"]) <= 8 * LONGEST else None
        return None if number is None else (number, number)
    value = _fraction(match)
    return None if value is None else (value, value)


def _fraction(match: re.Match[str]) -> float | None:
    whole = match["mixed"] or match["whole"] or "0"
    if len(whole) > LONGEST:
        return None
    if match["vulgar"]:
        return float(whole) + unicodedata.numeric(match["vulgar"])
    under = int(match["under"])
    return float(whole) + int(match["over"]) / under if under else None


def read_figure(figure: str, *, grouped: bool = True) -> float:
    """Figures with any separators as a number.

    Two kinds of separator: the last one is the decimal mark. One kind, repeated: it groups. One
    alone before exactly three digits ("1.250", "1,250") is ambiguous; ``grouped`` decides.
    """
    digits = re.sub(r"['’\u00a0\u202f ]", "", figure)
    marks = [char for char in digits if char in ".,"]
    if len(set(marks)) == 2:
        decimal = marks[-1]
        other = "," if decimal == "." else "."
        return float(digits.replace(other, "").replace(decimal, "."))
    if len(marks) > 1:
        return float(re.sub(r"[.,]", "", digits))
    if marks and grouped and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
        return float(re.sub(r"[.,]", "", digits))
    return float(digits.replace(",", "."))


def read_words(words: str) -> float | None:
    """English number words, fractions too ("two and one-half"); None if they are no number."""
    total = 0.0
    for part in re.split(r"\band\b", words.casefold()):
        value = _read_part(re.findall(r"[a-z]+", part))
        if value is None:
            return None
        total += value
    return total


def _read_part(words: list[str]) -> float | None:
    if not words:
        return None
    if words[-1] in PARTS:
        over = _read_whole(words[:-1]) if len(words) > 1 else 1
        return None if over is None else over / PARTS[words[-1]]
    whole = _read_whole(words)
    return None if whole is None else float(whole)


def _read_whole(words: list[str]) -> int | None:
    total, current = 0, 0
    for word in words:
        if word in SCALES:
            current = max(current, 1) * SCALES[word]
            if word != "hundred":
                total, current = total + current, 0
        elif word in UNITS or word in TENS:
            current += UNITS.get(word, 0) + TENS.get(word, 0)
        else:
            return None
    return total + current


def nearly(first: float, second: float) -> bool:
    """Equal within a millionth of the larger, so that 0.1 + 0.2 is 0.3."""
    return abs(first - second) <= 1e-6 * max(abs(first), abs(second), 1e-6)
