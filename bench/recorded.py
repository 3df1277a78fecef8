"""What goes over the wire, kept on disk call by call, so that it can be counted and replayed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

COMPLETIONS = "/chat/completions"
# vLLM closes connections that are idle for 5 s: none may be used again just then
_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=2)


@dataclass(frozen=True, slots=True)
class Sent:
    """One chat completion: when it was sent, what it cost and what came back."""

    order: int  # of its dispatch, from 0
    started_s: float
    ended_s: float
    status: int  # 0: no reply
    body: dict[str, Any]
    content: str = ""
    finish_reason: str = ""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether an answer came back, and all of it."""
        is_forced = self.body.get("ignore_eos", False)  # to a length, which it always has
        return self.status == 200 and (is_forced or self.finish_reason == "stop")

    @property
    def uncached_tokens(self) -> int:
        """Prompt tokens that the server had to compute."""
        return self.prompt_tokens - self.cached_tokens


class Recorder(httpx2.AsyncBaseTransport):
    """Passes everything on and writes every chat completion down, from ``start`` on."""

    def __init__(self, path: Path, inner: httpx2.AsyncBaseTransport | None = None) -> None:
        self._inner = inner or httpx2.AsyncHTTPTransport(limits=_LIMITS)
        self._file = path.open("w", buffering=1, encoding="utf-8")
        self._started: float | None = None
        self._num_sent = 0

    def start(self) -> None:
        """From now on calls count: those before were only to find out about the server."""
        self._started = time.perf_counter()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass on and write down."""
        if self._started is None or not request.url.path.endswith(COMPLETIONS):
            return await self._inner.handle_async_request(request)
        order, began = self._num_sent, time.perf_counter() - self._started
        self._num_sent += 1
        status, reply = 0, {}
        try:
            response = await self._inner.handle_async_request(request)
            status, reply = response.status_code, _json(await response.aread())
            return response
        finally:
            ended = time.perf_counter() - self._started
            told = {"order": order, "started_s": began, "ended_s": ended, "status": status}
            self._write(told | _told(reply), request.content.decode())

    def _write(self, told: Mapping[str, Any], body: str) -> None:
        """A line per call; the body as it went out, which costs nothing to keep."""
        self._file.write(f'{{"body":{body},{json.dumps(told, ensure_ascii=False)[1:]}\n')

    async def aclose(self) -> None:
        """Close the connections and the file."""
        self._file.close()
        await self._inner.aclose()


def read_sent(path: Path) -> list[Sent]:
    """The calls of a recording, in the order of their dispatch."""
    with path.open(encoding="utf-8") as file:
        return sorted((Sent(**json.loads(line)) for line in file), key=lambda sent: sent.order)


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _told(reply: Mapping[str, Any]) -> dict[str, Any]:
    """What a reply says about itself; nothing where it is an error."""
    if not reply.get("choices"):
        return {}
    choice, usage = reply["choices"][0], reply["usage"]
    return {
        "content": choice["message"]["content"] or "",
        "finish_reason": choice["finish_reason"] or "",
        "prompt_tokens": usage["prompt_tokens"],
        "cached_tokens": (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        "output_tokens": usage["completion_tokens"],
    }


def rows_in(content: str) -> Iterator[list[Any]]:
    """The rows of an answer in our form; none where it is not in it."""
    try:
        answer = json.loads(content)
    except ValueError:
        return
    answer = answer.get("rows", []) if isinstance(answer, dict) else answer
    if not isinstance(answer, list):
        return
    yield from (row for row in answer if isinstance(row, list) and len(row) >= 3)
