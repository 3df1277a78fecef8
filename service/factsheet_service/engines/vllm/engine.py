"""The vllm engine: questions about a window, asked of a chat server behind one shared prefix."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any

import httpx2
from factsheet_schemas import Schema
from factsheet_schemas.record import Usage

from factsheet_service.core.document import Window
from factsheet_service.core.memo import Memo, Spent
from factsheet_service.core.pressure import Load
from factsheet_service.core.questions import Answer, EngineInfo, Failure, Kind, Question, added

from . import answers
from .abilities import Abilities
from .answers import MAX_CLAIMS
from .client import ChatClient
from .door import Accepted, Again, Refused, Split, Try, judge
from .errors import MAY_PASS, AccessRefused, Away, CallFailed, PromptTooLong
from .metrics import queue_of
from .narrowing import narrower
from .paying import PayingClient
from .probe import Probe, unavailable
from .prompt import Message, Prompts
from .seen import Seen
from .settings import VllmSettings
from .watch import Watch
from .wire import Reply

GONE = (AccessRefused, Away)  # to the end of a call's patience: no later call can do better


class VllmEngine:
    """Answers questions about windows through any OpenAI-compatible server; an ``Engine``.

    Until it is probed it takes the server to enforce grammars and to know no priorities.
    """

    def __init__(
        self,
        settings: VllmSettings,
        schema: Schema,
        transport: httpx2.AsyncBaseTransport | None = None,
        memo: Memo | None = None,
        key: bytes = b"",
    ) -> None:
        """``key`` makes the marks around the text of documents, see ``core.tenant_keys``."""
        self._settings = settings
        self._schema = schema
        self._prompts = Prompts(schema, key)
        self._client = ChatClient(settings, transport)
        self._memo = memo
        self._paying: PayingClient | None = None
        self._is_away = False
        self._abilities = Abilities(
            model=settings.model or "default", has_grammar=settings.has_grammar is not False
        )
        self._watch = Watch()
        self._asking: set[asyncio.Task[Answer]] = set()

    async def probe(self) -> EngineInfo:
        """Find out what the server can do, with a few tiny calls that also warm its prefix cache.

        A server that is away is taken to be as it was last seen: what the memo holds is answered
        from there.

        Raises:
            EngineUnavailable: no connection, no access, no such model or too small a context.
        """
        probe = Probe(self._settings, self._schema, self._prompts, self._client)
        if self._memo is None:
            self._abilities = await probe.abilities()
        else:
            seen = Seen(self._memo, self._settings)
            self._abilities, self._is_away = await seen.abilities(probe)
            self._paying = self._client_of(self._memo)
        spent = Spent() if self._memo is None else await self._memo.spent()
        return replace(self._abilities.info(self._settings), spent=spent)

    def _client_of(self, memo: Memo) -> PayingClient:
        """Whose replies the memo is asked for stands in their keys."""
        names = (self._abilities.model, self._abilities.root, self._settings.revision)
        return PayingClient(
            self._client, self._settings, memo, json.dumps(names), is_away=self._is_away
        )

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        """Answer one question; what no answer could be had for stands in ``failures``.

        Raises:
            EngineUnavailable: the server is gone or refuses access.
        """
        if question.size == 0:
            return Answer()
        return await self._cancellable(self._ask_part(window, question, priority))

    async def warm(self, window: Window, questions: Sequence[Question], priority: int) -> Usage:
        """Have the server read the window, unless that was seen to be vain or no question of it is
        still to be paid for.

        Raises:
            EngineUnavailable: the server is gone or refuses access.
        """
        if self._is_away or self._watch.is_warming_vain or await self._are_kept(window, questions):
            return Usage()
        body = self._chat(self._prompts.beginning(window), priority, max_tokens=1)
        try:
            reply = await self._sent(self._client.chat(body))
        except CallFailed as error:
            return _cost(error)
        self._watch.note_warmed(_stretch(window), reply)
        return reply.usage

    async def _are_kept(self, window: Window, questions: Sequence[Question]) -> bool:
        if (paying := self._paying) is None:
            return False
        firsts = [self._body(window, one, 0, Try(answers.output_tokens(one))) for one in questions]
        mark = self._prompts.mark(window)
        return all(await asyncio.gather(*(paying.is_kept(body, mark) for body in firsts)))

    async def load(self) -> Load:
        """The server's queue, and what this engine's calls have met with since the last look."""
        queue = queue_of(await self._client.metrics_now())
        return self._watch.load(queue, self._client.num_refusals)

    async def aclose(self) -> None:
        """Cancel open questions and close all connections."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self._client.aclose()

    async def _cancellable(self, answering: Coroutine[Any, Any, Answer]) -> Answer:
        """Run as a task that ``aclose`` knows; cancelling the caller cancels it too."""
        task = asyncio.create_task(answering)
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)
        return await task

    async def _ask(self, window: Window, question: Question, priority: int) -> Answer:
        """Ask, judge the reply, and act on the verdict until nothing is left to ask."""
        asked = Try(answers.output_tokens(question))
        usage = Usage()
        while True:
            try:
                reply = await self._call(window, question, priority, asked)
            except PromptTooLong as error:
                rest = await self._ask_narrower(window, question, priority, error)
                return replace(rest, usage=added(usage, rest.usage))
            except CallFailed as error:
                return _failed(question, str(error), added(usage, _cost(error)))
            usage = added(usage, reply.usage)
            match judge(reply, question, window, asked):
                case Accepted(reading):
                    return _answer(reading, usage)
                case Refused(reason):
                    return _failed(question, reason, usage)
                case Again(budget):
                    asked = Try(budget, is_second=True)
                case Split():
                    rest = await self._ask_halves(window, question, priority)
                    return replace(rest, usage=added(usage, rest.usage))

    async def _ask_halves(self, window: Window, question: Question, priority: int) -> Answer:
        """Both halves side by side. Raises EngineUnavailable."""
        return await self._ask_all([(window, half) for half in question.halves()], priority)

    async def _ask_narrower(
        self, window: Window, question: Question, priority: int, error: PromptTooLong
    ) -> Answer:
        """The question of the window's parts; fails for what no part can be asked."""
        parts = list(narrower(window, question))
        asked = {name for _, part in parts for name in answers.asked_names(part).values()}
        names = [name for name in answers.asked_names(question).values() if name not in asked]
        rest = Answer(failures=_failures(names, str(error)), usage=_cost(error))
        return _merged([await self._ask_all(parts, priority), rest])

    async def _ask_all(self, parts: Sequence[tuple[Window, Question]], priority: int) -> Answer:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._ask_part(*part, priority)) for part in parts]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return _merged([task.result() for task in tasks])

    async def _ask_part(self, window: Window, question: Question, priority: int) -> Answer:
        if question.kind is Kind.VERIFY and question.size > MAX_CLAIMS:
            return await self._ask_halves(window, question, priority)
        return await self._ask(window, question, priority)

    async def _call(self, window: Window, question: Question, priority: int, asked: Try) -> Reply:
        """One call. Raises EngineUnavailable where no later call can do better."""
        body = self._body(window, question, priority, asked)
        if self._paying is None:
            reply = await self._sent(self._client.chat(body))
        else:
            reply = await self._sent(self._paying.chat(body, self._prompts.mark(window)))
        if not reply.is_replayed:
            self._watch.note(_stretch(window), reply)
        return reply

    def _body(
        self, window: Window, question: Question, priority: int, asked: Try
    ) -> dict[str, Any]:
        messages = self._prompts.messages(window, question, is_second=asked.is_second)
        body = self._chat(messages, priority, asked.budget)
        body["seed"] += asked.is_second
        if self._abilities.has_grammar:
            body["response_format"] = answers.response_format(question)
        if self._abilities.has_logprobs:
            body["logprobs"] = True
        return body

    async def _sent(self, call: Coroutine[Any, Any, Reply]) -> Reply:
        try:
            return await call
        except CallFailed as error:
            # of a server that was away when the run began, each call is tried but once
            if isinstance(error, MAY_PASS if self._is_away else GONE):
                raise unavailable(error, self._settings) from error
            raise

    def _chat(self, messages: Sequence[Message], priority: int, max_tokens: int) -> dict[str, Any]:
        settings, abilities = self._settings, self._abilities
        body: dict[str, Any] = {
            "model": abilities.model,
            "messages": messages,
            "temperature": 0,
            "seed": settings.seed,
            "max_completion_tokens": max_tokens,
        }
        if abilities.has_priority:
            body["priority"] = priority
        if settings.cache_salt:
            body["cache_salt"] = settings.cache_salt
        return body


def _stretch(window: Window) -> str:
    """Names what a prompt shows, which of a window that was too long is a part."""
    return f"{window.key}/{window.start}"


def _answer(reading: answers.Reading, usage: Usage) -> Answer:
    recovered = sum(row.is_recovered for row in reading.rows)
    return Answer(
        rows=reading.rows,
        usage=usage.model_copy(update={"recovered_values": usage.recovered_values + recovered}),
        ignored_rows=reading.num_ignored,
    )


def _failed(question: Question, reason: str, usage: Usage) -> Answer:
    names = answers.asked_names(question).values()
    return Answer(failures=_failures(names, reason), usage=usage)


def _failures(names: Iterable[str], reason: str) -> tuple[Failure, ...]:
    return tuple(Failure(name, reason) for name in names)


def _cost(error: CallFailed) -> Usage:
    return Usage(calls=1, retries=error.num_retries)


def _merged(parts: Sequence[Answer]) -> Answer:
    usage = Usage()
    for part in parts:
        usage = added(usage, part.usage)
    return Answer(
        rows=tuple(row for part in parts for row in part.rows),
        failures=tuple(failure for part in parts for failure in part.failures),
        usage=usage,
        ignored_rows=sum(part.ignored_rows for part in parts),
    )
