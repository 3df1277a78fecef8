"""Waiting for a server in another process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

DEADLINE_S = 120.0  # a busy server answers for its metrics late
INTERVAL_S = 0.1


async def until(holds: Callable[[], bool]) -> None:
    """Return as soon as it holds. Raises TimeoutError where it does not in time."""
    async with asyncio.timeout(DEADLINE_S):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - another process
            await asyncio.sleep(INTERVAL_S)
