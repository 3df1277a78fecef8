"""An open-loop load generator: requests go out by the clock, however late the answers are.

Lean, since it shares the machine with what it measures: HTTP/1.1 over kept connections, of which
nothing but the status and the length is read.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

KEPT_S = 3.0  # servers close idle connections after five seconds
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; ``seconds`` count from when its request was due."""

    status: int
    body: bytes
    seconds: float


class Target:
    """One HTTP server and the connections to it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def send(
        self, method: str, path: str, body: bytes = b"", headers: str = ""
    ) -> tuple[int, bytes]:
        """Status and body of a reply."""
        reader, writer = await self._connection()
        head = f"{method} {path} HTTP/1.1\r\nhost: load\r\ncontent-length: {len(body)}\r\n"
        kind = "content-type: application/json\r\n" if body else ""
        writer.write(f"{head}{kind}{headers}\r\n".encode() + body)
        told = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(told)
        content = await reader.readexactly(int(length.group(1))) if length else b""
        self._idle.append((time.monotonic(), reader, writer))
        return int(told[9:12]), content

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._idle:
            since, reader, writer = self._idle.pop()
            if time.monotonic() - since < KEPT_S:
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self._port)

    def close(self) -> None:
        """Close all connections."""
        for _, _, writer in self._idle:
            writer.close()


async def at_rate(
    target: Target,
    per_s: float,
    number: int,
    request: Callable[[int], tuple[str, str, bytes, str]],
) -> list[Reply]:
    """So many requests at an even rate; ``request`` gives the method, path, body and headers."""
    begun = asyncio.get_running_loop().time()

    async def one(index: int) -> Reply:
        due = begun + index / per_s
        await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        status, body = await target.send(*request(index))
        return Reply(status, body, asyncio.get_running_loop().time() - due)

    return list(await asyncio.gather(*map(one, range(number))))


def quantile(seconds: Sequence[float], share: float) -> float:
    """The value that a share of all do not exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cpu_seconds() -> float:
    """CPU that this process has used."""
    return time.process_time()
