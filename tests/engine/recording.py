"""A transport that keeps what went over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx2


@dataclass(frozen=True, slots=True)
class Call:
    """One chat completion: what was asked and what came back."""

    body: dict[str, Any]
    status: int
    reply: dict[str, Any]

    @property
    def text(self) -> str:
        return str(self.reply["choices"][0]["message"]["content"])

    @property
    def finish_reason(self) -> str:
        return str(self.reply["choices"][0]["finish_reason"])

    @property
    def prompt_tokens(self) -> int:
        return int(self.reply["usage"]["prompt_tokens"])

    @property
    def cached_tokens(self) -> int:
        return int(self.reply["usage"]["prompt_tokens_details"]["cached_tokens"])


class Recording(httpx2.AsyncBaseTransport):
    """Passes everything on, and keeps the chat completions."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport()
        self.calls: list[Call] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if request.url.path.endswith("/chat/completions"):
            content = await response.aread()
            call = Call(json.loads(request.content), response.status_code, json.loads(content))
            self.calls.append(call)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()
