"""Which jobs changed, told by PostgreSQL the moment they do, whichever process wrote them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import psycopg

from .database import Database

log = logging.getLogger(__name__)

CHANNEL = "factsheet_jobs"  # of the trigger that a revision made
AGAIN_S = 1.0

Hear = Callable[[str | None], None]


async def listen(database: Database, hear: Hear) -> None:
    """Call ``hear`` with the id of each job that changes, for as long as this is not cancelled.

    It is called with None where changes may have been missed: when the connection stands, and when
    it stands again. The database must be a PostgreSQL.
    """
    while True:
        try:
            await _heard(database.libpq_address, hear)
        except psycopg.OperationalError as error:
            log.warning("%s does not tell what changes: %s", database.name, type(error).__name__)
        await asyncio.sleep(AGAIN_S)


async def _heard(address: str, hear: Hear) -> None:
    connecting = psycopg.AsyncConnection.connect(address, autocommit=True)
    async with await connecting as connection:
        await connection.execute(f"listen {CHANNEL}")
        hear(None)
        async for notice in connection.notifies():
            hear(notice.payload)
