"""The model's server, in a process of its own: vLLM's HTTP as the engine uses it.

    .venv/bin/python -m chaos.backend --log FILE [--seed N]

Prints its port on a line, then serves until its standard input closes. What it answers depends on
the request alone (``reader``), how long it takes on the seed, and whether it answers at all on its
mood, which is set at ``/chaos/mood``. Every call that ended is a line of the log; who sent it is
told by its API key.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any

from chaos.reader import key_of, kind_of, said

MODEL = "chaos-14b"
MAX_LENGTH = 32_768
METRICS = 'vllm:cache_config_info{block_size="16",num_gpu_blocks="20000"} 1.0\n'
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_WHO = re.compile(rb"authorization: *bearer ([^\r\n]+)", re.IGNORECASE)
_TELLS = {
    "/v1/models": {"data": [{"id": MODEL, "max_model_len": MAX_LENGTH}]},
    "/version": {"version": "0.33.0"},
}


class Mood(StrEnum):
    """How the server feels."""

    CALM = "calm"
    BUSY = "busy"  # 503 to everyone
    HANG = "hang"  # no answer before it is over, then half of the connections break
    RESETS = "resets"  # one connection in four breaks


@dataclass(frozen=True, slots=True)
class Call:
    """A call that ended. Times are seconds since 1970."""

    key: str
    id: str  # of the completion; no two alike
    who: str
    kind: str
    arrived: float
    ended: float
    how: str  # served, refused, reset, or broken where the client hung up

    @property
    def is_paid(self) -> bool:
        """Whether a question was answered whole."""
        return self.how == "served" and self.kind != "probe"


@dataclass(slots=True)
class Latency:
    """Seconds that an answer takes, drawn anew for every request."""

    shortest_s: float
    longest_s: float


class Backend:
    """The state that all connections share."""

    def __init__(self, log: Path, seed: int, latency: Latency) -> None:
        self.open: Counter[str] = Counter()  # questions, by who sent them
        self.latency = latency
        self._log = log.open("a", buffering=1)
        self._random = Random(seed)
        self._mood = Mood.CALM
        self._is_over = asyncio.Event()  # the hang
        self._is_over.set()
        self._num_calls = 0

    def set(self, mood: Mood) -> None:
        """Change the mood."""
        self._mood = mood
        if mood is Mood.HANG:
            self._is_over.clear()
        else:
            self._is_over.set()

    async def answer(self, body: dict[str, Any], who: str) -> tuple[int, bytes] | None:
        """A status and the reply's JSON; None where the connection is to break."""
        self._num_calls += 1
        key, arrived = key_of(body), time.time()
        name = f"{key[:12]}-{self._num_calls}"
        how = "broken"
        self.open[who] += kind_of(body) != "probe"
        try:
            how, reply = await self._served(body, key, name)
            return reply
        finally:
            self.open[who] -= kind_of(body) != "probe"
            call = Call(key, name, who, kind_of(body), arrived, time.time(), how)
            self._log.write(json.dumps(asdict(call)) + "\n")

    async def _served(
        self, body: dict[str, Any], key: str, name: str
    ) -> tuple[str, tuple[int, bytes] | None]:
        if self._mood is Mood.BUSY:
            return "refused", (503, b'{"error":{"message":"busy","code":503}}')
        if self._mood is Mood.RESETS and self._random.random() < 0.25:
            return "reset", None
        await asyncio.sleep(self._random.uniform(self.latency.shortest_s, self.latency.longest_s))
        if not self._is_over.is_set():
            await self._is_over.wait()
            if self._random.random() < 0.5:
                return "reset", None
        return "served", (200, completion(body, key, name))

    def told(self, path: str) -> tuple[int, bytes]:
        """What a GET gets."""
        if self._mood is Mood.BUSY and not path.startswith("/chaos"):
            return 503, b"{}"
        if path == "/chaos/open":
            return 200, json.dumps({k: n for k, n in self.open.items() if n}).encode()
        if path == "/metrics":
            return 200, METRICS.encode()
        return (200, json.dumps(_TELLS[path]).encode()) if path in _TELLS else (404, b"{}")


def completion(body: dict[str, Any], key: str, name: str) -> bytes:
    """An OpenAI-shaped reply."""
    text = said(body, key)
    message = {"role": "assistant", "content": text.content}
    choice = {"index": 0, "message": message, "finish_reason": text.finish_reason}
    prompt = sum(len(one["content"]) for one in body["messages"]) // 4
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": len(text.content) // 4,
        "prompt_tokens_details": {"cached_tokens": prompt // 2},
    }
    told = {"id": name, "object": "chat.completion", "model": MODEL, "choices": [choice]}
    return json.dumps({**told, "usage": usage}).encode()


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection, with one request at a time."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._received = bytearray()
        self._answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = transport

    def connection_lost(self, _error: Exception | None) -> None:
        """Give up what nobody waits for, as vLLM does."""
        if self._answering:
            self._answering.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer a request that is whole."""
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._received, 0, end)
        whole = end + 4 + (int(length.group(1)) if length else 0)
        if len(self._received) < whole:
            return
        head, body = bytes(self._received[:end]), bytes(self._received[end + 4 : whole])
        del self._received[:whole]
        self._answering = asyncio.ensure_future(self._answer(head, body))

    async def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        reply = await self._reply(path, head, json.loads(body)) if body else None
        if body and reply is None:
            self._transport.abort()
            return
        status, content = reply or self._backend.told(path)
        self._transport.write(
            b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (status, len(content), content)
        )

    async def _reply(
        self, path: str, head: bytes, body: dict[str, Any]
    ) -> tuple[int, bytes] | None:
        if path == "/chaos/mood":
            self._backend.set(Mood(body["mood"]))
            return 200, b"{}"
        if path == "/chaos/latency":
            self._backend.latency = Latency(**body)
            return 200, b"{}"
        who = _WHO.search(head)
        return await self._backend.answer(body, who.group(1).decode() if who else "")


async def serve(backend: Backend, port: int) -> None:
    """Serve until standard input closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(backend), "127.0.0.1", port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


async def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="A chat server with moods.")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--shortest-s", type=float, default=0.1)
    parser.add_argument("--longest-s", type=float, default=0.6)
    given = parser.parse_args()
    latency = Latency(given.shortest_s, given.longest_s)
    await serve(Backend(given.log, given.seed, latency), given.port)


if __name__ == "__main__":
    asyncio.run(main())
