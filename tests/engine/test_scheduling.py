"""What a real server tells of its cache and its queue is what our scheduling goes by."""

from __future__ import annotations

import asyncio

import httpx2

PRESSED = 48  # calls at once; the server runs 32
BODY = {
    "model": "tiny",
    "messages": [{"role": "user", "content": "Go on."}],
    "max_completion_tokens": 4000,
    "ignore_eos": True,
}


async def test_the_cache_of_a_plain_attention_model_is_known(good, credit, make_engine):
    engine, _ = make_engine(good, credit)
    info = await engine.probe()

    assert info.details["cache_tokens"] > info.window_tokens
    assert 0 < info.cache_tokens < info.details["cache_tokens"]
    assert not info.must_warm


async def test_a_queue_at_the_server_is_seen(good, credit, make_engine):
    engine, _ = make_engine(good, credit)
    await engine.probe()
    async with httpx2.AsyncClient(timeout=60) as client:
        url = f"{good.url}/chat/completions"
        calls = [asyncio.create_task(client.post(url, json=BODY)) for _ in range(PRESSED)]
        try:
            async with asyncio.timeout(120):
                while not (await engine.load()).num_waiting:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.1)
        finally:
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
