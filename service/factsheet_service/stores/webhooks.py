"""Webhooks by id; a tenant sees its own alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from factsheet_schemas.webhooks import NewWebhook, Webhook, WebhookEvent, WebhookMessage
from sqlalchemy import Connection, Select, and_, case, delete, func, insert, select

from factsheet_service.core.errors import UnknownWebhook, UsageError

from .database import Database
from .outbox import leave
from .tables import deliveries, webhooks

MAX_PER_TENANT = 20
"""Each end of a job is told to all of them."""


class WebhookStore:
    """The webhooks of one tenant. Methods raise StoreUnavailable."""

    def __init__(self, database: Database, tenant: str) -> None:
        self._database = database
        self._tenant = tenant

    async def add(self, asked: NewWebhook, secret: str) -> Webhook:
        """Keep a webhook; it is told of what ends from now on. Raises UsageError if too many."""
        row = {"id": uuid4().hex, "tenant": self._tenant, "url": asked.url, "secret": secret}
        events = ",".join(dict.fromkeys(asked.events))
        mine = select(func.count()).where(webhooks.c.tenant == self._tenant)
        new = insert(webhooks).values(**row, events=events, created_at=self._database.now())

        def keep(connection: Connection) -> None:
            if connection.execute(mine).scalar_one() >= MAX_PER_TENANT:
                raise UsageError(f"{MAX_PER_TENANT} webhooks are the most; delete one")
            connection.execute(new)

        await self._database.write(keep)
        return await self.get(row["id"])

    async def get(self, webhook_id: str) -> Webhook:
        """The webhook of that id. Raises UnknownWebhook."""
        rows = await self._database.rows(self._rows().where(webhooks.c.id == webhook_id))
        if not rows:
            raise _unknown(webhook_id)
        return _webhook(rows[0])

    async def all(self) -> tuple[Webhook, ...]:
        """All of them, the oldest first."""
        rows = self._rows().order_by(webhooks.c.created_at, webhooks.c.id)
        return tuple(map(_webhook, await self._database.rows(rows)))

    async def delete(self, webhook_id: str) -> None:
        """Forget a webhook and what it has not been told yet. Raises UnknownWebhook."""
        gone = delete(webhooks).where(self._is_mine(), webhooks.c.id == webhook_id)
        if not await self._database.do(gone):
            raise _unknown(webhook_id)

    async def test(self, webhook_id: str) -> str:
        """Have a test delivered; returns the id that it goes with. Raises UnknownWebhook."""
        await self.get(webhook_id)
        message = WebhookMessage(
            type=WebhookEvent.TEST,
            timestamp=datetime.now(UTC).isoformat(timespec="milliseconds"),
            data={"webhook": webhook_id},
        )
        told = (self._database, self._tenant, [webhook_id], message)
        return (await self._database.write(lambda connection: leave(connection, *told)))[0]

    def _is_mine(self) -> Any:  # noqa: ANN401
        return webhooks.c.tenant == self._tenant

    def _rows(self) -> Select[Any]:
        is_waiting = deliveries.c.due_at.is_not(None)
        is_over = and_(deliveries.c.due_at.is_(None), deliveries.c.id.is_not(None))
        counts = (
            func.count(case((is_waiting, 1))).label("waiting"),
            func.count(case((is_over, 1))).label("given_up"),
            func.max(deliveries.c.failure).label("failure"),
        )
        both = webhooks.outerjoin(deliveries, deliveries.c.webhook == webhooks.c.id)
        rows = select(webhooks, *counts).select_from(both)
        return rows.where(self._is_mine()).group_by(webhooks.c.id)


def _webhook(row: Any) -> Webhook:  # noqa: ANN401
    created = datetime.fromtimestamp(row.created_at, UTC).isoformat(timespec="milliseconds")
    events = tuple(map(WebhookEvent, row.events.split(",")))
    counts = {"waiting": row.waiting, "given_up": row.given_up, "failure": row.failure}
    return Webhook(id=row.id, url=row.url, events=events, created_at=created, **counts)


def _unknown(webhook_id: str) -> UnknownWebhook:
    return UnknownWebhook(f"no webhook {webhook_id!r}; GET /webhooks lists them")
