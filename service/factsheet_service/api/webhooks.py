"""Routes of webhooks: who is told of the ends of jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated

from factsheet_schemas.webhooks import (
    NewWebhook,
    Webhook,
    WebhookList,
    WebhookMade,
    WebhookTest,
)
from fastapi import APIRouter, Depends, Response

from factsheet_service.core.errors import WebhooksOff
from factsheet_service.core.webhooks import Webhooks, checked_secret, checked_url, new_secret
from factsheet_service.stores.outbox import Outbox
from factsheet_service.stores.webhooks import WebhookStore
from factsheet_service.webhooks.delivering import Delivering
from factsheet_service.webhooks.posting import Poster

from .context import Context, Parts

router = APIRouter(tags=["webhooks"])


async def webhooks_of(parts: Parts) -> WebhookStore:
    """The tenant's webhooks. Raises WebhooksOff."""
    if parts.settings.webhooks is Webhooks.OFF:
        raise WebhooksOff
    return WebhookStore(parts.jobs.database, parts.tenant)


Store = Annotated[WebhookStore, Depends(webhooks_of)]


@router.post("/webhooks", status_code=HTTPStatus.CREATED)
async def add_webhook(
    asked: NewWebhook, store: Store, parts: Parts, response: Response
) -> WebhookMade:
    """Have the ends of jobs posted to an address, signed as Standard Webhooks has it.

    Each is delivered at least once, always with the same ``webhook-id``, and tried for a day. The
    secret is shown here and never again.
    """
    checked_url(asked.url, parts.settings.webhooks is Webhooks.LOCAL)
    secret = checked_secret(asked.secret) if asked.secret else new_secret()
    webhook = await store.add(asked, secret)
    response.headers["Location"] = f"/webhooks/{webhook.id}"
    return WebhookMade(**webhook.model_dump(), secret=secret)


@router.get("/webhooks")
async def list_webhooks(store: Store) -> WebhookList:
    """All webhooks, and how many messages each is waiting for."""
    return WebhookList(webhooks=await store.all())


@router.get("/webhooks/{webhook_id}")
async def get_webhook(webhook_id: str, store: Store) -> Webhook:
    """A webhook, and how many messages it is waiting for."""
    return await store.get(webhook_id)


@router.delete("/webhooks/{webhook_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_webhook(webhook_id: str, store: Store) -> None:
    """Tell nothing more; what was not delivered yet is forgotten."""
    await store.delete(webhook_id)


@router.post("/webhooks/{webhook_id}/test", status_code=HTTPStatus.ACCEPTED)
async def test_webhook(webhook_id: str, store: Store) -> WebhookTest:
    """Have a message of the type ``webhook.test`` delivered, as any other."""
    return WebhookTest(id=await store.test(webhook_id))


@asynccontextmanager
async def delivering(parts: Context) -> AsyncIterator[None]:
    """Deliver messages until the block ends, if webhooks are on."""
    if parts.settings.webhooks is Webhooks.OFF:
        yield
        return
    poster = Poster(is_local=parts.settings.webhooks is Webhooks.LOCAL)
    outbox = Outbox(parts.jobs.database)
    async with Delivering(outbox, poster.post, parts.metrics.webhook_tried).opened():
        yield
