"""A proxy before a chat server, which answers some calls with an error and cuts one answer off."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import uvicorn
from fastapi import FastAPI, Request, Response

from bench.recorded import COMPLETIONS

FAILS_EVERY = 60  # calls
CUTS_FROM = 20  # calls; the first longer answer from here on is cut off
CUT_CHARS = 60  # of an answer that is worth cutting off
TIMEOUT_S = 600.0
_ERROR = b'{"error":{"message":"injected","type":"InternalServerError","code":500}}'


class Faulty(httpx2.AsyncBaseTransport):
    """One call in ``FAILS_EVERY`` answers 500; one answer breaks off, as at a token limit."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self.num_calls = 0
        self.num_failed = 0
        self.num_cut = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass on, or don't."""
        if not request.url.path.endswith(COMPLETIONS):
            return await self._inner.handle_async_request(request)
        self.num_calls += 1
        if self.num_calls % FAILS_EVERY == 0:
            self.num_failed += 1
            return httpx2.Response(
                500, content=_ERROR, headers={"content-type": "application/json"}
            )
        may_cut = self.num_calls >= CUTS_FROM
        response = await self._inner.handle_async_request(request)
        content = await response.aread()
        if not (may_cut and not self.num_cut and response.is_success):
            return response
        return self._cut(response, content)

    def _cut(self, response: httpx2.Response, content: bytes) -> httpx2.Response:
        reply = json.loads(content)
        choice = reply["choices"][0]
        written = choice["message"]["content"] or ""
        if len(written) < CUT_CHARS:
            return response
        self.num_cut += 1
        choice["message"]["content"] = written[: len(written) // 2]
        choice["finish_reason"] = "length"
        return httpx2.Response(200, json=reply)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def app(root: str, transport: httpx2.AsyncBaseTransport) -> FastAPI:
    """A server that passes everything on to the one at ``root``."""
    client = httpx2.AsyncClient(base_url=root, transport=transport, timeout=TIMEOUT_S)
    passing = FastAPI(openapi_url=None)

    @passing.api_route("/{path:path}", methods=["GET", "POST"])
    async def pass_on(path: str, request: Request) -> Response:
        content = await request.body()
        reply = await client.request(
            request.method,
            f"/{path}",
            content=content,
            headers={"content-type": "application/json"},
        )
        kind = reply.headers.get("content-type")
        return Response(reply.content, status_code=reply.status_code, media_type=kind)

    return passing


@contextmanager
def proxying(root: str, transport: httpx2.AsyncBaseTransport) -> Iterator[str]:
    """The address of such a server, which runs in a thread while the block does."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app(root, transport), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
