"""The least of a chat server: reads a request whole, answers at once, keeps the connection.

    .venv/bin/python bench/minimal_server.py

Prints its port on a line, then serves until its standard input closes. It finds one value of the
first field that the request's grammar names, and objects to no claim. Run in a process of its own,
it costs the process that is measured nothing.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_FIRST_KEY = re.compile(rb'"enum": ?\["([^"]+)"')
_MODELS = {"data": [{"id": "minimal", "max_model_len": 32768}]}
_GETS = {b"/v1/models": _MODELS, b"/version": {"version": "0"}}


def completion(body: bytes) -> bytes:
    """An OpenAI-shaped reply to a chat request."""
    key = _FIRST_KEY.search(body)
    is_claim = key is None or key.group(1).isdigit()
    rows = [] if is_claim else [[key.group(1).decode(), "", "2.25 per cent.", 1]]
    num_tokens = len(body) // 4
    return json.dumps(
        {
            "id": "chatcmpl-0",
            "object": "chat.completion",
            "model": "minimal",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": json.dumps(rows)},
                    "finish_reason": "stop",
                }
            ],
            "usage": {
                "prompt_tokens": num_tokens,
                "completion_tokens": 20,
                "total_tokens": num_tokens + 20,
                "prompt_tokens_details": {"cached_tokens": num_tokens - 150},
            },
        }
    ).encode()


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection."""

    def __init__(self) -> None:
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._received, 0, end)
            whole = end + 4 + (int(length.group(1)) if length else 0)
            if len(self._received) < whole:
                return
            self._answer(bytes(self._received[:end]), bytes(self._received[end + 4 : whole]))
            del self._received[:whole]

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1]
        if body:
            status, content = b"200 OK", completion(body)
        elif path in _GETS:
            status, content = b"200 OK", json.dumps(_GETS[path]).encode()
        else:
            status, content = b"404 Not Found", b"{}"
        self._transport.write(
            b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (status, len(content), content)
        )


async def serve() -> None:
    """Serve until standard input closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
