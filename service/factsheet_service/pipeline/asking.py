"""Asking an engine: within the budget, each call in its place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from factsheet_schemas import Budget, Schema
from factsheet_schemas.record import Usage

from factsheet_service.core.document import Window
from factsheet_service.core.questions import Answer, Engine, EngineInfo, Question, added

from .dispatch import Turns


class Asker:
    """Puts questions to one engine for one run, and keeps the account.

    What an engine has been paid for before costs it nothing, and the run neither.
    """

    def __init__(
        self,
        engine: Engine,
        info: EngineInfo,
        schema: Schema,
        budget: Budget,
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
        self._clock = clock
        self._started = clock()
        self._num_open = 0  # questions with the engine
        self._closed = asyncio.Condition()  # told whenever one of them comes back

    async def warm(self, window: Window, questions: Sequence[Question], number: int) -> None:
        """Have the engine read the window before the questions, where that pays."""
        async with self.turns.call(number):
            if not self._is_spent():
                usage = await self._engine.warm(window, questions, number)
                self.usage = added(self.usage, usage)  # read behind the wait: others add to it

    async def ask(self, window: Window, question: Question, number: int) -> Answer | None:
        """The answer, or None where the budget is spent; ``number`` is the window's turn."""
        async with self.turns.call(number), self._within_budget() as is_within:
            answer = await self._engine.ask(window, question, number) if is_within else None
            if answer is not None:
                self.usage = added(self.usage, answer.usage)
        if answer is None:
            self.num_refused += 1
            return None
        self.num_ignored += answer.ignored_rows
        self.num_answered += 1
        self.num_failed += bool(answer.failures)
        return answer

    @asynccontextmanager
    async def _within_budget(self) -> AsyncIterator[bool]:
        """Whether there is budget left for one call more. Those under way may have been paid for
        before, so their end is waited for where they would make up the rest."""
        async with self._closed:
            await self._closed.wait_for(lambda: self._is_spent() or self._has_room())
            if self._is_spent():
                yield False
                return
            self._num_open += 1
        try:
            yield True
        finally:
            self._num_open -= 1
            async with self._closed:
                self._closed.notify_all()

    def _has_room(self) -> bool:
        calls = self._budget.calls
        return calls is None or self.usage.calls + self._num_open < calls

    def _is_spent(self) -> bool:
        budget, usage = self._budget, self.usage
        tokens = usage.prompt_tokens + usage.output_tokens
        minutes = (self._clock() - self._started) / 60
        return (
            (budget.calls is not None and usage.calls >= budget.calls)
            or (budget.tokens is not None and tokens >= budget.tokens)
            or (budget.minutes is not None and minutes >= budget.minutes)
        )
