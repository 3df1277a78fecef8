"""The FastAPI application; everything it works with is handed in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version

from factsheet_schemas import Record, Schema, load_schema, offered_schemas
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute

from factsheet_service.core.errors import UsageError
from factsheet_service.jobs.embedded import EmbeddedQueue
from factsheet_service.jobs.queue import Queue
from factsheet_service.jobs.run import Clock
from factsheet_service.pipeline.operations import Operations
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.keys import KeyStore
from factsheet_service.stores.upkeep import kept_within

from . import companies, documents, extraction, health, pages, tenants, webhooks
from . import jobs as job_routes
from . import schemas as schema_routes
from .callers import Callers
from .conditional import Conditional
from .context import Context, caller_of
from .contract import Documented
from .metrics import CountRequests, Metrics
from .outside import Check, Render
from .problems import PROBLEM_REPLY, install
from .rates import Rates
from .running import Runner
from .settings import ApiSettings
from .shielding import Shielded

MAX_TENANTS = 1024
"""Tenants whose parts are held ready."""


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


async def no_check() -> None:
    """The engine is part of the process: it answers."""


def json_only(_record: Record, _schema: Schema, format: str) -> tuple[bytes, str]:
    """Stands where no reports were handed in. Raises UsageError."""
    raise UsageError(f"query.format: this server does not write {format}; take json")


def create_app(
    operations: Operations,
    jobs: JobStore,
    settings: ApiSettings,
    *,
    schemas: Mapping[str, Schema] | None = None,
    render: Render = json_only,
    check_engine: Check = no_check,
    clock: Clock = utc_now,
    queue: Queue | None = None,
) -> FastAPI:
    """The application; its lifespan opens the database of ``jobs`` and owns the running jobs.

    ``queue`` hands the jobs out; None: they are looked for in ``jobs`` itself.

    ``schemas`` are those offered, by name; None: all that are shipped, also with
    their extensions.
    """
    if schemas is None:
        schemas = {name: load_schema(name) for name in offered_schemas()}
    metrics = Metrics()
    runner = Runner(operations, jobs, queue or EmbeddedQueue(jobs), settings, metrics, clock)
    app = Documented(
        title="factsheet",
        version=version("factsheet"),
        summary="One fact sheet per facility from a company's documents, with evidence",
        lifespan=_lifespan,
        generate_unique_id_function=operation_id,
        docs_url=None,  # ours, which a browser is told to trust no further than it must
        redoc_url=None,
    )
    callers = Callers(KeyStore(jobs.database), settings.api_key)
    rates = Rates(settings.rate_per_key)
    outside = render, check_engine
    context = Context(
        operations, jobs, runner, settings, metrics, schemas, *outside, callers, rates
    )
    app.state.context = context
    app.state.context_of = lru_cache(MAX_TENANTS)(context.of)
    _include_routes(app, settings)
    app.add_middleware(Conditional)
    app.add_middleware(CountRequests, metrics=metrics)
    install(app, settings.retry_after_s)
    app.add_middleware(Shielded)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Context = app.state.context
    database, limits = parts.jobs.database, parts.settings.memo
    async with (
        database,
        kept_within(limits, database),
        webhooks.delivering(parts),
        parts.runner.opened(),
    ):
        yield


def operation_id(route: APIRoute) -> str:
    """The function's name: clients are generated from it."""
    return route.name


def _include_routes(app: FastAPI, settings: ApiSettings) -> None:
    """All routes; the health ones are open, the others want the key."""
    # The limits stand here and not at the app: there, its 413 would pass by the middlewares.
    keyed = [Depends(caller_of)]
    routes = (companies, documents, extraction, job_routes, schema_routes, tenants, webhooks)
    for nouns in routes:
        app.include_router(
            nouns.router,
            dependencies=keyed,
            responses=PROBLEM_REPLY,
            max_body_size=settings.max_body_bytes,
        )
    app.include_router(
        documents.uploads,
        dependencies=keyed,
        responses=PROBLEM_REPLY,
        max_body_size=settings.max_upload_bytes,
        form_limits={"max_files": settings.max_upload_files, "max_fields": 0},
    )
    app.include_router(health.router, responses=PROBLEM_REPLY)
    closed = [] if settings.has_open_metrics else keyed
    app.include_router(health.counters, dependencies=closed, responses=PROBLEM_REPLY)
    app.include_router(pages.router)
