"""The memo of paid calls: keyed, durable before use, read and written in batches.

It is the ledger of tokens as well, and what is exported from it replays a run without a server.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_delay,
    wait_random_exponential,
)

from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.core.memo import PaidCall, Payer

from .batching import Batcher
from .database import Database
from .tables import answers

log = logging.getLogger(__name__)

DAY_S = 86_400.0  # how exactly it is known when an answer was last used
PATIENCE_S = 120.0  # with a database that is away
_PAGE = 200  # answers held at a time while many are gone through


Entry = tuple[str, PaidCall, Payer]  # the key first


@dataclass(frozen=True, slots=True)
class Ledger:
    """What calls have cost, in calls and tokens."""

    calls: int
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int


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
        self._database = database
        self._clock = clock
        self._patience = AsyncRetrying(
            retry=retry_if_exception_type(StoreUnavailable),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            stop=stop_after_delay(patience_s),
            reraise=True,
        )
        self._read: Batcher[str, str | None] = Batcher(partial(self._patience, self._read_all))
        self._write: Batcher[Entry, str] = Batcher(partial(self._patience, self._write_all))

    def of(self, payer: Payer) -> RunMemo:
        """The memo as one run writes it."""
        return RunMemo(self, payer)

    async def aclose(self) -> None:
        """Wait for what is being read and written."""
        await self._read.aclose()
        await self._write.aclose()

    async def get(self, key: str) -> str | None:
        """The reply kept under a key."""
        return await self._read(key)

    async def keep(self, key: str, paid: PaidCall, payer: Payer) -> str:
        """Keep a reply, durable on return; gives back the one that stands."""
        return await self._write((key, paid, payer))

    async def ledger(self, tenant: str, company: str | None = None) -> Ledger:
        """What a tenant, or one company of it, has paid for."""
        columns = [answers.c.prompt_tokens, answers.c.cached_tokens, answers.c.output_tokens]
        sums = [func.coalesce(func.sum(column), 0) for column in columns]
        query = select(func.count(), *sums).where(*_owned(tenant, company))
        async with self._database.reading() as connection:
            return Ledger(*(await connection.execute(query)).one())

    async def erase(self, tenant: str, company: str | None = None) -> int:
        """Forget what a tenant, or one company of it, has paid for; returns how many answers."""
        async with self._database.begin() as connection:
            done = await connection.execute(delete(answers).where(*_owned(tenant, company)))
        return done.rowcount

    async def shrink(self, max_age_s: float | None = None, max_bytes: int | None = None) -> int:
        """Forget what was not used for long, then the longest unused until the rest fits.

        Returns how many answers were forgotten.
        """
        forgotten = 0
        async with self._database.begin() as connection:
            if max_age_s is not None:
                old = answers.c.used_at < self._clock() - max_age_s
                forgotten += (await connection.execute(delete(answers).where(old))).rowcount
            if max_bytes is not None:
                forgotten += await _fit(connection, max_bytes)
        return forgotten

    async def exported(self, tenant: str, company: str | None = None) -> AsyncIterator[str]:
        """Every answer as a line of JSON, in the order of their keys; ``imported`` takes them."""
        last = ""
        while True:
            query = (
                select(answers)
                .where(*_owned(tenant, company), answers.c.key > last)
                .order_by(answers.c.key)
                .limit(_PAGE)
            )
            async with self._database.reading() as connection:
                rows = (await connection.execute(query)).mappings().all()
            for row in rows:
                yield _line(row)
            if len(rows) < _PAGE:
                return
            last = rows[-1]["key"]

    async def imported(self, lines: Iterable[str], payer: Payer) -> int:
        """Keep answers that were exported; returns how many. Raises ValueError for other lines."""
        number = 0
        for line in lines:
            data = json.loads(line)
            await self.keep(data.pop("key"), PaidCall(**data), payer)
            number += 1
        return number

    async def _read_all(self, keys: Sequence[str]) -> list[str | None]:
        now = self._clock()
        async with self._database.reading() as connection:
            found = await _found(connection, keys, now)
        if found.spoilt or found.stale:
            async with self._database.begin() as connection:
                await _tend(connection, found, now)
        return [found.bodies.get(key) for key in keys]

    async def _write_all(self, entries: Sequence[Entry]) -> list[str]:
        now = self._clock()
        rows = {key: _row(key, paid, payer, now) for key, paid, payer in reversed(entries)}
        insert = self._database.insert(answers).on_conflict_do_nothing(index_elements=["key"])
        async with self._database.begin() as connection:
            # in the order of the keys, so that two writers never wait for each other
            await connection.execute(insert, [rows[key] for key in sorted(rows)])
            found = await _found(connection, list(rows), now)
            if found.spoilt:
                await _tend(connection, found, now)
                await connection.execute(insert, [rows[key] for key in found.spoilt])
        return [found.bodies.get(key, rows[key]["body"]) for key, _, _ in entries]


@dataclass(frozen=True, slots=True)
class RunMemo:
    """The memo as one run writes it; a ``core.memo.Memo``."""

    memo: AnswerMemo
    payer: Payer

    async def get(self, key: str) -> str | None:
        """The reply kept under a key, whoever paid."""
        return await self.memo.get(key)

    async def keep(self, key: str, paid: PaidCall) -> str:
        """Keep a reply; gives back the one that stands."""
        return await self.memo.keep(key, paid, self.payer)


def _row(key: str, paid: PaidCall, payer: Payer, now: float) -> dict[str, Any]:
    body = paid.body.encode()
    return {
        "key": key,
        **asdict(payer),
        **asdict(paid),
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


async def _found(connection: AsyncConnection, keys: Sequence[str], now: float) -> _Found:
    """The replies under some keys."""
    columns = (answers.c.key, answers.c.body, answers.c.checksum, answers.c.used_at)
    rows = (await connection.execute(select(*columns).where(answers.c.key.in_(keys)))).all()
    whole = {row.key: row for row in rows if _is_whole(row.body, row.checksum)}
    return _Found(
        bodies={key: row.body for key, row in whole.items()},
        spoilt=[row.key for row in rows if row.key not in whole],
        stale=sorted(key for key, row in whole.items() if row.used_at < now - DAY_S),
    )


async def _tend(connection: AsyncConnection, found: _Found, now: float) -> None:
    """Clear away what is spoilt, so that it is paid again; note what was used."""
    if found.spoilt:
        log.error("%d answers of the memo are spoilt; they are asked again", len(found.spoilt))
        await connection.execute(delete(answers).where(answers.c.key.in_(found.spoilt)))
    if found.stale:
        used = update(answers).where(answers.c.key.in_(found.stale)).values(used_at=now)
        await connection.execute(used)


def _is_whole(body: str, checksum: str) -> bool:
    return hashlib.sha256(body.encode()).hexdigest() == checksum


async def _fit(connection: AsyncConnection, max_bytes: int) -> int:
    """Forget the longest unused answers until what is left has at most so many bytes."""
    newer = func.sum(answers.c.num_bytes).over(order_by=(answers.c.used_at.desc(), answers.c.key))
    sums = select(answers.c.key, newer.label("total")).subquery()
    beyond = select(sums.c.key).where(sums.c.total > max_bytes)
    return (await connection.execute(delete(answers).where(answers.c.key.in_(beyond)))).rowcount


def _owned(tenant: str, company: str | None) -> list[Any]:
    own = [answers.c.tenant == tenant]
    return own if company is None else [*own, answers.c.company == company]


def _line(row: Mapping[Any, Any]) -> str:
    names = ("key", *PaidCall.__dataclass_fields__)
    return json.dumps({name: row[name] for name in names}, ensure_ascii=False, sort_keys=True)
