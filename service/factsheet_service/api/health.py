"""Routes for those who run the service: is it alive, is it ready, what does it do."""

from __future__ import annotations

import asyncio
from typing import Annotated

from factsheet_schemas.api import Health
from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from factsheet_service.core.errors import EngineError
from factsheet_service.stores.requests import unfinished_by_state

from .context import Context, context_of
from .outside import Check

Parts = Annotated[Context, Depends(context_of)]  # nobody needs a key to probe

router = APIRouter(tags=["health"])
counters = APIRouter(tags=["health"])
"""Apart, since they may be closed."""


@router.get("/livez")
async def livez() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz")
async def readyz(parts: Parts) -> Health:
    """The service can take jobs; 503 if it cannot.

    With the engine down it is still ready, since jobs wait and documents are read: ``degraded``.
    """
    counts = await unfinished_by_state(parts.jobs.database)
    engine = await engine_state(parts.check_engine, parts.settings.engine_check_timeout_s)
    status = "ok" if engine == "ok" else "degraded"
    return Health(status=status, checks={"jobs": "ok", "engine": engine}, jobs=counts)


@counters.get("/metrics", response_class=Response)
async def metrics(parts: Parts) -> Response:
    """Prometheus' text format."""
    await parts.runner.show()
    return Response(generate_latest(parts.metrics.registry), media_type=CONTENT_TYPE_LATEST)


async def engine_state(check: Check, timeout_s: float) -> str:
    """``ok``, or why the engine does not answer."""
    try:
        async with asyncio.timeout(timeout_s):
            await check()
    except EngineError as error:
        return str(error)
    except TimeoutError:
        return f"no answer within {timeout_s:g} s"
    return "ok"
