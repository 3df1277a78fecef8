"""An event loop in a thread of its own, so that what computes there holds up nobody here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


@asynccontextmanager
async def loop_apart(name: str) -> AsyncIterator[asyncio.AbstractEventLoop]:
    """A running loop in a new thread; what still runs there when the block ends is cancelled."""
    ready: Future[asyncio.AbstractEventLoop] = Future()
    is_over = asyncio.Event()

    async def stay() -> None:
        ready.set_result(asyncio.get_running_loop())
        await is_over.wait()

    thread = Thread(target=lambda: asyncio.run(stay()), name=name)
    thread.start()
    loop = await asyncio.wrap_future(ready)
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(is_over.set)
        await asyncio.to_thread(thread.join)


async def run_on(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Await ``work`` on another loop; cancelling the wait cancels the work."""
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))
