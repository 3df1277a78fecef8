"""A flawless check of claims against what the lines of a page state.

It runs inside vLLM, so it needs the standard library alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MAX_LINES, MAX_CHARS = 12, 240  # of a correction, as the answer's form has it
CITED = frozenset(["table", "text"])  # words that stand for the cited lines
OPENING = "are these claims right?"
_CLAIM = re.compile(r"^(\d+)\. (\w+) \| (.*?) \| (.*) \| ([\d, -]*)$", re.MULTILINE)
_FOR_ALL = "all"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a page states of a field, in one place."""

    field: str
    value: str
    names: tuple[str, ...]  # as the page has them; empty: it holds for all
    row_names: frozenset[str]  # all names of the row, plain
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A line of a verification question."""

    number: str
    field: str
    names: tuple[str, ...]  # empty: it is claimed of all
    value: str
    lines: tuple[int, ...]


def claims(question: str) -> list[Claim]:
    """The claims that a question puts."""
    return [
        Claim(number, field, _names(names), value, tuple(_numbers(lines)))
        for number, field, names, value, lines in _CLAIM.findall(question)
    ]


def _names(written: str) -> tuple[str, ...]:
    return () if written == _FOR_ALL else tuple(written.split("; "))


def _numbers(lines: str) -> Iterator[int]:
    """Line numbers, of which runs are written by their ends."""
    for run in filter(None, lines.split(", ")):
        first, _, last = run.partition("-")
        yield from range(int(first), int(last or first) + 1)


def plain(text: str) -> str:
    """Without case and white space."""
    return "".join(text.casefold().split())


def disputed(asked: Sequence[Claim], statements: Sequence[Statement]) -> Iterator[list]:
    """A row for each claim that no statement bears out, with what is right in its place."""
    for claim in asked:
        about = [one for one in statements if one.field == claim.field]
        if not any(_bears_out(one, claim) for one in about):
            yield _correction(claim, about)


def _bears_out(one: Statement, claim: Claim) -> bool:
    return _says(one, claim) and _is_of(one, claim) and _is_there(one, claim)


def _says(one: Statement, claim: Claim) -> bool:
    """A table or passage stands in its lines, whatever is claimed that they say."""
    return bool(CITED & {one.value, claim.value}) or plain(one.value) == plain(claim.value)


def _is_of(one: Statement, claim: Claim) -> bool:
    if not one.names:
        return True
    return bool(claim.names) and all(plain(name) in one.row_names for name in claim.names)


def _is_there(one: Statement, claim: Claim) -> bool:
    return bool(set(one.lines) & set(claim.lines))


def _correction(claim: Claim, about: Sequence[Statement]) -> list:
    """The same words rightly attributed, else the row's right value, else nothing."""
    meant = _best(claim, [one for one in about if _says(one, claim)])
    meant = meant or _best(claim, [one for one in about if _is_of(one, claim)])[:1]
    if not meant:
        return [claim.number, [], "", []]
    is_of_all = any(not one.names for one in meant)
    names = [] if is_of_all else list(dict.fromkeys(n for one in meant for n in one.names))
    return [claim.number, names, meant[0].value[:MAX_CHARS], list(meant[0].lines)[:MAX_LINES]]


def _best(claim: Claim, found: Sequence[Statement]) -> list[Statement]:
    """Those in the claim's own lines, where there are any."""
    there = [one for one in found if _is_there(one, claim)]
    return there or list(found[:1])
