"""What verification, grounding and repair recover of a reader's errors: one run, told apart.

Every figure here is a count over cells of records or over answers, defined where it is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from engine import erring
from engine.breaking import written
from engine.companies import Company
from engine.erring import Errors
from engine.reader_wire import ReaderTransport
from factsheet_schemas import ExtractOptions, FieldSpec, Record, Schema
from factsheet_schemas.options import Settings
from factsheet_service.core.document import Window
from factsheet_service.core.normalise import same
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Answer, Engine, Question, Row
from factsheet_service.core.reconcile import candidates
from factsheet_service.engines.vllm import Prompts, VllmEngine, VllmSettings, door, engine
from factsheet_service.engines.vllm.answers import Reading
from factsheet_service.engines.vllm.door import Accepted, Again, Refused, Split, Try, Verdict
from factsheet_service.engines.vllm.wire import Reply
from factsheet_service.evaluation.gold import Gold
from factsheet_service.evaluation.judging import Outcome
from factsheet_service.evaluation.judging import Verdict as Judged
from factsheet_service.evaluation.scoring import Score, score
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job

WINDOW_TOKENS = 6500
FALSE = (Outcome.WRONG, Outcome.INVENTED)
_QUOTES = re.compile('["“”‘’]')
Cell = tuple[str | None, str]  # the facility's name, the field
Said = tuple[str, tuple[str, ...], str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Stages:
    """Which stages of recovery a run has; all, unless told otherwise."""

    verification: bool = True
    grounding: bool = True
    repair: bool = True
    asking_again: bool = True
    grammar: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as it was meant and as it was taken."""

    meant: frozenset[Said]
    taken: frozenset[Said] | None  # None: it was refused
    is_strict: bool = True  # it was JSON of the form and nothing else

    @property
    def is_exact(self) -> bool:
        """It was taken as it was meant, row for row."""
        return self.taken == self.meant

    @property
    def num_false(self) -> int:
        """Rows that were taken but never meant."""
        return len((self.taken or frozenset()) - self.meant)


class Account:
    """Keeps the answers of a run, the first to each question and what became of it in the end.

    Its ``judge`` stands in for the door's, and calls it.
    """

    def __init__(self, schema: Schema, books: list[dict[str, Any]], errors: Errors) -> None:
        self.first: list[Told] = []
        self.final: list[Told] = []
        self.asks_again = True
        self._prompts = Prompts(schema)
        self._books = books
        self._errors = errors
        self._open: dict[int, frozenset[Said]] = {}  # what is meant, by the question's id

    def opens(self, question: Question, window: Window) -> frozenset[Said]:
        """A question is asked for the first time; what the reader means to answer."""
        meant = self._meant(question, window)
        self._open[id(question)] = meant
        return meant

    def judge(self, reply: Reply, question: Question, window: Window, asked: Try) -> Verdict:
        verdict = door.judge(reply, question, window, asked)
        meant = self._open.pop(id(question), None)
        if meant is not None:
            is_strict = door.read_strictly(reply.content or "", question, window) is not None
            taken = said(verdict.reading.rows) if isinstance(verdict, Accepted) else None
            self.first.append(Told(meant, taken, is_strict))
        if isinstance(verdict, Again | Split) and not self.asks_again:
            return Refused("not asked again")
        return verdict

    def ends(self, meant: frozenset[Said], answer: Answer) -> None:
        """A question has its last answer; halves of it count together."""
        taken = None if answer.failures else said(answer.rows)
        self.final.append(Told(meant, taken))

    def _meant(self, question: Question, window: Window) -> frozenset[Said]:
        """What the reader would answer to the question as first asked, in whole JSON."""
        messages = self._prompts.messages(window, question)
        system, user = (message["content"] for message in messages)
        rows = erring.erring_rows(system, user, self._books, self._errors)
        reading = door.read_strictly(written(rows), question, window)
        assert reading is not None
        return said(reading.rows)


class Traced(VllmEngine):
    """The real engine, with an account of what it is asked."""

    account: Account

    async def ask(self, window: Window, question: Question, number: int = 0) -> Answer:
        meant = self.account.opens(question, window)
        answer = await super().ask(window, question, number)
        self.account.ends(meant, answer)
        return answer


def said(rows: Sequence[Row]) -> frozenset[Said]:
    """What rows say; how surely, and with which quotation marks, left aside."""
    return frozenset(
        (row.field, tuple(map(_unquoted, row.facilities)), _unquoted(row.value), row.lines)
        for row in rows
    )


def _unquoted(text: str) -> str:
    return _QUOTES.sub("'", text)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """A run's record, judged, and its answers."""

    record: Record
    score: Score
    account: Account
    swapped: frozenset[Cell]

    @property
    def false_cells(self) -> int:
        """PRESENT values that are wrong, or stand where nothing does."""
        return sum(verdict.outcome in FALSE for verdict in self.score.verdicts)

    def right(self) -> frozenset[Cell]:
        """Cells with the right value."""
        judged = self.score.verdicts
        return frozenset((v.row, v.field) for v in judged if v.outcome is Outcome.RIGHT)


async def run(
    company: Company,
    schema: Schema,
    errors: Errors,
    stages: Stages,
    second: Engine | None = None,
) -> Outcomes:
    """Extract a company through the whole engine with an erring reader for its model."""
    account = Account(schema, [company.book], errors)
    account.asks_again = stages.asking_again
    settings = VllmSettings(window_tokens=WINDOW_TOKENS, has_grammar=stages.grammar)
    reader = Traced(settings, schema, ReaderTransport([company.book], errors))
    reader.account = account
    skipped = Settings(skip_verification=not stages.verification)
    job = Job(
        company.name, company.documents, schema, ExtractOptions(engine="vllm", settings=skipped)
    )
    with _without(stages, account):
        record = await extract(job, reader, silent, second=second)
    await reader.aclose()
    texts = {one.id: one.text for one in company.documents}
    judged = score(record, company.gold, schema, texts)
    return Outcomes(record, judged, account, frozenset(swapped_cells(judged, company.gold, schema)))


@contextmanager
def _without(stages: Stages, account: Account) -> Iterator[None]:
    """Takes the stages out that a run does not have."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(engine, "judge", account.judge))
        if not stages.grounding:
            stack.enter_context(patch.object(candidates, "_supported", _believed))
        if not stages.repair:
            stack.enter_context(patch.object(door, "read_leniently", _refused))
        yield


def _believed(valued: candidates.Candidate) -> candidates.Candidate:
    return replace(valued, is_grounded=True)


def _refused(_text: str, _question: Question, _window: Window) -> Reading:
    raise door.Unreadable("not repaired")


def swapped_cells(judged: Score, gold: Gold, schema: Schema) -> Iterator[Cell]:
    """Cells of a facility whose value is PRESENT and false, and right for another facility."""
    false = [v for v in judged.verdicts if v.outcome in FALSE and v.row is not None]
    for verdict in false:
        if _is_anothers(verdict, gold, schema.by_key[verdict.field]):
            yield verdict.row, verdict.field


def _is_anothers(verdict: Judged, gold: Gold, spec: FieldSpec) -> bool:
    others = (row for row in gold.rows if verdict.row not in row.names)
    known = (value for row in others if (cell := row.values.get(spec.key)) for value in cell.values)
    return any(same(spec, value, verdict.answered) for value in known)


@dataclass(frozen=True, slots=True)
class Undone:
    """Swaps that a record shows without verification, and what became of them with it."""

    stood: int
    left: int

    @property
    def share(self) -> float:
        """The part of them that stands no more."""
        return 1 - self.left / self.stood


def undone(
    without: Sequence[Outcomes], unswapped: Sequence[Outcomes], verified: Sequence[Outcomes]
) -> Undone:
    """What verification undoes of swapped tranches.

    A swap stands where a run without verification has a facility's value in another's cell, and the
    same run of the same reader but for its swaps has not. What follows from such a value in other
    cells (a rule, a date counted from it) stands with it.
    """
    runs = list(zip(without, unswapped, verified, strict=True))
    stood = [(off.swapped - twin.swapped, on.swapped) for off, twin, on in runs]
    return Undone(sum(len(s) for s, _ in stood), sum(len(s & on) for s, on in stood))


def points_back(told: Sequence[Told]) -> float:
    """Of the 50 points of 100 that are lost where half of all answers break: how many come back.

    It is 50 times the part of the broken answers that are taken as they were meant, row for row.
    """
    broken = [one for one in told if not one.is_strict]
    return 50 * sum(one.is_exact for one in broken) / len(broken)
