"""What has been paid for, as sums; forgetting it, by whose it is or by age and size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from factsheet_service.core.memo import Spent

from .database import Database
from .tables import answers

DAY_S = 86_400.0
_SUMMED = (answers.c.prompt_tokens, answers.c.cached_tokens, answers.c.output_tokens)


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose answers: a tenant's, or those of one company or one job of it alone."""

    tenant: str
    company: str | None = None
    job: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL has it."""
        narrowed = ((answers.c.company, self.company), (answers.c.job, self.job))
        given = [column == value for column, value in narrowed if value is not None]
        return [answers.c.tenant == self.tenant, *given]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What calls have cost, in calls and tokens."""

    calls: int
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How old and how many answers may become; None: as they come."""

    max_age_days: float | None = None  # since they were last used
    max_bytes: int | None = None


async def ledger(database: Database, whose: Owned) -> Ledger:
    """What somebody has paid for. Raises StoreUnavailable."""
    query = select(func.count(), *_sums()).where(*whose.conditions())
    return Ledger(*(await database.rows(query))[0])


async def spent(database: Database, whose: Owned, now: float) -> Spent:
    """What somebody has paid so far, and since when. Raises StoreUnavailable."""
    first = func.coalesce(func.min(answers.c.created_at), now)
    tokens = answers.c.prompt_tokens + answers.c.output_tokens
    sums = (func.count(), func.coalesce(func.sum(tokens), 0), first)
    query = select(*sums).where(*whose.conditions())
    ((calls, num_tokens, began),) = await database.rows(query)
    return Spent(calls, num_tokens, max(0.0, now - began))


async def accounts(database: Database, whose: Owned) -> dict[tuple[str, str], Ledger]:
    """What somebody has paid for, by company and job. Raises StoreUnavailable."""
    each = (answers.c.company, answers.c.job)
    query = select(*each, func.count(), *_sums()).where(*whose.conditions())
    rows = await database.rows(query.group_by(*each).order_by(*each))
    return {(company, job): Ledger(*sums) for company, job, *sums in rows}


async def erase(database: Database, whose: Owned) -> int:
    """Forget what somebody has paid for; returns how many answers. Raises StoreUnavailable."""
    return await database.do(delete(answers).where(*whose.conditions()))


async def shrink(database: Database, limits: Limits, now: float) -> int:
    """Forget what was not used for long, then the longest unused until the rest fits.

    ``now`` is in seconds since 1970. Returns how many answers were forgotten. Raises
    StoreUnavailable. A file of SQLite keeps its size: what came free is filled again.
    """

    def forget(connection: Connection) -> int:
        forgotten = 0
        if limits.max_age_days is not None:
            old = answers.c.used_at < now - limits.max_age_days * DAY_S
            forgotten += connection.execute(delete(answers).where(old)).rowcount
        if limits.max_bytes is not None and _num_bytes(connection) > limits.max_bytes:
            forgotten += _fit(connection, limits.max_bytes)
        return forgotten

    return await database.write(forget)


def _num_bytes(connection: Connection) -> int:
    query = select(func.coalesce(func.sum(answers.c.num_bytes), 0))
    return int(connection.execute(query).scalar_one())


def _fit(connection: Connection, max_bytes: int) -> int:
    """Forget the longest unused answers until what is left has at most so many bytes."""
    newer = func.sum(answers.c.num_bytes).over(order_by=(answers.c.used_at.desc(), answers.c.key))
    sums = select(answers.c.key, newer.label("total")).subquery()
    beyond = select(sums.c.key).where(sums.c.total > max_bytes)
    return connection.execute(delete(answers).where(answers.c.key.in_(beyond))).rowcount


def _sums() -> list[ColumnElement[Any]]:
    return [func.coalesce(func.sum(column), 0) for column in _SUMMED]
