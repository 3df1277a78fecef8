"""Many small pieces of work done as one: what comes while a batch is under way makes the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")

MAX_BATCH = 400  # SQLite takes 32,766 variables in a statement


class Batcher(Generic[A, B]):
    """Calls ``work`` with all items that wait, one batch at a time.

    ``work`` gives a result per item, in order; an error of it is that of every item in the batch.
    A caller who is cancelled leaves the batch to the others.
    """

    def __init__(self, work: Callable[[Sequence[A]], Awaitable[Sequence[B]]]) -> None:
        self._work = work
        self._waiting: list[tuple[A, asyncio.Future[B]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, item: A) -> B:
        """The item's result, once its batch is done."""
        future: asyncio.Future[B] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return await future

    async def aclose(self) -> None:
        """Wait until all that was taken on is done."""
        while self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._settle(batch)
        finally:
            self._task = None

    async def _settle(self, batch: Sequence[tuple[A, asyncio.Future[B]]]) -> None:
        try:
            results = await self._work([item for item, _ in batch])
        except BaseException as error:
            _settle_all(batch, error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)


def _settle_all(batch: Sequence[tuple[A, asyncio.Future[B]]], error: BaseException) -> None:
    for _, future in batch:
        if future.done():
            continue
        if isinstance(error, Exception):
            future.set_exception(error)
        else:
            future.cancel()
