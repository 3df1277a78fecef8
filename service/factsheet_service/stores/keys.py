"""API keys in the database, as hashes alone: a key is told once, when it is made."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, update

from factsheet_service.core.access import Scope
from factsheet_service.core.errors import UsageError

from .database import Database
from .tables import api_keys

PREFIX = "fs_"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; times in seconds since 1970."""

    id: str
    tenant: str
    name: str
    scopes: frozenset[Scope]
    created_at: float
    expires_at: float | None = None
    revoked_at: float | None = None
    used_on: str | None = None  # the day, in UTC

    def is_good(self, now: float) -> bool:
        """Whether it opens anything now."""
        has_expired = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not has_expired


class KeyStore:
    """The keys of all tenants. Every method raises StoreUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self, tenant: str, name: str, scopes: frozenset[Scope], lives_s: float | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key of 256 random bits, good for ``lives_s`` seconds; it, and its secret text."""
        secret = PREFIX + secrets.token_urlsafe(KEY_BYTES)
        now = self._clock()
        expires_at = None if lives_s is None else now + lives_s
        key = ApiKey(secrets.token_hex(4), tenant, name, scopes, now, expires_at)
        row = {
            "id": key.id,
            "digest": digest_of(secret),
            "tenant": tenant,
            "name": name,
            "scopes": ",".join(sorted(scopes)),
            "created_at": now,
            "expires_at": expires_at,
        }
        await self._database.do(insert(api_keys).values(row))
        return key, secret

    async def find(self, secret: str) -> ApiKey | None:
        """The key of a secret text, good or not; that it was used today is noted."""
        mine = api_keys.c.digest == digest_of(secret)
        rows = await self._database.rows(select(api_keys).where(mine))
        if not rows:
            return None
        key = _key(rows[0])
        if key.is_good(self._clock()):
            await self._note_use(key)
        return key

    async def has_any(self) -> bool:
        """Whether a key was ever made; one that is revoked counts, so that nothing opens by it."""
        return bool(await self._database.rows(select(api_keys.c.id).limit(1)))

    async def all(self, tenant: str | None = None) -> tuple[ApiKey, ...]:
        """The keys, of one tenant or all, oldest first."""
        wanted = [] if tenant is None else [api_keys.c.tenant == tenant]
        query = select(api_keys).where(*wanted).order_by(api_keys.c.created_at, api_keys.c.id)
        return tuple(map(_key, await self._database.rows(query)))

    async def revoke(self, key_id: str) -> None:
        """Make a key good for nothing. Raises UsageError if there is none, or it was revoked."""
        mine = and_(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        if not await self._revoked(mine):
            raise UsageError(f"no key {key_id!r} that is not revoked: `factsheet keys list`")

    async def revoke_all(self, tenant: str) -> int:
        """Make a tenant's keys good for nothing; returns how many were good."""
        mine = and_(api_keys.c.tenant == tenant, api_keys.c.revoked_at.is_(None))
        return await self._revoked(mine)

    async def _revoked(self, which: ColumnElement[bool]) -> int:
        now = self._clock()
        return await self._database.do(update(api_keys).where(which).values(revoked_at=now))

    async def _note_use(self, key: ApiKey) -> None:
        today = datetime.fromtimestamp(self._clock(), UTC).date().isoformat()
        if key.used_on == today:
            return
        earlier = or_(api_keys.c.used_on.is_(None), api_keys.c.used_on < today)
        noting = update(api_keys).where(api_keys.c.id == key.id, earlier)
        await self._database.do(noting.values(used_on=today))


def digest_of(secret: str) -> str:
    """What is kept of a key. It is random and long, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row[Any]) -> ApiKey:
    scopes = frozenset(map(Scope, row.scopes.split(",")))
    times = row.created_at, row.expires_at, row.revoked_at
    return ApiKey(row.id, row.tenant, row.name, scopes, *times, row.used_on)
