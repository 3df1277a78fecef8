"""Where a server is away, one asks whether it is back, for all the calls that wait for it.

Sixteen calls that each tried by themselves would press a server that starts more than they do one
that runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from .errors import Away, CallFailed, Transient
from .settings import VllmSettings

KNOCK_MAX_S = 5.0  # between two looks whether the server is back


class Gate:
    """Open until the server is found away, then again when it answers a knock."""

    def __init__(self, knock: Callable[[], Awaitable[object]], settings: VllmSettings) -> None:
        """``knock`` asks the server something small; the wait between two doubles like a call's,
        up to ``KNOCK_MAX_S``."""
        self._knock = knock
        self._first_s = settings.backoff_s
        self._max_s = min(KNOCK_MAX_S, settings.backoff_max_s)
        self._error: Away | None = None
        self._turn = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        """Whether the server is there as far as is known."""
        return self._error is None

    def close(self, error: Away) -> None:
        """The server was found away."""
        self._error = error

    async def passed(self) -> None:
        """Return when the server is there as far as is known."""
        if self.is_open:
            return
        async with self._turn:
            pause_s = min(self._first_s, self._max_s)
            while not (self.is_open or await self._answers()):
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, self._max_s)

    async def _answers(self) -> bool:
        try:
            await self._knock()
        except Transient:
            return False
        except CallFailed:  # it answers, if not to this: the calls will see what it says to them
            pass
        self._error = None
        return True
