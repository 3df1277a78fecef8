"""Asking an engine: within the budget, each call in its place, never twice."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from factsheet_schemas import Budget, Schema
from factsheet_schemas.record import Usage

from factsheet_service.core.document import Window
from factsheet_service.core.questions import Answer, Engine, EngineInfo, Question, Row, added

from .dispatch import Turns


class Memo(Protocol):
    """Where answers outlive the process."""

    def get(self, key: str) -> dict[str, Any] | None:
        """The answer stored under the key, if any."""
        ...

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Store an answer; it is durable when this returns."""
        ...


class Asker:
    """Puts questions to one engine for one run, and keeps the account.

    Answers of an engine with an identity are memoised: a run that is started again asks only
    what it has no answer to. Incomplete answers are not kept.
    """

    def __init__(
        self,
        engine: Engine,
        info: EngineInfo,
        schema: Schema,
        budget: Budget,
        memo: Memo,
        turns: Turns,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.info = info
        self.turns = turns
        self.usage = Usage()
        self.num_refused = 0
        self.num_answered = 0
        self.num_failed = 0
        self.num_ignored = 0  # rows that fitted nothing that was asked
        self._engine = engine
        self.schema = schema
        self._budget = budget
        self._memo = memo
        self._clock = clock
        self._started = clock()
        identity = f"{info.name} {info.identity} {schema.model_dump_json()}"
        self._identity = hashlib.sha256(f"{identity}\0".encode())
        self._num_open = 0  # questions with the engine

    async def warm(self, window: Window, questions: Sequence[Question], number: int) -> None:
        """Have the engine read the window before the questions, unless none will be asked."""
        async with self.turns.call(number):
            if not (all(self._is_kept(window, one) for one in questions) or self._is_spent()):
                self.usage = added(self.usage, await self._engine.warm(window, number))

    async def ask(self, window: Window, question: Question, number: int) -> Answer | None:
        """The answer, or None where the budget is spent; ``number`` is the window's turn."""
        key = self._key(window, question)
        kept = self._memo.get(key) if key else None
        answer = _loaded(kept) if kept else await self._asked(key, window, question, number)
        if answer is None:
            self.num_refused += 1
            return None
        self.num_answered += 1
        self.num_failed += bool(answer.failures)
        return answer

    async def _asked(
        self, key: str | None, window: Window, question: Question, number: int
    ) -> Answer | None:
        """The engine's answer, kept before it is used; the call's place is held until then."""
        async with self.turns.call(number):
            if self._is_spent():
                return None
            answer = await self._paid(window, question, number)
            if key and not answer.failures:
                self._memo.put(key, _dumped(answer))
            return answer

    async def _paid(self, window: Window, question: Question, number: int) -> Answer:
        self._num_open += 1
        try:
            answer = await self._engine.ask(window, question, number)
        finally:
            self._num_open -= 1
        self.usage = added(self.usage, answer.usage)
        self.num_ignored += answer.ignored_rows
        return answer

    def _is_kept(self, window: Window, question: Question) -> bool:
        key = self._key(window, question)
        return key is not None and self._memo.get(key) is not None

    def _is_spent(self) -> bool:
        budget, usage = self._budget, self.usage
        tokens = usage.prompt_tokens + usage.output_tokens
        minutes = (self._clock() - self._started) / 60
        return (
            (budget.calls is not None and usage.calls + self._num_open >= budget.calls)
            or (budget.tokens is not None and tokens >= budget.tokens)
            or (budget.minutes is not None and minutes >= budget.minutes)
        )

    def _key(self, window: Window, question: Question) -> str | None:
        """What an answer depends on, hashed; None for engines whose answers cost nothing."""
        if self.info.identity is None:
            return None
        digest = self._identity.copy()
        digest.update(f"{window.render()}\0{_canonical(question)}".encode())
        return digest.hexdigest()


def _canonical(question: Question) -> str:
    plain = dataclasses.asdict(dataclasses.replace(question, fields=(), claims=()))
    plain["fields"] = [field.key for field in question.fields]
    plain["claims"] = [
        [c.number, c.field.key, c.facilities, c.value, c.lines] for c in question.claims
    ]
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


def _dumped(answer: Answer) -> dict[str, Any]:
    return {"rows": [dataclasses.asdict(row) for row in answer.rows]}


def _loaded(kept: dict[str, Any]) -> Answer:
    return Answer(rows=tuple(_row(row) for row in kept["rows"]))


def _row(kept: dict[str, Any]) -> Row:
    return Row(
        field=kept["field"],
        facilities=tuple(kept["facilities"]),
        value=kept["value"],
        lines=tuple(kept["lines"]),
        score=kept["score"],
        is_recovered=kept["is_recovered"],
        probability=kept.get("probability"),
        spans=tuple((start, end) for start, end in kept["spans"]),
        qualifiers=kept["qualifiers"],
    )
