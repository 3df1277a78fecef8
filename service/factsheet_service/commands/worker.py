"""Carry out the jobs of a cluster."""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import Annotated

import typer

from factsheet_service.api.app import utc_now
from factsheet_service.api.running import explain
from factsheet_service.composition import build_operations, build_queue
from factsheet_service.jobs.extracting import Extracting
from factsheet_service.jobs.shift import Shift
from factsheet_service.jobs.worker import Worker
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore

from .database import has_database
from .exits import ending
from .parameters import Work, settings_at


def command(
    concurrency: Annotated[
        int, typer.Option(min=1, max=64, help="jobs at a time; they share the engine's cache")
    ] = 2,
    work: Work = None,
) -> None:
    """Carry out jobs that `factsheet serve` takes in, beside any number of other workers."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("factsheet_service").setLevel(logging.INFO)
    with ending("others take up what was left"):
        settings = settings_at(work)
        asyncio.run(carry_out(settings, concurrency))


async def carry_out(settings: AppSettings, num_places: int) -> None:
    """Work until SIGTERM or Ctrl-C; calls under way are then let end, and jobs left to others.

    Raises UsageError, StoreUnavailable.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    settings.work.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    store = JobStore(database, settings.lease_s)
    queue = build_queue(settings, store)
    await has_database(settings)
    extracting = Extracting(build_operations(settings))
    worker = Worker(store, extracting, explain, utc_now)
    async with database, Shift(queue, worker, extracting).opened(num_places):
        await stopped.wait()
