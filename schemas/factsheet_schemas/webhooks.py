"""Webhooks: what a client registers, and what is posted to it (https://www.standardwebhooks.com)."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from .api import JobState
from .record import Wire

MAX_URL = 2048
URL_PATTERN = r"^https?://[!-~]+$"
SECRET_PATTERN = r"^whsec_[A-Za-z0-9+/]{32,86}={0,2}$"


class WebhookEvent(StrEnum):
    """What is told: a job's end, or that somebody wants to see whether telling works."""

    SUCCEEDED = "job.succeeded"
    PARTIAL = "job.partial"
    FAILED = "job.failed"
    CANCELLED = "job.cancelled"
    TEST = "webhook.test"  # told whenever it is asked for


ENDS = tuple(event for event in WebhookEvent if event is not WebhookEvent.TEST)


class NewWebhook(BaseModel):
    """A request to be told of the ends of jobs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(
        max_length=MAX_URL,
        pattern=URL_PATTERN,
        description="where to post to; https, at a public address",
        examples=["https://hooks.example.com/factsheet"],
    )
    events: tuple[WebhookEvent, ...] = Field(default=ENDS, min_length=1, max_length=len(ENDS) + 1)
    secret: str | None = Field(
        default=None,
        pattern=SECRET_PATTERN,
        description="whsec_ and 24 to 64 bytes in base64; made up if none is given",
    )


class Webhook(Wire):
    """Where a tenant is told of the ends of its jobs."""

    id: str
    url: str
    events: tuple[WebhookEvent, ...]
    created_at: str = Field(description="ISO 8601, UTC")
    waiting: int = Field(default=0, description="messages that have not been delivered yet")
    given_up: int = Field(default=0, description="messages that never could be, of the last days")
    failure: str | None = Field(default=None, description="why one of those was not delivered")


class WebhookMade(Webhook):
    """A webhook that is new; its secret is not shown again."""

    secret: str


class WebhookList(Wire):
    """The webhooks of a tenant, the oldest first."""

    webhooks: tuple[Webhook, ...]


class WebhookTest(Wire):
    """A test that was put among the messages to deliver."""

    id: str = Field(description="the webhook-id that it will come with")


class JobLinks(Wire):
    """Where to read on; paths at this server."""

    job: str
    result: str | None = None


class JobEnd(Wire):
    """Which job ended, and how; nothing of its documents."""

    job: str
    company: str
    state: JobState
    links: JobLinks


class WebhookMessage(Wire):
    """The body of a post. Its ``webhook-id`` is the same each time that it is tried."""

    type: WebhookEvent
    timestamp: str = Field(description="ISO 8601, UTC: when it happened")
    data: JobEnd | dict[str, str]
