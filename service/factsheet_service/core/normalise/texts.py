"""Names and other text, alone or in lists."""

from __future__ import annotations

import re

from .folding import fold, fold_name, has_words, is_no_answer, singular, squeeze
from .result import Normalised, NotAValue

SEPARATOR = re.compile(r"\s*(?:;|\n|\s\|\s)\s*(?:and\s+)?")


def normalise_text(written: str, quote: str = "") -> Normalised:
    """The text with single spaces. Raises NotAValue where it says that nothing is stated."""
    text = squeeze(written)
    if is_no_answer(text):
        raise NotAValue(f"{written!r} states nothing")
    return Normalised(text)


def normalise_text_list(written: str, quote: str = "") -> Normalised:
    """The entries between semicolons or lines, each once. Raises NotAValue if none is left."""
    entries: dict[str, str] = {}
    for part in SEPARATOR.split(written):
        text = squeeze(part)
        if not is_no_answer(text):
            entries.setdefault(fold_name(text), text)
    if not entries:
        raise NotAValue(f"{written!r} states nothing")
    return Normalised(list(entries.values()))


def has_text(text: str, quote: str) -> bool:
    """Whether a quote has a text word for word, case, marks and space aside."""
    return has_words(fold(text), fold(quote))


def names_text(text: str, quote: str) -> bool:
    """Whether a quote has the words of a name, its legal form aside, in their order.

    Of more than eight words, four in five must stand in the quote, since longer texts are
    summaries.
    """
    words, quoted = singular(fold_name(text)), singular(fold(quote))
    if len(words.split()) <= 8:
        return has_words(words, quoted)
    present = [word for word in words.split() if has_words(word, quoted)]
    return len(present) >= 0.8 * len(words.split())
