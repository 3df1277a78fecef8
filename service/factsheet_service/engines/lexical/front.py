"""The front of a paper: its title, and the line of its authors below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from factsheet_schemas import FieldSpec
from factsheet_schemas.lexicon import FrontFinder

from .flat import Span
from .material import Candidate, Material

MOST_LINES = 25  # in which title and authors stand
MOST_TITLE_LINES = 4
SHORTEST_TITLE = 15  # characters of a line that belongs to a title
_NOT_NAMES = re.compile(
    r"\b(?:universit\w*|department|institute|school|college|laborator\w*|center|centre|journal|doi"
    r"|https?|abstract|received|keywords|vol\b|copyright|license|article|letters?|edited|reviewed)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:[A-ZÀ-Ž][^\W\d_]*\.?(?:[-'’][A-ZÀ-Ž]?[^\W\d_]+)*\.? ){1,3}"
    r"(?:(?:de|van|von|der|den|la|le|da|dos|al|bin|ter) )*[A-ZÀ-Ž](?:[-'’][^\W\d_]+|[^\W\d_])+"
)
_REFERENCE = re.compile(r"\b(?:19|20)\d\d\b|\d+ ?[-–:] ?\d+|\|")  # of a journal's own line
_MARKS = re.compile(r"[\d,;*†‡§¶&().#^a-d]|\band\b")  # of affiliations, and between names
_ALL_BUT = 0.25  # share of an authors' line that may be no name


def find_front(spec: FieldSpec, finder: FrontFinder, material: Material) -> Iterator[Candidate]:
    """The part of the front that the finder wants."""
    lines = _lines(material)
    at = next((n for n, line in enumerate(lines) if _are_names(_text(material, line))), None)
    if at is None:
        return
    if finder.part == "authors":
        end = at + sum(1 for _ in takewhile(lambda s: _are_names(_text(material, s)), lines[at:]))
        span = (lines[at][0], lines[end - 1][1])
        names = "; ".join(m.group() for m in _NAME.finditer(_text(material, span)))
        yield Candidate(spec.key, (), names, (span,), finder.score)
        return
    above = takewhile(lambda s: _may_be_title(_text(material, s)), reversed(lines[:at]))
    title = list(above)[:MOST_TITLE_LINES][::-1]
    if title:
        span = (title[0][0], title[-1][1])
        yield Candidate(spec.key, (), _text(material, span), (span,), finder.score)


def _lines(material: Material) -> list[Span]:
    starts = material.flat.line_starts[: MOST_LINES + 1]
    ends = [*starts[1:], len(material.flat.text)]
    return list(zip(starts, ends, strict=False))[:MOST_LINES]


def _text(material: Material, span: Span) -> str:
    return material.flat.text[slice(*span)].strip()


def _are_names(line: str) -> bool:
    """Whether a line holds little but names of people."""
    if _NOT_NAMES.search(line) or not _NAME.search(line):
        return False
    rest = _MARKS.sub("", _NAME.sub("", line)).replace(" ", "")
    has_several = len(_NAME.findall(line)) > 1 or re.search(r"\b[A-Z]\. ", line)
    return bool(has_several) and len(rest) <= _ALL_BUT * len(line)


def _may_be_title(line: str) -> bool:
    letters = [char for char in line if char.isalpha()]
    is_caps = line == line.upper() and len(line) < 2 * SHORTEST_TITLE
    is_reference = _REFERENCE.search(line) is not None
    return len(letters) >= 8 and not (is_caps or is_reference or _NOT_NAMES.search(line))
