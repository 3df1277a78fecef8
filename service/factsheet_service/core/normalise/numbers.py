"""Numbers as documents write them: European and US figures, fractions, words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .words import RUN, worded_numbers

FIGURE = (
    r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?(?![\d])"  # 12,50,000: crores and lakhs
    r"|\d{3}(?:,\d{2})+,\d{2},\d{3}(?:\.\d+)?(?![\d])"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d])"
    r"|\d{1,3}(?:['’\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?![\d])"
    r"|\d+(?:[.,]\d+)?|[.]\d+"
)
_NUMBER = re.compile(
    r"(?P<sign>(?<![\w.,)%])[-−–]\s?|\b(?:minus|negative)\s+)?"
    r"(?:(?<![\w.,/])(?:(?P<whole>\d+)(?:\s+and\s+|[\s-]+))?(?P<over>\d{1,2})\s?[/⁄]\s?(?P<under>\d{1,2})(?![\d/])"
    r"|(?<![\w.,])(?P<mixed>\d*)\s?(?P<vulgar>[¼½¾⅐-⅞])"
    rf"|(?<![\d.,])(?P<figure>{FIGURE})"
    rf"|\b(?P<words>{RUN})\b)",
    re.IGNORECASE,
)


# What a dash behind makes a range: a figure, with its unit.
_RANGE_BEFORE = re.compile(
    r"\d\s?(?:%|‰|x|m|bn|bps?|per\s?cent\.?|basis\s+points|p\.?a\.?)?\s*$", re.IGNORECASE
)
_IN_BRACKETS = re.compile(
    r"\s*[^\W\d]{0,3}[$€£¥]?\s?\(\s?[\d.,' ]*\d\s?%?\)\s?(?:%|[^\W\d]+\.?)?\s*"
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
        if match["words"]:
            yield from _worded(match)
        elif (readings := _readings(match)) is not None:
            sign, start = _signed(match, text)
            plain, grouped = readings
            yield Number(sign * plain, sign * grouped, start, match.end())


def _worded(match: re.Match[str]) -> Iterator[Number]:
    """The numbers of a run of words; only the first can have the sign before it."""
    if len(match["words"]) > 8 * LONGEST:
        return
    offset = match.start("words")
    for number in worded_numbers(match["words"]):
        has_sign = bool(match["sign"]) and number.start == 0
        value = -number.value if has_sign else number.value
        start = match.start() if has_sign else offset + number.start
        yield Number(value, value, start, offset + number.end, is_words=True)


def _signed(match: re.Match[str], text: str) -> tuple[float, int]:
    """The sign and where the number begins; a dash behind another figure is a range's."""
    sign = match["sign"]
    if not sign:
        return 1.0, match.start()
    is_dash = sign.strip() in "-−–"
    if is_dash and _RANGE_BEFORE.search(text, max(0, match.start() - 16), match.start()):
        return 1.0, match.end("sign")
    return -1.0, match.start()


def _readings(match: re.Match[str]) -> tuple[float, float] | None:
    if match["figure"]:
        if len(match["figure"]) > LONGEST:
            return None
        return read_figure(match["figure"], grouped=False), read_figure(match["figure"])
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


def is_accounting(text: str, quote: str = "") -> bool:
    """Whether all of a text is one figure in brackets, which stand for a minus: "EUR (5.2)m".

    Behind a word of the quote they repeat it: "five million (5,000,000)".
    """
    if _IN_BRACKETS.fullmatch(text) is None:
        return False
    repeats = re.compile(rf"\w\s*{re.escape(text.strip())}")
    return not (text.lstrip().startswith("(") and repeats.search(quote))


def nearly(first: float, second: float) -> bool:
    """Equal within a millionth of the larger, so that 0.1 + 0.2 is 0.3."""
    return abs(first - second) <= 1e-6 * max(abs(first), abs(second), 1e-6)
