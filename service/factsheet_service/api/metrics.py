"""What Prometheus reads: requests and jobs, in a registry of the app's own."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from factsheet_schemas.api import JobState
from prometheus_client import CollectorRegistry, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
        self._live = Gauge(
            "factsheet_jobs", "Jobs that have not ended", ("state",), registry=self.registry
        )

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


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in METHODS else "other"


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "none")
