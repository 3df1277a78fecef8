"""One call for all who want the same at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Flight(Generic[T]):
    task: asyncio.Task[T]
    num_waiting: int = 0
    is_booked: bool = False  # somebody has taken the result for its own


class Flights(Generic[T]):
    """Calls under way, by what they are for. The last who gives a call up cancels it."""

    def __init__(self) -> None:
        self._open: dict[str, _Flight[T]] = {}

    async def join(self, key: str, call: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """The call's result, and whether it is on this caller's account; its error is everyone's.

        It is on the account of the first who is still there when it comes.
        """
        flight = self._open.get(key)
        if flight is None:
            flight = self._open[key] = _Flight(asyncio.ensure_future(_run(call)))
            flight.task.add_done_callback(lambda _: self._forget(key, flight))
        flight.num_waiting += 1
        try:
            result = await asyncio.shield(flight.task)
            is_mine, flight.is_booked = not flight.is_booked, True
            return result, is_mine
        finally:
            flight.num_waiting -= 1
            if not flight.num_waiting and not flight.task.done():
                self._forget(key, flight)
                flight.task.cancel()
                await asyncio.wait([flight.task])  # its connection is closed when this returns

    def _forget(self, key: str, flight: _Flight[T]) -> None:
        if self._open.get(key) is flight:
            del self._open[key]


async def _run(call: Callable[[], Awaitable[T]]) -> T:
    return await call()
