"""Calls that are paid for once: looked up in the memo, sent, and kept before anyone uses the reply.

A key is the hash of the whole request, so that no parameter can be forgotten in it; left out is
only what no reply depends on: the order of service, the salt of the server's own cache, and the
mark around a document's text, which is another wherever the secret is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from factsheet_service.core.memo import Memo, PaidCall

from .attempts import Attempts
from .client import ChatClient
from .flights import Flights
from .settings import VllmSettings
from .wire import Reply, read_completion

NOT_OF_THE_REPLY = frozenset({"priority", "cache_salt"})


def key_of(body: Mapping[str, Any], identity: str, mark: str = "") -> str:
    """SHA-256 of a request and of what else its reply depends on: which model it is.

    ``mark`` is what stands around the document's text, and nowhere in it.
    """
    asked = {name: value for name, value in body.items() if name not in NOT_OF_THE_REPLY}
    canonical = json.dumps(
        [identity, asked], sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    canonical = canonical.replace(mark, "") if mark else canonical
    return hashlib.sha256(canonical.encode(errors="surrogatepass")).hexdigest()


class PayingClient:
    """Chat completions through a memo; what it holds costs nothing and is no call.

    A server that ``is_away`` is asked once for what the memo does not hold, and not waited for.
    """

    def __init__(
        self,
        client: ChatClient,
        settings: VllmSettings,
        memo: Memo,
        identity: str,
        *,
        is_away: bool = False,
    ) -> None:
        self._client = client
        self._settings = settings
        self._memo = memo
        self._identity = identity
        self._is_away = is_away
        self._flights: Flights[Reply] = Flights()

    async def is_kept(self, body: Mapping[str, Any], mark: str = "") -> bool:
        """Whether the reply to a request is in the memo."""
        return await self._memo.get(key_of(body, self._identity, mark)) is not None

    async def chat(self, body: Mapping[str, Any], mark: str = "") -> Reply:
        """One completion. Raises CallFailed, StoreUnavailable; the last caller who is cancelled
        closes the call's connection."""
        key = key_of(body, self._identity, mark)
        reply, is_mine = await self._flights.join(key, lambda: self._fetch(key, body))
        return reply if is_mine else replace(reply, is_replayed=True, num_retries=0)

    async def _fetch(self, key: str, body: Mapping[str, Any]) -> Reply:
        num = 1 if self._is_away else self._settings.max_attempts
        attempts = Attempts(self._settings, num, waits_for_server=not self._is_away)
        reply = await attempts.outcome(lambda: self._attempt(key, body))
        return replace(reply, num_retries=attempts.num_retries)

    async def _attempt(self, key: str, body: Mapping[str, Any]) -> Reply:
        """Another process may have paid while this one waited, so each attempt looks first."""
        if (kept := await self._memo.get(key)) is not None:
            return replace(read_completion(kept), is_replayed=True)
        started = time.monotonic()
        sent = await self._client.completion(body, waits_for_server=not self._is_away)
        reply = read_completion(sent)
        stands = await self._memo.keep(key, _paid(sent, reply, body, time.monotonic() - started))
        return reply if stands == sent else replace(read_completion(stands), **_cost(reply))


def _paid(sent: str, reply: Reply, body: Mapping[str, Any], seconds: float) -> PaidCall:
    return PaidCall(
        body=sent,
        model=body.get("model"),
        finish_reason=reply.finish_reason,
        prompt_tokens=reply.prompt_tokens,
        cached_tokens=reply.cached_tokens or 0,
        output_tokens=reply.output_tokens,
        seconds=round(seconds, 3),
    )


def _cost(reply: Reply) -> dict[str, Any]:
    """What was paid here, though another's reply stands."""
    return {
        "prompt_tokens": reply.prompt_tokens,
        "cached_tokens": reply.cached_tokens,
        "output_tokens": reply.output_tokens,
    }
