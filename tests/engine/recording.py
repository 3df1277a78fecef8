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
    """Passes everything on, and keeps the chat completions and what broke off instead of one."""

    def __init__(self, inner: httpx2.AsyncBaseTransport | None = None) -> None:
        self._inner = inner or httpx2.AsyncHTTPTransport()
        self.calls: list[Call] = []
        self.errors: list[Exception] = []
        self.num_open = 0  # chat completions

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        is_chat = request.url.path.endswith("/chat/completions")
        self.num_open += is_chat
        try:
            response = await self._inner.handle_async_request(request)
            content = await response.aread()
        except httpx2.RequestError as error:
            self.errors += [error] if is_chat else []
            raise
        finally:
            self.num_open -= is_chat
        if is_chat:
            reply = json.loads(content) if response.is_success else {}
            self.calls.append(Call(json.loads(request.content), response.status_code, reply))
        return response

    def num_answered(self, status: int) -> int:
        """How many calls got this status."""
        return sum(call.status == status for call in self.calls)

    async def aclose(self) -> None:
        await self._inner.aclose()


class OldNames(httpx2.AsyncBaseTransport):
    """Sends the answer's form under the name that vLLM had for it before 0.12."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/chat/completions"):
            request = _renamed(request)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _renamed(request: httpx2.Request) -> httpx2.Request:
    body = json.loads(request.content)
    if form := body.pop("response_format", None):
        body["guided_json"] = form["json_schema"]["schema"]
    return httpx2.Request("POST", request.url, json=body, extensions=request.extensions)
