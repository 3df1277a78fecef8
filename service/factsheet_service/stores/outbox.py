"""Messages to webhooks that are still to be delivered, and who tries each next.

A message stands here in the same transaction as the job's end that it tells, and goes when it was
delivered: it is delivered at least once. Who takes one puts its next turn off for a lease; if that
process dies, the message is due again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from factsheet_schemas.api import Job
from factsheet_schemas.webhooks import WebhookMessage
from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    and_,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)

from factsheet_service.core.webhooks import message_of

from .database import Database
from .tables import deliveries, webhooks

LEASE_S = 60.0
KEEP_S = 30 * 86_400.0
"""For so long one can see that a message was given up."""

AT_A_TIME = 4
"""Messages of one webhook under way in a process: one that hangs does not hold up all others."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that was taken to be delivered now."""

    id: str
    webhook: str
    url: str
    secret: str
    body: str
    attempts: int  # this one included
    age_s: float


def tell_end(connection: Connection, database: Database, tenant: str, job: Job) -> None:
    """Leave word of a job's end for all who want to hear of it, in the transaction that ends it."""
    wanted = select(webhooks.c.id, webhooks.c.events).where(webhooks.c.tenant == tenant)
    rows = connection.execute(wanted).all()
    message = message_of(job)
    ids = [row.id for row in rows if message.type in row.events.split(",")]
    leave(connection, database, tenant, ids, message, job.id)


def leave(
    connection: Connection,
    database: Database,
    tenant: str,
    webhook_ids: Iterable[str],
    message: WebhookMessage,
    job_id: str | None = None,
) -> tuple[str, ...]:
    """Have a message delivered to webhooks; returns the ids that it goes with."""
    body, now = message.model_dump_json(exclude_none=True), database.now()
    ids = []
    for webhook_id in webhook_ids:
        ids.append(f"msg_{uuid4().hex}")
        row = {"id": ids[-1], "webhook": webhook_id, "tenant": tenant, "job": job_id, "body": body}
        connection.execute(insert(deliveries).values(**row, attempts=0, created_at=now, due_at=now))
    return tuple(ids)


class Outbox:
    """The messages of all tenants. Methods raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, limit: int, busy: Collection[str] = ()) -> tuple[Delivery, ...]:
        """Messages that are due, to be tried by us alone for a lease; none of ``busy`` webhooks."""
        if not (ids := await self._due(limit, busy)):
            return ()
        now = self._database.now()
        mine = and_(deliveries.c.id.in_(ids), deliveries.c.due_at <= now)
        taken = update(deliveries).where(mine)
        taken = taken.values(due_at=now + LEASE_S, attempts=deliveries.c.attempts + 1)
        age = cast(now - deliveries.c.created_at, Float).label("age_s")
        rows = select(deliveries, webhooks.c.url, webhooks.c.secret, age).join(webhooks)

        def take(connection: Connection) -> tuple[Delivery, ...]:
            ours = connection.execute(taken.returning(deliveries.c.id)).scalars().all()
            return tuple(map(_delivery, connection.execute(rows.where(deliveries.c.id.in_(ours)))))

        return await self._database.write(take)

    async def delivered(self, delivery: Delivery) -> None:
        """Forget a message, even if another process tries it as well."""
        await self._database.do(delete(deliveries).where(deliveries.c.id == delivery.id))

    async def failed(self, delivery: Delivery, failure: str, wait_s: float | None) -> None:
        """Try a message again after so long; None: never. No effect if another has it now."""
        due_at = None if wait_s is None else self._database.now() + wait_s
        last = deliveries.c.attempts == delivery.attempts
        later = update(deliveries).where(deliveries.c.id == delivery.id, last)
        await self._database.do(later.values(due_at=due_at, failure=failure))
        if wait_s is None:
            await self._database.do(delete(deliveries).where(self._is_long_over()))

    async def num_waiting(self) -> int:
        """How many messages are to be delivered yet."""
        query = select(func.count()).where(deliveries.c.due_at.is_not(None))
        return await self._database.scalar(query) or 0

    async def _due(self, limit: int, busy: Collection[str]) -> Collection[str]:
        turn = func.row_number().over(
            partition_by=deliveries.c.webhook, order_by=deliveries.c.due_at
        )
        due = select(deliveries.c.id, turn.label("turn")).where(
            deliveries.c.due_at <= self._database.now(), deliveries.c.webhook.not_in(busy)
        )
        ranked = due.subquery()
        first = select(ranked.c.id).where(ranked.c.turn <= AT_A_TIME).order_by(ranked.c.turn)
        return [row.id for row in await self._database.rows(first.limit(limit))]

    def _is_long_over(self) -> ColumnElement[bool]:
        is_old = deliveries.c.created_at < self._database.now() - KEEP_S
        return and_(deliveries.c.due_at.is_(None), is_old)


def _delivery(row: Any) -> Delivery:  # noqa: ANN401
    return Delivery(
        row.id, row.webhook, row.url, row.secret, row.body, row.attempts, max(0.0, row.age_s)
    )
