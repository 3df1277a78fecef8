"""HTTP clients side by side: CPU of this process per post of a JSON body, and its reply read.

httpx2 is what the engine uses; httpx and aiohttp are measured where they are installed.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import json
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import ModuleType

from wire import IN_FLIGHT, body_of, minimal_server, questions

ROUNDS = 5
Reply = dict[str, object]
Post = Callable[[str, Mapping[str, object]], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Client:
    """What one client costs; the median of the rounds."""

    name: str
    version: str
    posts: int
    cpu_ms_per_post: float


@asynccontextmanager
async def _like_httpx(library: ModuleType) -> AsyncIterator[Post]:
    limits = library.Limits(max_connections=None, max_keepalive_connections=IN_FLIGHT)
    async with library.AsyncClient(limits=limits, trust_env=False) as client:

        async def post(url: str, body: Mapping[str, object]) -> Reply:
            return json.loads((await client.post(url, json=body)).content)

        yield post


@asynccontextmanager
async def _like_aiohttp(library: ModuleType) -> AsyncIterator[Post]:
    connector = library.TCPConnector(limit=IN_FLIGHT)
    async with library.ClientSession(connector=connector) as session:

        async def post(url: str, body: Mapping[str, object]) -> Reply:
            async with session.post(url, json=body) as reply:
                return json.loads(await reply.read())

        yield post


KINDS = {"httpx": _like_httpx, "httpx2": _like_httpx, "aiohttp": _like_aiohttp}


def side_by_side(num_posts: int) -> list[Client]:
    """All that are installed, in turns, so that a busy moment hits each of them."""
    ((window, question),) = questions(1)
    body = body_of(window, question)
    installed = [name for name in KINDS if importlib.util.find_spec(name)]
    rounds: dict[str, list[float]] = {name: [] for name in installed}
    with minimal_server() as url:
        for _ in range(ROUNDS):
            for name in installed:
                cost = asyncio.run(_cpu_ms(name, f"{url}/chat/completions", body, num_posts))
                rounds[name].append(cost)
    return [
        Client(name, importlib.import_module(name).__version__, num_posts, statistics.median(costs))
        for name, costs in rounds.items()
    ]


async def _cpu_ms(name: str, url: str, body: Mapping[str, object], num_posts: int) -> float:
    """CPU milliseconds per post, 16 in flight over kept-alive connections."""
    async with KINDS[name](importlib.import_module(name)) as post:
        left = iter(range(num_posts))

        async def work() -> None:
            for _ in left:
                reply = await post(url, body)
                if not reply["choices"]:
                    raise RuntimeError(f"{name} got no completion")

        started = time.process_time()
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(work())
        return 1000 * (time.process_time() - started) / num_posts
