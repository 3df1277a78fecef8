"""The wire: chat completions over HTTP with retries, deadlines and a bound on what is in flight."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx2
from factsheet_schemas.record import Usage
from pydantic import BaseModel, Field, ValidationError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from .errors import (
    AccessRefused,
    CallFailed,
    ConnectionLost,
    PromptTooLong,
    RequestRefused,
    ServerBusy,
    ServerFailed,
    TimedOut,
    Transient,
    Unreachable,
)
from .settings import VllmSettings

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_CONTEXT_LENGTH = re.compile(r"context length|max_model_len|context window", re.IGNORECASE)
_LIMIT = re.compile(r"(?:context (?:length|window)|max_model_len)\D{0,20}(\d{3,})", re.IGNORECASE)
_MAX_MESSAGE_CHARS = 300


class _Cached(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Cached | None = None


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class Model(BaseModel):
    """A model that the server serves."""

    id: str
    max_model_len: int | None = None


class _Models(BaseModel):
    data: list[Model]


@dataclass(frozen=True, slots=True)
class Reply:
    """One chat completion. ``cached_tokens`` is None where the server does not tell."""

    content: str | None
    finish_reason: str | None = "stop"
    prompt_tokens: int = 0
    cached_tokens: int | None = None
    output_tokens: int = 0
    num_retries: int = 0

    @property
    def usage(self) -> Usage:
        """What this call cost."""
        return Usage(
            calls=1,
            prompt_tokens=self.prompt_tokens,
            cached_tokens=self.cached_tokens or 0,
            output_tokens=self.output_tokens,
            retries=self.num_retries,
        )


class ChatClient:
    """Calls one server; at most ``max_in_flight`` calls at a time, in the order they were made.

    A call keeps its place while it backs off, so a busy server is pressed less. Proxies and
    certificates named in the environment are not used: the server stands on an inner network.
    """

    def __init__(
        self, settings: VllmSettings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(settings.max_in_flight)
        self._http = httpx2.AsyncClient(
            headers=_headers(settings),
            timeout=httpx2.Timeout(
                settings.timeout_s, connect=settings.connect_timeout_s, pool=None
            ),
            limits=httpx2.Limits(
                max_connections=settings.max_in_flight,
                max_keepalive_connections=settings.max_in_flight,
            ),
            transport=transport,
            trust_env=False,
        )

    async def chat(self, body: Mapping[str, Any]) -> Reply:
        """One chat completion. Raises CallFailed; cancelling it closes its connection."""
        retrying = self._retrying(self._settings.max_attempts)
        async with self._places:
            reply = await self._settled(retrying, lambda: self._chat(body))
        return replace(reply, num_retries=_num_retries(retrying))

    async def models(self) -> tuple[Model, ...]:
        """The models that the server serves. Raises CallFailed."""
        return await self._settled(self._retrying(self._settings.probe_attempts), self._models)

    async def version(self) -> str | None:
        """The version of a vLLM server; None for others."""
        root = self._settings.base_url.rstrip("/").removesuffix("/v1")
        try:
            reply = await self._send("GET", f"{root}/version")
            return str(reply.json()["version"])
        except (CallFailed, ValueError, LookupError, TypeError):
            return None

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
        return _reply(_parsed(_Completion, reply))

    async def _models(self) -> tuple[Model, ...]:
        return tuple(_parsed(_Models, await self._send("GET", self._url("models"))).data)

    def _url(self, path: str) -> str:
        return f"{self._settings.base_url.rstrip('/')}/{path}"

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
            raise _failure(reply)
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


def _parsed(form: type[M], reply: httpx2.Response) -> M:
    try:
        return form.model_validate_json(reply.content)
    except ValidationError as error:
        raise ServerFailed(f"{reply.url} answered something else than expected") from error


def _reply(completion: _Completion) -> Reply:
    choice, usage = completion.choices[0], completion.usage or _Usage()
    details = usage.prompt_tokens_details
    return Reply(
        content=choice.message.content,
        finish_reason=choice.finish_reason,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=details.cached_tokens if details else None,
        output_tokens=usage.completion_tokens,
    )


def _failure(reply: httpx2.Response) -> CallFailed:
    status, message = reply.status_code, _message(reply)
    text = f"{reply.url} answered {status}: {message}"
    if status in (401, 403, 404):
        return AccessRefused(text)
    if status in (429, 503):
        return _after(ServerBusy(text), reply)
    if status >= 500 or status == 408:
        return _after(ServerFailed(text), reply)
    if _CONTEXT_LENGTH.search(message):
        return PromptTooLong(_too_long(message))
    return RequestRefused(text)


def _too_long(message: str) -> str:
    limit = _LIMIT.search(message)
    tokens = f"{limit.group(1)} tokens" if limit else "unknown length"
    return f"window too long for the server's context of {tokens}; cut smaller windows"


def _message(reply: httpx2.Response) -> str:
    """The server's own words: OpenAI's error object, else the body."""
    try:
        body = reply.json()
    except ValueError:
        body = reply.text
    error = body.get("error", body) if isinstance(body, dict) else body
    message = error.get("message", error) if isinstance(error, dict) else error
    return str(message)[:_MAX_MESSAGE_CHARS]


def _after(error: Transient, reply: httpx2.Response) -> Transient:
    """Note the server's ``Retry-After``, in seconds or as a date."""
    written = reply.headers.get("retry-after", "")
    if written.isdecimal():
        error.retry_after_s = float(written)
    elif written:
        error.retry_after_s = _seconds_until(written)
    return error


def _seconds_until(http_date: str) -> float | None:
    try:
        then = parsedate_to_datetime(http_date)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())
