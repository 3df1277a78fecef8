"""A PDF page's text as the reader and the boxes both count it: one character for one of pdfium's.

pdfium puts a space between what it takes for neighbours on a line. Where the page shows a wide gap
there (columns) a tab stands instead, and where the next piece lies below and to the left a line
end, so that table rows can be told from sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

_SPACE, _TAB, _LINE_END = 0x20, 0x09, 0x0A
_DROPPED = frozenset({0x00, 0x0D, 0xFEFF, 0xFFFF})
# pdfium marks a hyphen at a line's end, and joins the lines; some fonts draw it as U+00AD.
_BROKEN_AT = frozenset({0x02, 0xAD, 0xFFFE})
_SHOWN_AS = {**dict.fromkeys(_BROKEN_AT, "-"), 0xF0B7: "•"}
_COLUMN_GAP = 2.5  # line heights; wider than a tab stop behind a clause number, mostly
_BELOW = 0.5  # line heights
_ENUMERATOR = re.compile(r"\(?[A-Za-z0-9]{1,5}[.)]+|\d+(\.\d+)+|[•●▪–-]")
_LONGEST_ENUMERATOR = 8
_HYPHEN = 0x2D
_WORD = re.compile(r"(?<![\w-])[^\W\d_]+(?![\w-])")
_COMPOUND = re.compile(r"(?P<first>[^\W\d_]+)-[^\W\d_]+")
_HEAD = re.compile(r"(?<![\w-])[^\W\d_]+(?<=[a-zß-ÿ])$")
_TAIL = re.compile(r"[a-zß-ÿ][^\W\d_]*")
_LONGEST_HALF = 40
_SHORTEST_WORD = 3
_FEWEST_BROKEN = 3
_PREFIXES = frozenset({"non", "self", "well", "half", "long", "short", "high", "low", "all"})
_LONGEST_OPENING = 6  # of a sentence's first word, before the hyphen


@dataclass(frozen=True, slots=True)
class PageChars:
    """A page's text; ``indices[i]`` is pdfium's index of the character ``text[i]``."""

    text: str
    indices: Sequence[int]


def page_chars(textpage: pypdfium2.PdfTextPage) -> PageChars:
    """The text of a page, in pdfium's reading order."""
    handle, get = textpage.raw, pdfium.FPDFText_GetUnicode
    codes = [get(handle, index) for index in range(max(0, pdfium.FPDFText_CountChars(handle)))]
    _join_surrogates(codes)
    _mark_gaps(textpage, codes)
    _mend_words(codes)
    indices = [index for index, code in enumerate(codes) if code not in _DROPPED]
    text = "".join([chr(codes[index]) for index in indices])
    return PageChars(text.translate(_SHOWN_AS), indices)


def _join_surrogates(codes: list[int]) -> None:
    """UTF-16 pairs become the character they stand for and a dropped place."""
    for index in range(len(codes) - 1):
        high, low = codes[index], codes[index + 1]
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            codes[index] = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
            codes[index + 1] = 0


def _mend_words(codes: list[int]) -> None:
    """Words that a line's end broke lose their hyphen: "partici-pants"; compounds keep it.

    A page with few of them is set without breaking words: those are compounds too, unless the
    word stands there unbroken.
    """
    broken = [index for index, code in enumerate(codes) if code in _BROKEN_AT]
    if not broken:
        return
    shown = "".join(map(chr, codes)).translate(_SHOWN_AS)
    words = frozenset(_WORD.findall(shown))
    compounds = frozenset(
        found.group() for found in _COMPOUND.finditer(shown) if codes[found.end("first")] == _HYPHEN
    )
    mended, sure = [], []
    for index in broken:
        head = _HEAD.search(shown, max(0, index - _LONGEST_HALF), index)
        tail = _TAIL.match(shown, index + 1)
        if head and tail and not _is_compound(head.group(), tail.group(), words, compounds):
            mended.append(index)
            sure += [index] if head.group() + tail.group() in words else []
    for index in mended if len(mended) >= _FEWEST_BROKEN else sure:
        codes[index] = 0


def _is_compound(head: str, tail: str, words: frozenset[str], compounds: frozenset[str]) -> bool:
    """Whether the page writes the two with a hyphen elsewhere, has both as words by themselves, or
    the first is a name ("Bonferroni-corrected")."""
    if head.casefold() in _PREFIXES or (head[0].isupper() and len(head) > _LONGEST_OPENING):
        return True
    is_pair = min(len(head), len(tail)) >= _SHORTEST_WORD and {head, tail} <= words
    return f"{head}-{tail}" in compounds or is_pair


def _mark_gaps(textpage: pypdfium2.PdfTextPage, codes: list[int]) -> None:
    """Spaces that pdfium made up become tabs and line ends where the page shows such a gap."""
    line_start = 0
    for index in range(1, len(codes) - 1):
        if codes[index] == _LINE_END:
            line_start = index + 1
        elif codes[index] == _SPACE and pdfium.FPDFText_IsGenerated(textpage.raw, index) == 1:
            codes[index] = _gap(textpage, index)
            if codes[index] == _TAB and _is_enumerator(codes[line_start:index]):
                codes[index] = _SPACE
            if codes[index] == _LINE_END:
                line_start = index + 1


def _gap(textpage: pypdfium2.PdfTextPage, index: int) -> int:
    """What stands for a made-up space, by the boxes of the characters beside it."""
    before, after = _line_box(textpage, index - 1), _line_box(textpage, index + 1)
    if before is None or after is None:
        return _SPACE
    height = before.top - before.bottom
    if before.bottom - after.bottom > _BELOW * height and after.left < before.left:
        return _LINE_END
    is_level = abs(before.bottom - after.bottom) <= _BELOW * height
    return _TAB if is_level and after.left - before.right > _COLUMN_GAP * height > 0 else _SPACE


def _line_box(textpage: pypdfium2.PdfTextPage, index: int) -> pdfium.FS_RECTF | None:
    box = pdfium.FS_RECTF()
    return box if pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, box) else None


def _is_enumerator(codes: Sequence[int]) -> bool:
    """Whether a line so far is a clause number, which stands apart from its text in print."""
    if len(codes) > _LONGEST_ENUMERATOR:
        return False
    return _ENUMERATOR.fullmatch("".join(map(chr, codes)).strip()) is not None
