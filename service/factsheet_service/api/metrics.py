"""What Prometheus reads: requests and jobs, in a registry of the app's own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from factsheet_schemas.api import JobState
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from factsheet_service.stores.standing import Standing
from factsheet_service.webhooks.delivering import Fate

JOB_SECONDS = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200)


class Metrics:
    """The counters. Labels never hold a company, a file or a path that a client chose."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "factsheet_http_request_seconds",
            "Time to the last byte of the reply",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._jobs = Histogram(
            "factsheet_job_seconds",
            "Time from a job's start to its end",
            ("state",),
            buckets=JOB_SECONDS,
            registry=self.registry,
        )
        self._webhooks = Counter(
            "factsheet_webhook_attempts",
            "Attempts to deliver a message to a webhook",
            ("fate",),
            registry=self.registry,
        )
        self._watch_service()
        self._live = Gauge(
            "factsheet_jobs", "Jobs that have not ended", ("state",), registry=self.registry
        )

    def _watch_service(self) -> None:
        """What all processes share is the same at each: to be shown, not added up."""
        self._queue = Gauge(
            "factsheet_service_jobs",
            "Jobs of the whole service that have not ended",
            ("state",),
            registry=self.registry,
        )
        self._oldest = Gauge(
            "factsheet_service_queue_seconds",
            "How long the first of the jobs that are queued has waited",
            registry=self.registry,
        )
        self._messages = Gauge(
            "factsheet_webhook_messages",
            "Messages that are to be delivered to webhooks",
            registry=self.registry,
        )

    def stands(self, how: Standing | None, now: datetime) -> None:
        """Show how the whole service stands; None where that cannot be told."""
        for state in (JobState.QUEUED, JobState.RUNNING):
            self._queue.labels(state.value).set(how.num_jobs.get(state, 0) if how else math.nan)
        self._oldest.set(_age_s(how.queued_since, now) if how else math.nan)
        self._messages.set(how.num_messages if how else math.nan)

    def webhook_tried(self, fate: Fate) -> None:
        """Count an attempt to deliver a message."""
        self._webhooks.labels(fate.value).inc()

    def watch_jobs(self, count: Callable[[JobState], int]) -> None:
        """Show ``count`` of the queued and of the running jobs."""
        for state in (JobState.QUEUED, JobState.RUNNING):
            self._live.labels(state.value).set_function(partial(count, state))

    def job_ended(self, state: JobState, seconds: float) -> None:
        """Count a job that reached a final state."""
        self._jobs.labels(state.value).observe(seconds)

    def request_ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).observe(seconds)


class CountRequests:
    """ASGI middleware: time every request under its route's template."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and time it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = time.perf_counter()
        try:
            await self._app(scope, receive, note)
        finally:
            seconds = time.perf_counter() - begun
            self._metrics.request_ended(_method(scope), _route(scope), status, seconds)


def _age_s(since: str | None, now: datetime) -> float:
    return (now - datetime.fromisoformat(since)).total_seconds() if since else 0.0


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "none")
