"""Dispatch: which window is next of all runs at one engine, and how many calls are with it.

Windows are let in by deficit round robin over tenants and companies, as many as the engine's cache
holds, so that a window is still cached when its last question comes. Each gets a dispatch number,
which is the priority of all its calls: here, where calls wait for their place, and at the server.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from itertools import count

from factsheet_service.core.fairness import DeficitRoundRobin, Owner
from factsheet_service.core.pressure import Load, Pressure
from factsheet_service.core.questions import Engine, EngineInfo

QUANTUM_TOKENS = 8000  # about a window: lanes take turns window by window
LOOK_EVERY_S = 1.0
TICKS_PER_S = 10  # of dispatch numbers

Waiter = asyncio.Future[None]


class Dispatcher:
    """One engine's door, shared by all runs of this process that ask it.

    Dispatch numbers follow the clock (tenths of a second since the epoch, no two alike), so that
    runs of several processes at one server take turns as well.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._pressure = Pressure.full(1, 1)
        self._window_tokens: int | None = None  # budget of all open windows
        self._last_number = 0
        self._last_look = 0.0
        self._open_tokens: list[int] = []
        self._windows: DeficitRoundRobin[tuple[Waiter, int]] = DeficitRoundRobin(QUANTUM_TOKENS)
        self._num_calls = 0
        self._calls: list[tuple[int, int, Waiter]] = []  # a heap: number, arrival
        self._arrivals = count()
        self._is_closed = False
        self._is_idle = asyncio.Event()

    @property
    def pressure(self) -> Pressure:
        """How hard the engine is pressed now."""
        return self._pressure

    def configure(self, info: EngineInfo) -> None:
        """Take over what a probe found; what was learnt since stands where the limits are equal."""
        limits = (info.max_in_flight, info.windows_in_flight)
        if limits != (self._pressure.max_in_flight, self._pressure.max_windows):
            self._pressure = Pressure.full(*limits)
        self._window_tokens = info.cache_tokens
        self._admit()

    @asynccontextmanager
    async def window(self, owner: Owner, num_tokens: int) -> AsyncIterator[int]:
        """A window's stay with the engine; gives its dispatch number."""
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._windows.put(owner.path, num_tokens, (waiter, num_tokens))
        self._admit_windows()
        try:
            await waiter
            yield self._number()
        finally:
            self._left(waiter, num_tokens)

    @asynccontextmanager
    async def call(self, number: int) -> AsyncIterator[None]:
        """A call's place; the lowest dispatch number goes first, then who came first."""
        waiter: Waiter = asyncio.get_running_loop().create_future()
        heapq.heappush(self._calls, (number, next(self._arrivals), waiter))
        self._admit_calls()
        try:
            await waiter
            yield
        finally:
            if _is_in(waiter):
                self._num_calls -= 1
                self._admit_calls()
                if not self._num_calls:
                    self._is_idle.set()
            waiter.cancel()

    async def drain(self) -> None:
        """Let in no further call, and return when the last one has left."""
        self._is_closed = True
        if self._num_calls:
            await self._is_idle.wait()

    def is_due(self) -> bool:
        """Whether it is time for another look at the engine; whoever asks first takes it."""
        if self._clock() - self._last_look < LOOK_EVERY_S:
            return False
        self._last_look = self._clock()
        return True

    def observe(self, load: Load) -> None:
        """Press the engine as its load allows."""
        self._pressure = self._pressure.after(load)
        self._admit()

    def _number(self) -> int:
        self._last_number = max(self._last_number + 1, int(self._clock() * TICKS_PER_S))
        return self._last_number

    def _left(self, waiter: Waiter, num_tokens: int) -> None:
        if _is_in(waiter):
            self._open_tokens.remove(num_tokens)
            self._admit_windows()
        waiter.cancel()  # one still in the queue is passed over

    def _admit(self) -> None:
        self._admit_windows()
        self._admit_calls()

    def _admit_windows(self) -> None:
        while self._windows and self._has_room(self._windows.next_cost()):
            waiter, num_tokens = self._windows.pop()
            if not waiter.cancelled():
                self._open_tokens.append(num_tokens)
                waiter.set_result(None)

    def _has_room(self, num_tokens: int) -> bool:
        """Whether another window fits; one alone always does."""
        if not self._open_tokens:
            return True
        if len(self._open_tokens) >= self._pressure.windows:
            return False
        budget = self._window_tokens
        return budget is None or sum(self._open_tokens) + num_tokens <= budget

    def _admit_calls(self) -> None:
        while self._calls and not self._is_closed and self._num_calls < self._pressure.in_flight:
            _, _, waiter = heapq.heappop(self._calls)
            if not waiter.cancelled():
                self._num_calls += 1
                waiter.set_result(None)


@dataclass(frozen=True, slots=True)
class Turns:
    """A dispatcher as one run sees it."""

    dispatcher: Dispatcher
    owner: Owner

    @property
    def max_windows(self) -> int:
        """More windows than these need not wait for a turn at a time."""
        return self.dispatcher.pressure.max_windows

    def window(self, num_tokens: int) -> AbstractAsyncContextManager[int]:
        """A window's stay with the engine; gives its dispatch number."""
        return self.dispatcher.window(self.owner, num_tokens)

    def call(self, number: int) -> AbstractAsyncContextManager[None]:
        """A call's place under its window's number."""
        return self.dispatcher.call(number)


def _is_in(waiter: Waiter) -> bool:
    return waiter.done() and not waiter.cancelled()


@asynccontextmanager
async def watched(engine: Engine, info: EngineInfo, dispatcher: Dispatcher) -> AsyncIterator[None]:
    """Look at an engine's load from time to time, and press it accordingly."""
    watching = asyncio.create_task(_watch(engine, dispatcher)) if info.reports_load else None
    try:
        yield
    finally:
        if watching:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def _watch(engine: Engine, dispatcher: Dispatcher) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if dispatcher.is_due():
            dispatcher.observe(await engine.load())
