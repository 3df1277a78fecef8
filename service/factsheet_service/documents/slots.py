"""How many files are read at the same time, whoever asks."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary


class Slots:
    """Shared by all readings of a process, so that many requests start no more processes than one.

    An event loop has slots of its own, for what waits on a loop cannot be woken from another.
    """

    def __init__(self, num: int) -> None:
        self._num = num
        self._of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    def here(self) -> asyncio.Semaphore:
        """Those of the running event loop."""
        return self._of_loop.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._num))
