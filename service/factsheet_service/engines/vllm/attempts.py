"""How often and how long one call is tried.

A server that is away or whose queue is full is waited for until the call's deadline: a restart
takes a model of 14 billion parameters minutes, and every other call waits for it as well. A server
that is there and fails is tried a few times only: the call itself may be what it fails at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    wait_random_exponential,
)

from .errors import Away, CallFailed, TimedOut, Transient
from .settings import VllmSettings

T = TypeVar("T")


class Attempts:
    """The attempts at one call: at most ``max_failures`` of them fail.

    Those that found the server away count as failures only where it is not waited for.
    """

    def __init__(
        self, settings: VllmSettings, max_failures: int, *, waits_for_server: bool = True
    ) -> None:
        self.num_retries = 0
        self._settings = settings
        self._max_failures = max_failures
        self._forgiven = Away if waits_for_server else ()
        self._num_failures = 0
        self._away: Away | None = None  # as the last attempt that ended found it

    async def outcome(self, call: Callable[[], Awaitable[T]]) -> T:
        """What the call gives in the end. Raises CallFailed with the number of retries."""
        error: CallFailed
        try:
            async with asyncio.timeout(self._settings.deadline_s):
                return await self._repeated(call)
        except TimeoutError:
            error = self._at_deadline()
        except CallFailed as failed:
            error = failed
        error.num_retries = self.num_retries
        raise error

    async def _repeated(self, call: Callable[[], Awaitable[T]]) -> T:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Transient),
            before=self._begin,
            after=self._count,
            stop=self._is_over,
            wait=self._wait,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await call()
        raise AssertionError("retrying ends with a result or an error")

    def _at_deadline(self) -> CallFailed:
        deadline_s = self._settings.deadline_s
        if self._away is not None:
            return type(self._away)(f"{self._away}; waited for {deadline_s:g} s")
        return TimedOut(f"the server gave no answer within {deadline_s:g} s")

    def _begin(self, state: RetryCallState) -> None:
        self.num_retries = state.attempt_number - 1

    def _count(self, state: RetryCallState) -> None:
        error = _error(state)
        self._away = error if isinstance(error, Away) else None
        self._num_failures += not isinstance(error, self._forgiven)

    def _is_over(self, _: RetryCallState) -> bool:
        return self._num_failures >= self._max_failures

    def _wait(self, state: RetryCallState) -> float:
        """Exponential back-off with full jitter, or what the server asks for if that is longer."""
        settings, error = self._settings, _error(state)
        jitter = wait_random_exponential(settings.backoff_s, settings.backoff_max_s)(state)
        asked_for = error.retry_after_s if isinstance(error, Transient) else None
        return max(jitter, asked_for or 0.0)


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
