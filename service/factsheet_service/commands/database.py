"""The database at the start of a server: waited for, with a word on what it is that is missing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import OperationalError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_delay, wait_fixed

from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database

LOOK_S = 1.0


async def has_database(
    settings: AppSettings, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Return when the database can be used, brought up to date.

    Asked before a server starts, since its own refusal would be a traceback. Raises
    StoreUnavailable: it is not there within ``wait_s``, or cannot be used at all.
    """
    retrying = AsyncRetrying(
        retry=retry_if_exception(is_not_there_yet),
        wait=wait_fixed(LOOK_S),
        stop=stop_after_delay(settings.wait_s),
        before_sleep=_Said(),
        sleep=sleep,
        reraise=True,
    )
    async for attempt in retrying:
        with attempt:
            async with Database(settings.database_url):
                pass


def is_not_there_yet(error: BaseException) -> bool:
    """Whether a server may only be starting. A file is there or never, and so are tables of
    another version."""
    cause = error.__cause__
    is_of_server = not str(error).startswith("sqlite")
    return (
        isinstance(error, StoreUnavailable)
        and is_of_server
        and isinstance(cause, OperationalError | OSError)
    )


class _Said:
    """Says what is waited for, once for each reason."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, state: RetryCallState) -> None:
        """Tell on stderr; the error names the address without its password."""
        reason = str(state.outcome.exception()) if state.outcome else ""
        if reason != self._last:
            sys.stderr.write(f"waiting for the database {reason}\n")
            self._last = reason
