"""Calling an OpenAI-compatible server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx2

from .attempts import Attempts
from .errors import (
    MAY_PASS,
    Away,
    CallFailed,
    ConnectionLost,
    ServerBusy,
    ServerFailed,
    TimedOut,
    Unreachable,
)
from .gate import Gate
from .settings import VllmSettings
from .wire import Embeddings, Model, Models, Reply, failure, parsed, read_completion


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
        self._gate = Gate(lambda: self._send("GET", self._url("models")), settings)
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
        attempts = Attempts(self._settings, self._settings.max_attempts)
        reply = await attempts.outcome(lambda: self._chat(body))
        return replace(reply, num_retries=attempts.num_retries)

    async def completion(self, body: Mapping[str, Any], *, waits_for_server: bool = True) -> str:
        """One attempt at a chat completion: the reply's JSON as it came. Raises CallFailed.

        A server that other calls found away is waited for before.
        """
        if waits_for_server:
            await self._gate.passed()
        try:
            return (await self._send("POST", self._url("chat/completions"), body)).text
        except Away as error:
            self._gate.close(error)
            raise

    async def embeddings(self, model: str, texts: Sequence[str]) -> list[list[float]]:
        """The vectors of some texts, in their order. Raises CallFailed."""
        body = {"model": model, "input": list(texts), "encoding_format": "float"}
        attempts = Attempts(self._settings, self._settings.max_attempts)
        return await attempts.outcome(lambda: self._embeddings(body))

    async def models(self) -> tuple[Model, ...]:
        """The models that the server serves. Raises CallFailed, soon where it is not there."""
        num = self._settings.probe_attempts
        return await Attempts(self._settings, num, waits_for_server=False).outcome(self._models)

    async def version(self) -> str | None:
        """The version of a vLLM server; None for others. Raises what may pass."""
        try:
            reply = await self._told("version")
            return str(reply.json()["version"])
        except MAY_PASS:
            raise
        except (CallFailed, ValueError, LookupError, TypeError):
            return None

    async def metrics(self) -> str:
        """What the server tells Prometheus; nothing where it does not.

        Raises what may pass.
        """
        try:
            return (await self._told("metrics")).text
        except MAY_PASS:
            raise
        except CallFailed:
            return ""

    async def metrics_now(self) -> str:
        """What the server tells Prometheus, asked once; nothing of one that is away."""
        if not self._gate.is_open:
            return ""
        try:
            return (await self._send("GET", self._beside("metrics"))).text
        except CallFailed:
            return ""

    async def scheduling_policy(self) -> str | None:
        """What a vLLM server orders calls by, "priority" or "fcfs"; None where it does not tell.

        It tells only in development mode (VLLM_SERVER_DEV_MODE=1). Raises what may pass.
        """
        try:
            reply = await self._told("server_info?config_format=json")
            return str(reply.json()["vllm_config"]["scheduler_config"]["policy"])
        except MAY_PASS:
            raise
        except (CallFailed, ValueError, LookupError, TypeError):
            return None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _chat(self, body: Mapping[str, Any]) -> Reply:
        return read_completion(await self.completion(body))

    async def _embeddings(self, body: Mapping[str, Any]) -> list[list[float]]:
        reply = await self._send("POST", self._url("embeddings"), body)
        found = {one.index: one.embedding for one in parsed(Embeddings, reply).data}
        if found.keys() != set(range(len(body["input"]))):
            raise ServerFailed(f"{reply.url} answered with vectors of other texts than were sent")
        return [found[number] for number in range(len(found))]

    async def _models(self) -> tuple[Model, ...]:
        return tuple(parsed(Models, await self._send("GET", self._url("models"))).data)

    async def _told(self, path: str) -> httpx2.Response:
        """What stands beside the API; a server that is away meanwhile does not seem to lack it."""
        attempts = Attempts(self._settings, self._settings.probe_attempts)
        return await attempts.outcome(lambda: self._send("GET", self._beside(path)))

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


def _headers(settings: VllmSettings) -> dict[str, str]:
    if settings.api_key is None:
        return {}
    return {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}


def _described(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
