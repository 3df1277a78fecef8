"""Asking an engine: within the budget, each call in its place."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from math import inf

from factsheet_schemas import Budget, Schema
from factsheet_schemas.record import Usage

from factsheet_service.core.budgets import is_spent, seconds_left
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
        time_s: float | None = None,
    ) -> None:
        """``time_s``, where given, is the time until the run must end, whatever its budget."""
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
        self._time_s = inf if time_s is None else time_s
        self._num_open = 0  # questions with the engine
        self._closed = asyncio.Condition()  # told whenever one of them comes back

    async def warm(self, window: Window, questions: Sequence[Question], number: int) -> None:
        """Have the engine read the window before the questions, where that pays."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds_left()), self.turns.call(number):
                if not self.is_spent:
                    usage = await self._engine.warm(window, questions, number)
                    self.usage = added(self.usage, usage)  # read behind the wait: others add to it

    async def ask(self, window: Window, question: Question, number: int) -> Answer | None:
        """The answer, or None where the budget is spent; ``number`` is the window's turn.

        A call that is under way when the budget's minutes are over is given up.
        """
        answer = None
        with suppress(TimeoutError):
            async with asyncio.timeout(self._seconds_left()):
                answer = await self._asked(window, question, number)
        if answer is None:
            self.num_refused += 1
            return None
        self.num_ignored += answer.ignored_rows
        self.num_answered += 1
        self.num_failed += bool(answer.failures)
        return answer

    async def _asked(self, window: Window, question: Question, number: int) -> Answer | None:
        async with self.turns.call(number), self._within_budget() as is_within:
            answer = await self._engine.ask(window, question, number) if is_within else None
            if answer is not None:
                self.usage = added(self.usage, answer.usage)
        return answer

    @asynccontextmanager
    async def window(self, window: Window) -> AsyncIterator[int | None]:
        """A window's stay with the engine, with its number; None where the budget is spent before
        its turn comes."""
        async with AsyncExitStack() as stack:
            number = None
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds_left()):
                    turn = self.turns.window(window.num_tokens)
                    number = None if self.is_spent else await stack.enter_async_context(turn)
            yield number

    def refuse(self, questions: Sequence[Question]) -> None:
        """Count questions that the budget leaves unasked."""
        self.num_refused += len(questions)

    @asynccontextmanager
    async def _within_budget(self) -> AsyncIterator[bool]:
        """Whether there is budget left for one call more. Those under way may have been paid for
        before, so their end is waited for where they would make up the rest."""
        async with self._closed:
            await self._closed.wait_for(lambda: self.is_spent or self._has_room())
            if self.is_spent:
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
        return calls is None or self.info.spent.calls + self.usage.calls + self._num_open < calls

    @property
    def is_spent(self) -> bool:
        """Whether the budget, or the time, allows for no further call."""
        seconds = self._clock() - self._started
        is_late = seconds >= self._time_s
        return is_late or is_spent(self._budget, self.info.spent, self.usage, seconds)

    def _seconds_left(self) -> float | None:
        seconds = self._clock() - self._started
        within = seconds_left(self._budget, self.info.spent, seconds)
        left = min(self._time_s - seconds, inf if within is None else within)
        return None if left == inf else left
