"""What the opening of a document says of it: its dates, whether it is a draft, its parties."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .normalise.dates import find_dates
from .normalise.folding import LEGAL_SUFFIXES, fold, fold_name

OPENING_CHARS = 6000
PARTY_CHARS = 20_000  # a table of contents may stand between the cover and the parties
TITLE_PAGE_CHARS = 1500
LEAD_CHARS = 24  # before a date, where "dated as of the" may stand
LONGEST_PARTY = 7  # words

Span = tuple[int, int]

_DATED = re.compile(
    r"(?:\bdated|\bdatado\s+de|\bdatada\s+de|\bdatato|\bgedateerd|\bde\s+fecha|\ben\s+date\s+du"
    r"|\bvom|\bz\s+dnia|\bd\.d\.)\s*(?:as\s+of\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_DRAFT = re.compile(r"(?<![^\W_])(?:draft|borrador|entwurf|bozza)(?![^\W_])", re.IGNORECASE)
_BLANK_DATE = re.compile(r"\b(?:dated|date)\s+(?:as\s+of\s+)?\[[^\]]{0,30}\]", re.IGNORECASE)
_EXECUTED = re.compile(r"\b(?:execution\s+version|conformed\s+copy)\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"/s/\s*\S")
_WORD = re.compile(r"&|[^\W_][\w&'’./-]*[,;:)]?")
_BREAKS = frozenset({"AND", "BETWEEN", "AMONG", "BY", "OF", "FROM", "TO", "WITH", "THE"})
_STARTS = frozenset({"BETWEEN", "AMONG", "FROM", "BY"})
_WITHIN = frozenset({"&", "of", "de", "la", "del", "der", "du", "di", "van"})
_MANNERS = frozenset({"as", "se", "co", "sa"})  # legal forms that are also words in capitals
_ROLES = frozenset(
    (
        *("borrower", "lender", "agent", "company", "guarantor", "parent", "obligor", "issuer"),
        *("security", "administrative", "arranger", "bank", "original", "national", "association"),
        *("the", "each", "any", "such"),
    )
)


def dates_in(text: str) -> Iterator[tuple[Span, str]]:
    """Where days are named in the text, and which, in ISO 8601."""
    for found in find_dates(text):
        if found.day is not None:
            yield (found.start, found.end), str(found.wire["date"])


def dated_in(text: str) -> list[tuple[Span, str]]:
    """The days that something is said to be dated."""
    return [
        (span, iso)
        for span, iso in dates_in(text)
        if _DATED.search(text[max(0, span[0] - LEAD_CHARS) : span[0]])
    ]


def draft_mark(text: str, name: str) -> Span | None:
    """The words that call a document a draft, or leave its date open; an empty stretch where its
    file's name does. None for one that is signed, or says that it is the version to sign."""
    title = text[:TITLE_PAGE_CHARS]
    if _EXECUTED.search(title) or _SIGNATURE.search(text):
        return None
    if match := _DRAFT.search(title) or _BLANK_DATE.search(title):
        return match.span()
    return (0, 0) if _DRAFT.search(name) else None


def parties_in(text: str) -> frozenset[str]:
    """The names that end in a legal form ("Norrvind Wind AS"), folded, without the form."""
    words = _WORD.findall(text)
    names = (_name_up_to(words, end) for end, word in enumerate(words) if _is_form(words, end))
    return frozenset(name for name in names if name and not set(name.split()) <= _ROLES)


def in_common(some: frozenset[str], others: frozenset[str]) -> int:
    """How many of some parties are among others; words before a name may have been taken for its
    own ("lenders tern bank")."""
    return sum(any(_is_one(name, other) for other in others) for name in some)


def _is_one(name: str, other: str) -> bool:
    shorter, longer = sorted((name, other), key=len)
    return shorter == longer or (" " in shorter and longer.endswith(f" {shorter}"))


def _is_form(words: list[str], end: int) -> bool:
    """Whether a word is a legal form behind a name; not "AS" or "CO" in a line of capitals."""
    word = words[end]
    form = fold(word)
    if form not in LEGAL_SUFFIXES or (word.islower() and form != "plc") or not end:
        return False
    return not (form in _MANNERS and words[end - 1].isupper())


def _name_up_to(words: list[str], end: int) -> str:
    """The name of capitalised words before a legal form; empty where there are none."""
    start = end
    while start > 0 and end - start < LONGEST_PARTY and _belongs(words[start - 1], start == end):
        start -= 1
    while start < end and words[start] in _WITHIN:
        start += 1
    return fold_name(" ".join(words[start : end + 1])) if start < end else ""


def _belongs(word: str, is_last: bool) -> bool:
    """Whether a word is part of the name behind it; a comma may stand before the form alone."""
    if word[-1] in ",;:)" and not (is_last and word[-1] == ","):
        return False
    return word in _WITHIN or (
        word[0].isupper() and word not in _BREAKS and word.upper() not in _STARTS
    )
