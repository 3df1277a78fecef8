import asyncio
import threading
import time

import pytest
from factsheet_service.jobs.apart import loop_apart, run_on


async def where():
    return threading.current_thread().name


async def test_work_runs_in_the_other_thread():
    async with loop_apart("other") as loop:
        assert await run_on(loop, where()) == "other"


async def test_work_that_computes_does_not_hold_up_this_loop():
    released = threading.Event()

    async def compute():
        released.wait(10)
        return released.is_set()

    async with loop_apart("other") as loop:
        computing = asyncio.create_task(run_on(loop, compute()))
        await run_here()
        released.set()
        assert await computing


async def run_here():
    for _ in range(10):
        await asyncio.to_thread(time.monotonic)


async def test_errors_come_back():
    async def fail():
        raise ValueError("why")

    async with loop_apart("other") as loop:
        with pytest.raises(ValueError, match="why"):
            await run_on(loop, fail())


async def endless(begun, ended):
    try:
        begun.set()
        await asyncio.Event().wait()
    finally:
        ended.set()


async def test_cancelling_the_wait_cancels_the_work():
    begun, ended = threading.Event(), threading.Event()
    async with loop_apart("other") as loop:
        waiting = asyncio.create_task(run_on(loop, endless(begun, ended)))
        assert await asyncio.to_thread(begun.wait, 10)
        waiting.cancel()
        assert await asyncio.to_thread(ended.wait, 10)


async def test_leaving_cancels_what_still_runs():
    begun, ended = threading.Event(), threading.Event()
    async with loop_apart("other") as loop:
        asyncio.run_coroutine_threadsafe(endless(begun, ended), loop)
        assert await asyncio.to_thread(begun.wait, 10)
    assert ended.is_set()
