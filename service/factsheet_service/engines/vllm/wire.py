"""What chat servers send back: completions, models, and errors with what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx2
from factsheet_schemas.record import Usage
from pydantic import BaseModel, Field, ValidationError

from .errors import (
    AccessRefused,
    CallFailed,
    GoingDown,
    PromptTooLong,
    RequestRefused,
    ServerBusy,
    ServerFailed,
    Transient,
)
from .likelihood import Token

M = TypeVar("M", bound=BaseModel)

_CONTEXT_LENGTH = re.compile(r"context length|max_model_len|context window", re.IGNORECASE)
_LIMIT = re.compile(r"(?:context (?:length|window)|max_model_len)\D{0,20}(\d{3,})", re.IGNORECASE)
# what vLLM 0.32 answers with 500 from SIGTERM to its end, while /health stays 200
_ENDING = re.compile(r"EngineCore encountered an issue|after shutdown|shutting down", re.IGNORECASE)
_GIVEN_UP = "abort"  # the finish reason, with a 200, of a call that a vLLM which ends gives up
_MAX_MESSAGE_CHARS = 300


class _Cached(BaseModel):
    cached_tokens: int | None = None


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Cached | None = None


class _Message(BaseModel):
    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None  # the older name


class _Token(BaseModel):
    token: str
    logprob: float
    bytes: list[int] | None = None

    def plain(self) -> Token:
        """Its bytes as told, or those of its text where these are none."""
        try:
            text = bytes(self.token.encode() if self.bytes is None else self.bytes)
        except ValueError:
            text = self.token.encode()
        return Token(text, self.logprob)


class _LogProbs(BaseModel):
    content: list[_Token] | None = None


class _Choice(BaseModel):
    message: _Message
    logprobs: _LogProbs | None = None
    finish_reason: str | None = None


class Completion(BaseModel):
    """The part of a chat completion that is read."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None


class Model(BaseModel):
    """A model that the server serves."""

    id: str
    root: str | None = None
    max_model_len: int | None = None


class Models(BaseModel):
    """The list of served models."""

    data: list[Model]


class Embedding(BaseModel):
    """The vector of one text of a request, by the text's number in it."""

    index: int
    embedding: list[float] = Field(min_length=1)


class Embeddings(BaseModel):
    """The vectors of a request's texts, in any order."""

    data: list[Embedding]


@dataclass(frozen=True, slots=True)
class Reply:
    """One chat completion. ``cached_tokens`` is None where the server does not tell."""

    content: str | None
    finish_reason: str | None = "stop"
    prompt_tokens: int = 0
    cached_tokens: int | None = None
    output_tokens: int = 0
    num_retries: int = 0
    is_reasoned: bool = False  # the model thought aloud before it answered
    tokens: tuple[Token, ...] = ()  # of the answer, where they were asked for
    is_replayed: bool = False  # it was paid for before, or by another

    @property
    def usage(self) -> Usage:
        """What this call cost."""
        if self.is_replayed:
            return Usage(replayed=1, retries=self.num_retries)
        return Usage(
            calls=1,
            prompt_tokens=self.prompt_tokens,
            cached_tokens=self.cached_tokens or 0,
            output_tokens=self.output_tokens,
            retries=self.num_retries,
        )


def parsed(form: type[M], reply: httpx2.Response) -> M:
    """The reply's JSON in a form. Raises ServerFailed where it has another."""
    try:
        return form.model_validate_json(reply.content)
    except ValidationError as error:
        raise ServerFailed(f"{reply.url} answered something else than expected") from error


def read_completion(text: str) -> Reply:
    """A completion's text as it came over the wire. Raises ServerFailed, GoingDown."""
    try:
        return reply_of(Completion.model_validate_json(text))
    except ValidationError as error:
        raise ServerFailed("the server answered something else than a completion") from error


def reply_of(completion: Completion) -> Reply:
    """The first choice of a completion, with what it cost. Raises GoingDown where it broke off."""
    choice, usage = completion.choices[0], completion.usage or _Usage()
    if choice.finish_reason == _GIVEN_UP:
        raise GoingDown("the server gave the answer up; it is shutting down")
    details = usage.prompt_tokens_details
    return Reply(
        content=choice.message.content,
        finish_reason=choice.finish_reason,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=details.cached_tokens if details else None,
        output_tokens=usage.completion_tokens,
        tokens=tuple(one.plain() for one in (choice.logprobs or _LogProbs()).content or ()),
        is_reasoned=bool(choice.message.reasoning or choice.message.reasoning_content),
    )


def failure(reply: httpx2.Response) -> CallFailed:
    """What an unsuccessful reply means."""
    status, message = reply.status_code, _message(reply)
    text = f"{reply.url} answered {status}: {message}"
    if status in (401, 403, 404):
        return AccessRefused(text)
    if status in (429, 502, 503):
        return _after(ServerBusy(text), reply)
    if status >= 500 and _ENDING.search(message):
        return GoingDown(text)
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
