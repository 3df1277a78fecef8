"""Waiting for an event, but never for long without a look; what is done for as long as a block."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

LOOK_S = 1.0
"""How often jobs are looked for that others left."""


async def set_within(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or after so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


@asynccontextmanager
async def meanwhile(
    *works: Coroutine[Any, Any, None], name: str
) -> AsyncIterator[list[asyncio.Task[None]]]:
    """The works as tasks until the block ends, when they are cancelled."""
    tasks = [asyncio.create_task(work, name=name) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
