"""Calling a chat server: retries and deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import httpx2
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from .errors import CallFailed, ConnectionLost, ServerBusy, TimedOut, Transient, Unreachable
from .settings import VllmSettings
from .wire import Completion, Model, Models, Reply, failure, parsed, reply_of

T = TypeVar("T")


class ChatClient:
    """Calls one server; how many calls are made at a time is for the caller to say.

    ``num_refusals`` counts how often the server was too busy. Proxies and certificates named in the
    environment are not used: the server stands on an inner network.
    """

    def __init__(
        self, settings: VllmSettings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self.num_refusals = 0
        self._http = httpx2.AsyncClient(
            headers=_headers(settings),
            timeout=httpx2.Timeout(
                settings.timeout_s, connect=settings.connect_timeout_s, pool=None
            ),
            limits=httpx2.Limits(
                max_connections=None, max_keepalive_connections=settings.max_in_flight
            ),
            transport=transport,
            trust_env=False,
        )

    async def chat(self, body: Mapping[str, Any]) -> Reply:
        """One chat completion. Raises CallFailed; cancelling it closes its connection."""
        retrying = self._retrying(self._settings.max_attempts)
        reply = await self._settled(retrying, lambda: self._chat(body))
        return replace(reply, num_retries=_num_retries(retrying))

    async def models(self) -> tuple[Model, ...]:
        """The models that the server serves. Raises CallFailed."""
        return await self._settled(self._retrying(self._settings.probe_attempts), self._models)

    async def version(self) -> str | None:
        """The version of a vLLM server; None for others."""
        try:
            reply = await self._send("GET", self._beside("version"))
            return str(reply.json()["version"])
        except (CallFailed, ValueError, LookupError, TypeError):
            return None

    async def metrics(self) -> str:
        """What the server tells Prometheus; nothing where it does not."""
        try:
            return (await self._send("GET", self._beside("metrics"))).text
        except CallFailed:
            return ""

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _settled(self, retrying: AsyncRetrying, call: Callable[[], Awaitable[T]]) -> T:
        """The call's outcome after retries. Raises CallFailed with the number of them."""
        deadline_s = self._settings.deadline_s
        error: CallFailed
        try:
            async with asyncio.timeout(deadline_s):
                return await _repeated(retrying, call)
        except TimeoutError:
            error = TimedOut(f"the server gave no answer within {deadline_s:g} s")
        except CallFailed as failed:
            error = failed
        error.num_retries = _num_retries(retrying)
        raise error

    def _retrying(self, max_attempts: int) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception_type(Transient),
            stop=stop_after_attempt(max_attempts),
            wait=self._wait,
            reraise=True,
        )

    def _wait(self, state: RetryCallState) -> float:
        """Exponential back-off with full jitter, or what the server asks for if that is longer."""
        settings = self._settings
        jitter = wait_random_exponential(settings.backoff_s, settings.backoff_max_s)(state)
        error = state.outcome.exception() if state.outcome else None
        asked_for = error.retry_after_s if isinstance(error, Transient) else None
        return max(jitter, asked_for or 0.0)

    async def _chat(self, body: Mapping[str, Any]) -> Reply:
        reply = await self._send("POST", self._url("chat/completions"), body)
        return reply_of(parsed(Completion, reply))

    async def _models(self) -> tuple[Model, ...]:
        return tuple(parsed(Models, await self._send("GET", self._url("models"))).data)

    def _url(self, path: str) -> str:
        return f"{self._settings.base_url.rstrip('/')}/{path}"

    def _beside(self, path: str) -> str:
        """An address of vLLM's own, which stands beside the OpenAI-compatible ones."""
        return f"{self._settings.base_url.rstrip('/').removesuffix('/v1')}/{path}"

    async def _send(
        self, method: str, url: str, body: Mapping[str, Any] | None = None
    ) -> httpx2.Response:
        """Raises CallFailed for everything but a 2xx reply."""
        try:
            reply = await self._http.request(method, url, json=body)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise Unreachable(f"no connection to {url}: {_described(error)}") from error
        except httpx2.TimeoutException as error:
            raise TimedOut(f"no answer within {self._settings.timeout_s:g} s") from error
        except httpx2.RequestError as error:
            raise ConnectionLost(f"the connection broke: {_described(error)}") from error
        if not reply.is_success:
            refusal = failure(reply)
            self.num_refusals += isinstance(refusal, ServerBusy)
            raise refusal
        return reply


async def _repeated(retrying: AsyncRetrying, call: Callable[[], Awaitable[T]]) -> T:
    async for attempt in retrying:
        with attempt:
            return await call()
    raise AssertionError("retrying ends with a result or an error")


def _num_retries(retrying: AsyncRetrying) -> int:
    return int(retrying.statistics.get("attempt_number", 1)) - 1


def _headers(settings: VllmSettings) -> dict[str, str]:
    if settings.api_key is None:
        return {}
    return {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}


def _described(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
