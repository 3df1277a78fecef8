"""Carry out the jobs of a service."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from factsheet_service.api.app import utc_now
from factsheet_service.api.running import explain
from factsheet_service.composition import build_operations, build_queue
from factsheet_service.jobs.beside import Above
from factsheet_service.jobs.extracting import Extracting
from factsheet_service.jobs.run import unheard
from factsheet_service.jobs.shift import Shift
from factsheet_service.jobs.worker import Worker
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.jobs import JobStore

from .database import has_database
from .exits import ending
from .parameters import Work, settings_at

SWITCH_S = 0.0005
"""How long a thread computes before another has its turn. One that writes to SQLite holds up the
writers of all processes until it has committed, and gives its turn away at each row."""


def command(
    concurrency: Annotated[
        int, typer.Option(min=1, max=64, help="jobs at a time; they share the engine's cache")
    ] = 2,
    work: Work = None,
    beside: Annotated[
        bool, typer.Option("--beside", hidden=True, help="as the child of a process that serves")
    ] = False,
) -> None:
    """Carry out jobs that `factsheet serve` takes in, beside any number of other workers."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("factsheet_service").setLevel(logging.INFO)
    sys.setswitchinterval(SWITCH_S)
    gc.freeze()  # what is here by now stays, and is not gone through again and again
    with ending("others take up what was left"):
        settings = settings_at(work)
        asyncio.run(carry_out(settings, concurrency, beside))


def worker_command(work: Path, num_places: int) -> tuple[str, ...]:
    """What runs a worker as the child of this process, for ``Beside``."""
    start = "from factsheet.cli import main; main()"
    places = ("--concurrency", str(num_places))
    return sys.executable, "-c", start, "worker", "--beside", *places, "--work", str(work)


async def carry_out(settings: AppSettings, num_places: int, is_beside: bool = False) -> None:
    """Work until SIGTERM or Ctrl-C; calls under way are then let end, and jobs left to others.

    Beside a process that serves, its end is the sign, however it ended. Raises UsageError,
    StoreUnavailable.
    """
    stopped = asyncio.Event()
    settings.work.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    store = JobStore(database, settings.lease_s)
    queue = build_queue(settings, store)
    await has_database(settings)
    extracting = Extracting(build_operations(settings))
    above = Above(sys.stdin.buffer, sys.stdout.buffer) if is_beside else None
    told = above.tell if above else unheard
    worker = Worker(store, extracting, explain, utc_now, told)
    _stop_by_signals(stopped, is_beside)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(database)
        if above:
            await stack.enter_async_context(above.heard(queue, worker, stopped.set))
        await stack.enter_async_context(Shift(queue, worker, extracting).opened(num_places))
        await stopped.wait()


def _stop_by_signals(stopped: asyncio.Event, is_beside: bool) -> None:
    """Ctrl-C is for the process above, which then ends this one."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_signal_handler(signal.SIGINT, (lambda: None) if is_beside else stopped.set)
