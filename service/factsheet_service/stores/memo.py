"""The memo of paid calls: keyed, durable before use, read and written in batches."""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, select, update
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)

from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.core.memo import PaidCall, Payer, Spent

from .batching import Batcher
from .database import Database
from .facts import fact, put_fact
from .ledger import Owned, spent
from .tables import answers

log = logging.getLogger(__name__)

DAY_S = 86_400.0  # how exactly it is known when an answer was last used
PATIENCE_S = 120.0  # with a database that is away
NOTED = "noted: "  # before the names of what runs note, so that they reach no other facts


@dataclass(frozen=True, slots=True)
class Entry:
    """A reply to be kept: under which key, what it cost, who paid, and what was asked."""

    key: str
    paid: PaidCall
    payer: Payer
    request: str


class AnswerMemo:
    """All paid answers of a database; ``of`` gives one run its ``core.memo.Memo``.

    A database that is away is waited for: what was paid is not to be lost by its restart.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.database = database
        self.clock = clock
        self._patience = AsyncRetrying(
            retry=retry_if_exception_type(StoreUnavailable),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            stop=stop_after_delay(patience_s),
            reraise=True,
        )
        self._read: Batcher[str, str | None] = Batcher(partial(self._patience, self._read_all))
        self._write: Batcher[Entry, str] = Batcher(partial(self._patience, self._write_all))

    def of(self, payer: Payer, salt: str = "") -> RunMemo:
        """The memo as one run sees it: the answers that were kept with the same salt."""
        return RunMemo(self, payer, salt)

    async def aclose(self) -> None:
        """Wait for what is being read and written."""
        await self._read.aclose()
        await self._write.aclose()

    async def get(self, key: str) -> str | None:
        """The reply kept under a key."""
        return await self._read(key)

    async def keep(self, request: str, paid: PaidCall, payer: Payer, salt: str = "") -> str:
        """Keep the reply to a request, durable on return; gives back the one that stands."""
        return await self._write(Entry(salted(request, salt), paid, payer, request))

    async def _read_all(self, keys: Sequence[str]) -> list[str | None]:
        now = self.clock()
        found = await self.database.read(lambda connection: _found(connection, keys, now))
        if found.spoilt or found.stale:
            await self.database.write(lambda connection: _tend(connection, found, now))
        return [found.bodies.get(key) for key in keys]

    async def _write_all(self, entries: Sequence[Entry]) -> list[str]:
        now = self.clock()
        rows = {entry.key: _row(entry, now) for entry in reversed(entries)}
        insert = self.database.insert(answers).on_conflict_do_nothing(index_elements=["key"])

        def keep(connection: Connection) -> _Found:
            # in the order of the keys, so that two writers never wait for each other
            connection.execute(insert, [rows[key] for key in sorted(rows)])
            found = _found(connection, list(rows), now)
            if found.spoilt:
                _tend(connection, found, now)
                connection.execute(insert, [rows[key] for key in found.spoilt])
            return found

        found = await self.database.write(keep)
        return [found.bodies.get(one.key, rows[one.key]["body"]) for one in entries]


@dataclass(frozen=True, slots=True)
class RunMemo:
    """The memo as one run sees it; a ``core.memo.Memo``."""

    memo: AnswerMemo
    payer: Payer
    salt: str = ""

    async def get(self, key: str) -> str | None:
        """The reply to a request, whoever paid."""
        return await self.memo.get(salted(key, self.salt))

    async def keep(self, key: str, paid: PaidCall) -> str:
        """Keep the reply to a request; gives back the one that stands."""
        return await self.memo.keep(key, paid, self.payer, self.salt)

    async def spent(self) -> Spent:
        """What the run's job has paid so far; nothing where it has no name."""
        payer, database = self.payer, self.memo.database
        if not payer.job:
            return Spent()
        return await spent(
            database, Owned(payer.tenant, payer.company, payer.job), self.memo.clock()
        )

    async def recall(self, name: str) -> str | None:
        """What was last noted under a name."""
        return await fact(self.memo.database, NOTED + name)

    async def note(self, name: str, text: str) -> None:
        """Note it, in place of what stood there."""
        await put_fact(self.memo.database, NOTED + name, text)


def salted(request: str, salt: str) -> str:
    """The key of a request's reply; who does not know the salt cannot find it."""
    return hmac.digest(salt.encode(), request.encode(), "sha256").hex() if salt else request


def _row(entry: Entry, now: float) -> dict[str, Any]:
    body = entry.paid.body.encode()
    return {
        "key": entry.key,
        "request": entry.request,
        **asdict(entry.payer),
        **asdict(entry.paid),
        "checksum": hashlib.sha256(body).hexdigest(),
        "num_bytes": len(body),
        "created_at": now,
        "used_at": now,
    }


@dataclass(frozen=True, slots=True)
class _Found:
    bodies: Mapping[str, str]
    spoilt: Sequence[str]  # keys whose body is not what was written
    stale: Sequence[str]  # keys that were not used for a day


def _found(connection: Connection, keys: Sequence[str], now: float) -> _Found:
    """The replies under some keys."""
    columns = (answers.c.key, answers.c.body, answers.c.checksum, answers.c.used_at)
    rows = connection.execute(select(*columns).where(answers.c.key.in_(keys))).all()
    whole = {row.key: row for row in rows if _is_whole(row.body, row.checksum)}
    return _Found(
        bodies={key: row.body for key, row in whole.items()},
        spoilt=[row.key for row in rows if row.key not in whole],
        stale=sorted(key for key, row in whole.items() if row.used_at < now - DAY_S),
    )


def _tend(connection: Connection, found: _Found, now: float) -> None:
    """Clear away what is spoilt, so that it is paid again; note what was used."""
    if found.spoilt:
        log.error("%d answers of the memo are spoilt; they are asked again", len(found.spoilt))
        connection.execute(delete(answers).where(answers.c.key.in_(found.spoilt)))
    if found.stale:
        used = update(answers).where(answers.c.key.in_(found.stale)).values(used_at=now)
        connection.execute(used)


def _is_whole(body: str, checksum: str) -> bool:
    return hashlib.sha256(body.encode()).hexdigest() == checksum
