"""Who calls, by the key that a request carries."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

from pydantic import SecretStr

from factsheet_service.core.access import Caller
from factsheet_service.core.errors import Unauthorized
from factsheet_service.stores.keys import ApiKey, KeyStore

TRUST_S = 3.0
"""How long an answer of the database is trusted: a key that is revoked works no longer."""

MAX_KNOWN = 4096
"""Answers trusted at a time, so that guessing at keys does not fill the memory."""

ANYBODY = Caller("anybody")
OPERATOR = Caller("operator")


class Callers:
    """Callers by key: the operator's from the environment, the others from the database.

    Without any key, of either kind, the service is open to all.
    """

    def __init__(
        self,
        keys: KeyStore,
        operator_key: SecretStr | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._operator_key = operator_key
        self._clock = clock
        self._wall = wall
        self._known: dict[str, tuple[float, ApiKey | None]] = {}
        self._is_open: tuple[float, bool] = (0.0, False)

    async def caller(self, given: str | None) -> Caller:
        """Who sent a key. Raises Unauthorized, StoreUnavailable."""
        if given and self._operator_key and is_key(given, self._operator_key):
            return OPERATOR
        key = await self._key(given) if given else None
        if key is not None and key.is_good(self._wall()):
            return Caller(key.id, key.tenant, key.scopes)
        if await self._is_open_to_all():
            return ANYBODY
        raise Unauthorized

    async def _key(self, secret: str) -> ApiKey | None:
        digest = hashlib.sha256(secret.encode()).hexdigest()
        until, key = self._known.get(digest, (0.0, None))
        if self._clock() < until:
            return key
        key = await self._keys.find(secret)
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[digest] = (self._clock() + TRUST_S, key)
        return key

    async def _is_open_to_all(self) -> bool:
        if self._operator_key is not None:
            return False
        until, is_open = self._is_open
        if self._clock() >= until:
            is_open = not await self._keys.has_any()
            self._is_open = (self._clock() + TRUST_S, is_open)
        return is_open


def is_key(given: str, key: SecretStr) -> bool:
    """Compare in a time that tells neither content nor length."""
    return secrets.compare_digest(_digest(given), _digest(key.get_secret_value()))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
