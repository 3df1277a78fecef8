"""Names and other text, alone or in lists."""

from __future__ import annotations

import re

from factsheet_schemas import FieldSpec

from .folding import fold, fold_name, has_words, is_no_answer, singular, squeeze
from .result import Normalised, NotAValue

SEPARATOR = re.compile(r"\s*(?:;|\n|\s\|\s)\s*(?:and\s+)?")


def normalise_text(spec: FieldSpec, written: str) -> Normalised:
    """The text with single spaces; of a field with a pattern, what matches it.

    Raises:
        NotAValue: it says that nothing is stated, or is not of the pattern.
    """
    found = _matching(spec, _stated(written))
    if not found:
        raise NotAValue(f"{written!r} is not of the form that {spec.label!r} has")
    return Normalised(found[0])


def normalise_clause(written: str, quote: str = "") -> Normalised:
    """The text with single spaces. Raises NotAValue where it says that nothing is stated."""
    return Normalised(_stated(written))


def _stated(written: str) -> str:
    text = squeeze(written)
    if is_no_answer(text):
        raise NotAValue(f"{written!r} states nothing")
    return text


def normalise_text_list(spec: FieldSpec, written: str) -> Normalised:
    """The entries between semicolons or lines, each once; of a field with a pattern, all that
    match it. Raises NotAValue if none is left."""
    entries: dict[str, str] = {}
    for part in map(squeeze, SEPARATOR.split(written)):
        for text in () if is_no_answer(part) else _matching(spec, part):
            entries.setdefault(fold_name(text), text)
    if not entries:
        raise NotAValue(f"{written!r} states nothing of the kind")
    return Normalised(list(entries.values()))


def _matching(spec: FieldSpec, text: str) -> list[str]:
    if spec.pattern is None:
        return [text]
    return [squeeze(found.group()) for found in re.finditer(spec.pattern, text)]


def has_matches(spec: FieldSpec, value: str | list[str], quote: str) -> bool:
    """Whether a quote has a text, or each of several, where its field's pattern finds one: "A. Bee"
    in "A. Bee1,2 & C. Dee3"."""
    found = {fold_name(text) for text in _matching(spec, squeeze(quote))}
    wanted = value if isinstance(value, list) else [value]
    return all(fold_name(one) in found or names_text(one, quote) for one in wanted)


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
