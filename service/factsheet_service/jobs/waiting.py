"""Waiting for an event, but never for long without a look."""

from __future__ import annotations

import asyncio
from contextlib import suppress

LOOK_S = 1.0
"""How often jobs are looked for that others left."""


async def set_within(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, or after so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
