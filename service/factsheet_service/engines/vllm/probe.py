"""What a chat server can do, found out by asking it; what it lacks, with the flag that mends it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any

from factsheet_schemas import Schema
from factsheet_schemas.record import JsonValue

from factsheet_service.core.errors import EngineAway, EngineUnavailable
from factsheet_service.core.windows import estimate_tokens

from . import answers, lacks
from .abilities import BEST_HYBRID_TOKENS, BEST_WINDOW_TOKENS, BY_PRIORITY, Abilities
from .client import ChatClient
from .errors import (
    MAY_PASS,
    AccessRefused,
    CallFailed,
    PromptTooLong,
    RequestRefused,
    ServerFailed,
    Unreachable,
)
from .metrics import cache_of
from .prompt import Message, Prompts
from .settings import VllmSettings
from .wire import Model, Reply

MIN_WINDOW_TOKENS = 400
QUESTION_TOKENS = 800  # reserve: a verification with its claims
RESERVE = 0.05  # token counts of windows are estimates

_WORD = "kobalt_7431"  # nothing that a model says by itself
_ASKED = "What is the capital of France? Answer as pretty-printed JSON, one element per line."
_PROBE_TOKENS = 96
_LOOSE_SPACE = re.compile(r"\n|  ")


class Probe:
    """Asks a server what it can do, behind the real system prompt, which is warm from then on."""

    def __init__(
        self, settings: VllmSettings, schema: Schema, prompts: Prompts, client: ChatClient
    ) -> None:
        self._settings = settings
        self._schema = schema
        self._prompts = prompts
        self._client = client

    async def abilities(self) -> Abilities:
        """Raises EngineUnavailable naming what to do."""
        try:
            return await self._abilities()
        except CallFailed as error:
            raise unavailable(error, self._settings) from error

    async def _abilities(self) -> Abilities:
        model = chosen_model(await self._client.models(), self._settings)
        digest = hashlib.sha256(self._prompts.system.encode()).hexdigest()[:16]
        found = Abilities(model.id, model.root, max_model_len=model.max_model_len, prompt=digest)
        found = replace(found, version=await self._client.version())
        plain = await self._client.chat(self._body(model.id))
        found = replace(found, system_tokens=plain.prompt_tokens or self._estimated())
        if plain.is_reasoned or "<think>" in (plain.content or ""):
            found = found.lacking(lacks.REASONS)
        found = await self._with_priority(found)
        if self._settings.asks_logprobs:
            found = await self._with_logprobs(found)
        found, last = await self._with_grammar(found)
        found = _with_cache(found, last or plain, is_warm=last is not None)
        found = replace(found, cache=cache_of(await self._client.metrics()))
        return self._with_window(found)

    def _body(self, model: str, **more: JsonValue) -> dict[str, JsonValue]:
        messages: list[Message] = [
            {"role": "system", "content": self._prompts.system},
            {"role": "user", "content": _ASKED},
        ]
        salt = {"cache_salt": self._settings.cache_salt} if self._settings.cache_salt else {}
        limits = {"temperature": 0, "max_completion_tokens": _PROBE_TOKENS}
        return {"model": model, "messages": messages, **limits, **salt, **more}

    def _estimated(self) -> int:
        return estimate_tokens(self._prompts.system)

    async def _with_priority(self, found: Abilities) -> Abilities:
        """Older servers refuse what they would not heed; since its V1 engine vLLM does not.

        Nothing else gives its order away (issue 22997 of vllm-project/vllm; the same in 0.32 and
        0.33): no error, no metric. The order of answers would, but only behind prompts longer than
        what one of its steps computes, seconds of a GPU for each run, and not beside other clients.
        """
        try:
            await self._client.chat(self._body(found.model, priority=1))
        except RequestRefused:
            return found.lacking(lacks.NO_PRIORITY)
        policy = await self._client.scheduling_policy()
        if policy not in (None, BY_PRIORITY):
            return found.lacking(lacks.NO_PRIORITY)
        return replace(found, has_priority=True, scheduling_policy=policy)

    async def _with_logprobs(self, found: Abilities) -> Abilities:
        try:
            reply = await self._client.chat(self._body(found.model, logprobs=True))
        except RequestRefused:
            return found.lacking(lacks.NO_LOGPROBS)
        return (
            replace(found, has_logprobs=True) if reply.tokens else found.lacking(lacks.NO_LOGPROBS)
        )

    async def _with_grammar(self, found: Abilities) -> tuple[Abilities, Reply | None]:
        """Also the reply, if there was one; a setting overrules what was found."""
        form = {"name": "probe", "schema": _probe_schema(), "strict": True}
        body = self._body(found.model, response_format={"type": "json_schema", "json_schema": form})
        try:
            reply = await self._client.chat(body)
        except (RequestRefused, ServerFailed) as error:
            return _without_grammar(found, f" ({error})", self._settings), None
        if not _obeys(reply):
            return _without_grammar(found, "", self._settings), reply
        if _LOOSE_SPACE.search(reply.content or ""):
            found = found.lacking(lacks.FREE_SPACE)
        return replace(found, has_grammar=self._settings.has_grammar is not False), reply

    def _with_window(self, found: Abilities) -> Abilities:
        if self._settings.window_tokens is not None:
            return replace(found, window_tokens=self._settings.window_tokens)
        if found.max_model_len is None:
            return found.lacking(lacks.NO_LENGTH)
        tokens = window_tokens(found.max_model_len, found.system_tokens, best_tokens(found))
        if tokens < MIN_WINDOW_TOKENS:
            raise EngineUnavailable(
                f"a context of {found.max_model_len} tokens is too small: the prompt takes "
                f"{found.system_tokens} before any text; start vLLM with --max-model-len 16384"
            )
        return _with_short_windows(replace(found, window_tokens=tokens))


def _with_short_windows(found: Abilities) -> Abilities:
    if found.window_tokens == best_tokens(found):
        return found
    size = {"max_model_len": found.max_model_len, "window_tokens": found.window_tokens}
    return found.lacking(lacks.SHORT.format(**size))


def best_tokens(found: Abilities) -> int:
    """The window that costs least on this kind of model."""
    return BEST_HYBRID_TOKENS if found.is_hybrid else BEST_WINDOW_TOKENS


def window_tokens(max_model_len: int, system_tokens: int, best: int = BEST_WINDOW_TOKENS) -> int:
    """The window that leaves room for the longest question and answer."""
    room = max_model_len - system_tokens - QUESTION_TOKENS - answers.MAX_OUTPUT_TOKENS
    return min(best, int(room * (1 - RESERVE)))


def chosen_model(models: tuple[Model, ...], settings: VllmSettings) -> Model:
    """The model of the settings, else the server's first. Raises EngineUnavailable."""
    served = {model.id: model for model in models}
    if settings.model in served:
        return served[settings.model]
    if settings.model is None and models:
        return models[0]
    names = ", ".join(served) or "none"
    raise EngineUnavailable(
        f"{settings.base_url} does not serve model {settings.model!r}; it serves {names}"
    )


def unavailable(error: CallFailed, settings: VllmSettings) -> EngineUnavailable:
    """The error of a server that cannot be used, and whether that may pass."""
    kind = EngineAway if isinstance(error, MAY_PASS) else EngineUnavailable
    return kind(remedy(error, settings))


def remedy(error: CallFailed, settings: VllmSettings) -> str:
    """What went wrong and what to do about it."""
    if isinstance(error, AccessRefused):
        return f"{error}; check the API key, the model's name and that the address ends in /v1"
    if isinstance(error, PromptTooLong):
        return f"even without a window: {error}; start vLLM with --max-model-len 16384"
    if isinstance(error, Unreachable):
        return (
            f"{error}. Is the server running at {settings.base_url}? Start it with: vllm serve "
            f"MODEL --scheduling-policy priority --enable-prompt-tokens-details {lacks.STRUCTURED}"
        )
    return f"{settings.base_url} does not answer as a chat server should: {error}"


def _probe_schema() -> dict[str, Any]:
    """One short row, so that even a model that rambles ends within the probe's tokens."""
    return answers.rows_schema(
        [_WORD], value_chars=8, max_rows=1, min_rows=1, max_lines=1, names_chars=0
    )


def _obeys(reply: Reply) -> bool:
    try:
        form = answers.Form.model_validate_json(reply.content or "")
    except ValueError:
        return False
    return [row[0] for row in form.root] == [_WORD]


def _without_grammar(found: Abilities, why: str, settings: VllmSettings) -> Abilities:
    is_insisted_on = settings.has_grammar is True
    return replace(found, has_grammar=is_insisted_on).lacking(lacks.NO_GRAMMAR + why)


def _with_cache(found: Abilities, reply: Reply, *, is_warm: bool) -> Abilities:
    if reply.cached_tokens is None:
        return found.lacking(lacks.NO_CACHE_COUNT)
    return found if reply.cached_tokens or not is_warm else found.lacking(lacks.NO_CACHE_HIT)
