"""Sending bodies to a chat server one after another, at most so many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx2

TIMEOUT_S = 600.0


async def send(
    url: str,
    bodies: Iterable[Mapping[str, Any]],
    in_flight: int,
    transport: httpx2.AsyncBaseTransport,
) -> None:
    """Send all, in order and without any barrier; what comes back is the transport's to keep."""
    waiting: Iterator[Mapping[str, Any]] = iter(bodies)
    async with httpx2.AsyncClient(transport=transport, timeout=TIMEOUT_S) as client:

        async def work() -> None:
            for body in waiting:
                await client.post(f"{url}/chat/completions", json=body)

        async with asyncio.TaskGroup() as group:
            for _ in range(in_flight):
                group.create_task(work())
