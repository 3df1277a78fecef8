"""What an engine is asked and what it answers: the one form of question and answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from factsheet_schemas import FieldSpec
from factsheet_schemas.record import Usage

from .document import Window
from .memo import NOTHING_SPENT, Spent
from .pressure import Load

WITHIN = " > "  # between the names of a row and of the row that it lies within


class Kind(StrEnum):
    """Why a window is asked."""

    DETECT = "detect"  # which facilities does it name
    GROUP = "group"  # the fields of one group
    DEEP = "deep"  # one facility's open fields
    VERIFY = "verify"  # are these claims borne out


@dataclass(frozen=True, slots=True)
class Claim:
    """An answer to be checked in its window."""

    number: int  # from 1 in its question
    field: FieldSpec
    facilities: tuple[str, ...]
    value: str
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question about one window.

    ``facility`` names the row that a deep question is about; ``pointers`` are lines of other
    windows that point here; ``claims`` are what a verification checks.
    """

    kind: Kind
    key: str  # group key, "detect", "verify", ...
    fields: tuple[FieldSpec, ...]
    facility: str | None = None
    pointers: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    lender_of_interest: str | None = None

    @property
    def size(self) -> int:
        """How many things it asks, which is what it can be split by."""
        return len(self.claims) if self.kind is Kind.VERIFY else len(self.fields)

    def halves(self) -> tuple[Question, Question]:
        """The same question in two smaller ones; only for ``size`` of 2 or more."""
        middle = self.size // 2
        if self.kind is Kind.VERIFY:
            return replace(self, claims=self.claims[:middle]), replace(
                self, claims=self.claims[middle:]
            )
        return replace(self, fields=self.fields[:middle]), replace(
            self, fields=self.fields[middle:]
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One found value: ``[field, facilities, value, lines]``.

    * A group or deep row: ``facilities`` are names as the window writes them, empty for the deal
      (or for all); ``value`` as written or in the type's plain form; an empty value means that the
      field is mentioned but not stated; ``see <target>`` points elsewhere.
    * A detection row: ``field`` is the entity's name field, ``value`` the facility's name, behind
      that of the row it lies within where there is such (``WITHIN``), ``facilities`` its other
      names.
    * A verification row: ``field`` is the claim's number as a string; a row stands only for a claim
      that is wrong, ``value`` corrects it, empty: not borne out; ``facilities`` the right ones.
    """

    field: str
    facilities: tuple[str, ...]
    value: str
    lines: tuple[int, ...]
    score: float = 1.0  # how sure the engine is, 0..1
    is_recovered: bool = False  # out of malformed JSON
    is_by_words: bool = False  # found by patterns, without a model
    probability: float | None = None  # of the value's most doubtful token, where offered
    spans: tuple[tuple[int, int], ...] = ()  # finer evidence in document offsets, where known
    quote: str = ""  # the words themselves, from an engine that cites no lines
    qualifiers: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # of record.Qualifiers


@dataclass(frozen=True, slots=True)
class Failure:
    """A field (or claim number) for which no answer could be had."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """All that came back for one question; ``failures`` never hide ``rows``."""

    rows: tuple[Row, ...] = ()
    failures: tuple[Failure, ...] = ()
    usage: Usage = dataclasses.field(default_factory=Usage)
    ignored_rows: int = 0  # rows that fitted nothing that was asked


def added(one: Usage, other: Usage) -> Usage:
    """The sum of two accounts."""
    names = Usage.model_fields
    return Usage(**{name: getattr(one, name) + getattr(other, name) for name in names})


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is and can do, as probed."""

    name: str
    model: str | None = None
    window_tokens: int = 7000  # best window size
    max_in_flight: int = 16  # calls; where it starts and the most there ever are
    windows_in_flight: int = 2  # at most
    cache_tokens: int | None = None  # that all open windows may have together; None: not known
    must_warm: bool = False  # whether calls sent together cannot share what is not cached yet
    reports_load: bool = False
    can_verify: bool = True
    spent: Spent = NOTHING_SPENT  # by earlier attempts of the same job
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    warnings: tuple[str, ...] = ()  # what the server lacks, with the flag that mends it


class Engine(Protocol):
    """Answers questions about windows. Two implementations: ``vllm`` and ``lexical``."""

    async def probe(self) -> EngineInfo:
        """Find out what the engine can do. Raises EngineUnavailable."""
        ...

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        """Answer one question; what could not be answered stands in ``failures``.

        ``priority`` is the window's dispatch number: lower goes first. Raises EngineUnavailable
        only if the engine is gone for good.
        """
        ...

    async def warm(self, window: Window, questions: Sequence[Question], priority: int) -> Usage:
        """Have the window cached before it is asked these questions, where that pays; only where
        ``must_warm``."""
        ...

    async def load(self) -> Load:
        """What the engine has noticed since the last look; only where it ``reports_load``."""
        ...

    async def aclose(self) -> None:
        """Release connections; open questions are cancelled."""
        ...
