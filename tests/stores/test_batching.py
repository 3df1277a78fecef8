import asyncio

import pytest
from factsheet_service.stores.batching import MAX_BATCH, Batcher


class Doubling:
    def __init__(self):
        self.batches = []
        self.gate = asyncio.Event()
        self.begun = asyncio.Event()

    async def __call__(self, items):
        self.batches.append(list(items))
        self.begun.set()
        await self.gate.wait()
        return [2 * item for item in items]


async def test_what_comes_during_a_batch_makes_the_next():
    work = Doubling()
    batcher = Batcher(work)
    first = asyncio.create_task(batcher(1))
    await work.begun.wait()
    others = [asyncio.create_task(batcher(n)) for n in (2, 3, 4)]
    await asyncio.sleep(0)
    work.gate.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6, 8]
    assert work.batches == [[1], [2, 3, 4]]


async def test_a_batch_is_not_larger_than_a_statement_takes():
    work = Doubling()
    work.gate.set()
    batcher = Batcher(work)
    results = await asyncio.gather(*(batcher(n) for n in range(MAX_BATCH + 1)))
    assert results[-1] == 2 * MAX_BATCH
    assert max(map(len, work.batches)) == MAX_BATCH


async def test_an_error_is_that_of_all_in_the_batch_and_of_no_other():
    async def fails_once(items):
        if 1 in items:
            raise ValueError("no")
        return items

    batcher = Batcher(fails_once)
    results = await asyncio.gather(batcher(1), batcher(2), return_exceptions=True)
    assert [type(one) for one in results] == [ValueError, ValueError]
    assert await batcher(2) == 2


async def test_who_is_cancelled_leaves_the_batch_to_the_others():
    work = Doubling()
    batcher = Batcher(work)
    gone, stays = asyncio.create_task(batcher(1)), asyncio.create_task(batcher(2))
    await work.begun.wait()
    gone.cancel()
    await asyncio.sleep(0)
    work.gate.set()
    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_closing_waits_for_what_was_taken_on():
    work = Doubling()
    batcher = Batcher(work)
    waiting = asyncio.create_task(batcher(1))
    await asyncio.sleep(0)
    closing = asyncio.create_task(batcher.aclose())
    await asyncio.sleep(0)
    assert not closing.done()
    work.gate.set()
    await closing
    assert await waiting == 2
