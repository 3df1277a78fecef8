"""Keeping the memo within its limits for as long as a service runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from factsheet_service.core.errors import StoreUnavailable

from .database import Database
from .ledger import Limits, shrink

log = logging.getLogger(__name__)

EVERY_S = 3600.0

Wait = Callable[[float], Awaitable[None]]


@asynccontextmanager
async def kept_within(
    limits: Limits,
    database: Database,
    clock: Callable[[], float] = time.time,
    wait: Wait = asyncio.sleep,
) -> AsyncIterator[None]:
    """Forget what is beyond the limits, at once and then from time to time, until the block ends.

    Several processes over one database may do so at once.
    """
    if limits == Limits():
        yield
        return
    sweeping = asyncio.create_task(_sweep(limits, database, clock, wait), name="memo limits")
    try:
        yield
    finally:
        sweeping.cancel()
        await asyncio.wait([sweeping])


async def _sweep(
    limits: Limits, database: Database, clock: Callable[[], float], wait: Wait
) -> None:
    while True:
        try:
            if forgotten := await shrink(database, limits, clock()):
                log.info("%d answers beyond the memo's limits were forgotten", forgotten)
        except StoreUnavailable as error:
            log.warning("the memo could not be kept within its limits: %s", error)
        await wait(EVERY_S)
