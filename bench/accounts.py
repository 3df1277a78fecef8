"""The account of a run's tokens: per kind of question, and against its documents."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from factsheet_service.core.questions import Kind

SWEEP = (Kind.DETECT, Kind.GROUP)
EVERY = tuple(Kind)
STAGES = ("sweep", "deep")
TEMPLATE_TOKENS = 6  # behind the question: the end of its turn and the beginning of the answer
HALF_BLOCK = 8  # of 16 tokens; the last block of a prefix is recomputed


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a run with what was written for it."""

    stage: str  # "sweep" or "deep"
    kind: Kind
    window: str
    question: str
    answer: str
    rows: tuple[tuple[str, tuple[str, ...], str], ...]  # field, facilities, value


@dataclass(frozen=True, slots=True)
class Part:
    """The tokens of one kind of question in one stage."""

    calls: int = 0
    empty: int = 0  # answers without a row
    rows: int = 0
    question: int = 0  # prompt tokens behind the window
    longest: int = 0
    output: int = 0
    output_empty: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """The tokens of one run, or of several together."""

    name: str
    document: int  # white space normalised, no line numbers
    system: int
    windows: int
    window: int  # as rendered, each window once
    again: int  # windows that deep extraction reads again
    parts: dict[tuple[str, Kind], Part]
    values: int  # distinct (field, facilities, value) of the sweep
    values_in_all: int

    def uncached(self, kinds: Sequence[Kind], stages: Sequence[str]) -> int:
        """Prompt tokens that a server computes for these kinds of questions in these stages."""
        taken = [p for (stage, kind), p in self.parts.items() if stage in stages and kind in kinds]
        tails = sum(p.question + p.calls * (TEMPLATE_TOKENS + HALF_BLOCK) for p in taken)
        windows = self.window * ("sweep" in stages) + self.again * ("deep" in stages)
        return self.system + windows + tails

    def output(self, kinds: Sequence[Kind], stages: Sequence[str]) -> int:
        """Output tokens of these kinds of questions in these stages."""
        return sum(p.output for (s, kind), p in self.parts.items() if s in stages and kind in kinds)


def account(
    name: str, document: str, system: str, asked: Sequence[Asked], tokens: Mapping[str, int]
) -> Account:
    """The account of one run; ``tokens`` has the count of every text in it."""
    windows = {one.window for one in asked if one.stage == "sweep"}
    again = {one.window for one in asked if one.stage == "deep"}
    swept = [one for one in asked if one.stage == "sweep"]
    parts: dict[tuple[str, Kind], Part] = {}
    for one in asked:
        key = (one.stage, one.kind)
        parts[key] = _with(parts.get(key, Part()), one, tokens)
    return Account(
        name=name,
        document=tokens[document],
        system=tokens[system],
        windows=len(windows),
        window=sum(tokens[window] for window in windows),
        again=sum(tokens[window] for window in again),
        parts=parts,
        values=len(_values(swept)),
        values_in_all=len(_values(asked)),
    )


def _with(part: Part, one: Asked, tokens: Mapping[str, int]) -> Part:
    question, output = tokens[one.question], tokens[one.answer] + 1  # and the end of the turn
    return Part(
        calls=part.calls + 1,
        empty=part.empty + (not one.rows),
        rows=part.rows + len(one.rows),
        question=part.question + question,
        longest=max(part.longest, question),
        output=part.output + output,
        output_empty=part.output_empty + output * (not one.rows),
    )


def _values(asked: Iterable[Asked]) -> set[tuple[str, tuple[str, ...], str]]:
    return {row for one in asked if one.kind in (Kind.GROUP, Kind.DEEP) for row in one.rows}


def pooled(accounts: Sequence[Account]) -> Account:
    """The sum of several accounts; values are counted company by company."""
    first = accounts[0]
    parts: dict[tuple[str, Kind], Part] = {}
    for key, part in (pair for one in accounts for pair in one.parts.items()):
        parts[key] = _added(parts.get(key, Part()), part)
    sums = {
        name: sum(getattr(one, name) for one in accounts)
        for name in ("document", "windows", "window", "again", "values", "values_in_all")
    }
    return Account(name="all", system=first.system, parts=parts, **sums)


def _added(one: Part, other: Part) -> Part:
    pairs = zip(dataclasses.astuple(one), dataclasses.astuple(other), strict=True)
    added = Part(*(mine + theirs for mine, theirs in pairs))
    return dataclasses.replace(added, longest=max(one.longest, other.longest))
