"""The sweep: all questions of a window together, window by window, and their verification.

A window's questions run side by side behind their shared prefix, under one dispatch number; which
windows are open at a time is for the dispatcher to say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from factsheet_schemas import FieldSpec, Schema
from factsheet_schemas.schema import Entity

from factsheet_service.core.document import Window
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.core.planning import Step
from factsheet_service.core.progress import Progress, StageAdvanced, StageStarted
from factsheet_service.core.questions import WITHIN, Answer, Claim, Kind, Question
from factsheet_service.core.reconcile.candidates import (
    HIDDEN,
    Candidate,
    candidates_of,
)
from factsheet_service.core.reconcile.citing import cited
from factsheet_service.core.reconcile.names import Mention, stands_in
from factsheet_service.core.reconcile.verifying import verified

from .asking import Asker

CLAIMS_PER_QUESTION = 12
UNDETECTED = 0.5  # how much less a name counts that detection did not find


@dataclass(slots=True)
class Findings:
    """What a run has gathered so far. Only this task tree writes to it."""

    candidates: list[Candidate] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)  # field key -> reason
    windows_asked: dict[str, int] = field(default_factory=dict)  # field key -> windows
    second: list[Candidate] | None = None  # the lexical reader's, beside another engine
    windows: set[str] = field(default_factory=set)  # keys of those that were asked anything

    def count_asked(self, fields: Sequence[FieldSpec]) -> None:
        """One more window was asked these fields."""
        for spec in fields:
            self.windows_asked[spec.key] = self.windows_asked.get(spec.key, 0) + 1


async def sweep(
    steps: Sequence[Step],
    asker: Asker,
    findings: Findings,
    stage: str,
    progress: Progress,
    verify: bool,
) -> None:
    """Ask all steps in order, each in its turn."""
    progress(StageStarted(stage, len(steps)))
    queue: Iterator[Step] = iter(steps)
    done = 0

    async def work() -> None:
        nonlocal done
        for step in queue:
            async with asker.window(step.window) as number:
                if number is None:
                    asker.refuse(step.questions)
                else:
                    await _ask_window(step, number, asker, findings, verify)
            done += 1
            progress(StageAdvanced(stage, done, len(steps)))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(asker.turns.max_windows):
                group.create_task(work())
    except ExceptionGroup as errors:
        raise _first(errors, EngineUnavailable) from errors


def _first(errors: ExceptionGroup, kind: type[Exception]) -> Exception:
    """The first error of a kind, if no other kind is among them; else the group as it is."""
    wanted, others = errors.split(kind)
    if wanted is None or others is not None:
        return errors
    first = wanted.exceptions[0]
    return _first(first, kind) if isinstance(first, ExceptionGroup) else first


async def _ask_window(
    step: Step, number: int, asker: Asker, findings: Findings, verify: bool
) -> None:
    if asker.info.must_warm:
        await asker.warm(step.window, step.questions, number)
    async with asyncio.TaskGroup() as group:
        tasks = [(q, group.create_task(asker.ask(step.window, q, number))) for q in step.questions]
    found: list[Candidate] = []
    for question, task in tasks:
        if (answer := task.result()) is not None:
            found += _take(step.window, question, answer, findings, asker.schema)
    if verify and asker.info.can_verify:
        found = await verify_candidates(step.window, found, asker, number)
    if any(q.kind is Kind.DETECT and _is_unanswered(task.result()) for q, task in tasks):
        findings.mentions += _named_in(found, asker.schema)
    findings.candidates += found


def _is_unanswered(answer: Answer | None) -> bool:
    return answer is None or bool(answer.failures)


def _named_in(found: Sequence[Candidate], schema: Schema) -> Iterator[Mention]:
    """Rows that answers name, for a window whose detection failed."""
    for one in found:
        entity = schema.entity_by_key.get(one.spec.scope, schema.entity)
        for name in one.names:
            yield from _named(name, entity, one, schema)


def _named(called: str, entity: Entity, one: Candidate, schema: Schema) -> Iterator[Mention]:
    """A row that an answer names, and those it says that it lies within."""
    within, name = _apart(called, entity)
    if stands_in(name, one.quote(), entity):
        score = one.score * UNDETECTED
        yield Mention(name, (), one.document, one.spans, score, entity.key, within)
    if within and entity.parent:
        yield from _named(within, schema.entity_by_key[entity.parent], one, schema)


def _apart(called: str, entity: Entity) -> tuple[str, str]:
    """A row's name without, and behind, that of the row it lies within."""
    if entity.parent is None:
        return "", called
    within, _, name = called.rpartition(WITHIN)
    return within.strip(), name.strip()


def _take(
    window: Window, question: Question, answer: Answer, findings: Findings, schema: Schema
) -> list[Candidate]:
    findings.windows.add(window.key)
    if question.kind is not Kind.DEEP:  # asked before: what the sweep said of the field stands
        for failure in answer.failures:
            findings.failures.setdefault(failure.field, failure.reason)
    if question.kind is Kind.DETECT:
        findings.mentions += _mentions(window, answer, schema)
        return []
    findings.count_asked(question.fields if question.kind is Kind.GROUP else ())
    return list(candidates_of(window, question, answer))


def _mentions(window: Window, answer: Answer, schema: Schema) -> Iterator[Mention]:
    """Detected names that stand in the lines cited for them; others are not believed."""
    whole = window.text
    for row in answer.rows:
        spans = cited(window, row)
        words = " ".join(window.document.text[start:end] for start, end in spans)
        entity = schema.named_by[row.field]
        within, name = _apart(row.value, entity)
        if name and stands_in(name, words, entity):
            others = tuple(name for name in row.facilities if stands_in(name, whole, entity))
            shown = " ".join(window.document.seen(*span) for span in spans)
            score = row.score * (1.0 if stands_in(name, shown, entity) else HIDDEN)
            yield Mention(name, others, window.document, spans, score, entity.key, within)


async def verify_candidates(
    window: Window, candidates: list[Candidate], asker: Asker, number: int
) -> list[Candidate]:
    """The candidates of one window after the engine has checked them behind the same prefix."""
    checkable = [one for one in candidates if one.is_checkable]
    rest = [one for one in candidates if not one.is_checkable]
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_verify_batch(window, batch, asker, number))
            for batch in _batches(checkable)
        ]
    return [one for task in tasks for one in task.result()] + rest


def _batches(candidates: list[Candidate]) -> Iterator[list[Candidate]]:
    for start in range(0, len(candidates), CLAIMS_PER_QUESTION):
        yield candidates[start : start + CLAIMS_PER_QUESTION]


async def _verify_batch(
    window: Window, batch: list[Candidate], asker: Asker, number: int
) -> list[Candidate]:
    claims = tuple(
        Claim(number, one.spec, one.names, one.written, _lines_of(window, one))
        for number, one in enumerate(batch, 1)
    )
    fields = tuple({one.spec.key: one.spec for one in batch}.values())
    pointers = tuple(dict.fromkeys(line for one in batch for line in one.followed))
    question = Question(Kind.VERIFY, "verify", fields, pointers=pointers, claims=claims)
    answer = await asker.ask(window, question, number)
    return verified(window, batch, question, answer) if answer is not None else batch


def _lines_of(window: Window, one: Candidate) -> tuple[int, ...]:
    return tuple(
        line.number
        for line in window.lines
        if any(line.start < end and line.end > start for start, end in one.spans)
    )
