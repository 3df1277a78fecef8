"""A worker in a process of its own, beside the one that serves requests, over the same database.

Extracting is work for the processor: in the process that serves, it would hold up every request.
Both ends of the pipes between the two are here. Down go ``put ID`` and ``cancel ID``, a line each;
up comes each change of a job, as JSON, a line each. Whatever is lost on the way stands in the table
of jobs and is found there, so neither end ever waits for the other.
"""

from __future__ import annotations

import asyncio
import logging
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import BinaryIO

from factsheet_schemas.api import Job
from pydantic import ValidationError

from .queue import Queue
from .run import Told
from .waiting import LOOK_S, meanwhile, set_within
from .worker import Worker

log = logging.getLogger(__name__)

LEAVE_S = 30.0
"""What the worker is given at the end, for calls under way and for leaving its jobs to others."""

MAX_LINE_BYTES = 64 * 1024**2  # a job names each of its documents
NICENESS = 10
"""Requests go first where there are too few processors for both."""


class Beside:
    """The serving end: starts the worker, and another one when it ends by itself."""

    def __init__(self, command: Sequence[str]) -> None:
        """``command`` runs the other end."""
        self._command = command
        self._process: Process | None = None

    @asynccontextmanager
    async def opened(self, told: Told) -> AsyncIterator[None]:
        """Have a worker until the block ends; ``told`` hears of each change of its jobs."""
        is_over = asyncio.Event()
        keeping = asyncio.create_task(self._keep(told, is_over), name="worker beside")
        try:
            yield
        finally:
            is_over.set()
            self._dismiss()
            await asyncio.wait([keeping], timeout=LEAVE_S)
            self._kill()
            await asyncio.wait([keeping])

    def put(self, job_id: str) -> None:
        """Tell the worker, if there is one, of a job that came in."""
        self._say(f"put {job_id}")

    def cancel(self, job_id: str) -> None:
        """Have the worker cancel a job, if it has it."""
        self._say(f"cancel {job_id}")

    def _say(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n".encode())

    async def _keep(self, told: Told, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            try:
                end = f"code {await self._have_one(told, is_over)}"
            except (OSError, ValueError) as error:  # none can be started, or it talks nonsense
                end = type(error).__name__
            if not is_over.is_set():
                log.warning("the worker beside ended with %s; another one is started", end)
                await set_within(is_over, LOOK_S)

    async def _have_one(self, told: Told, is_over: asyncio.Event) -> int:
        """Start a worker and hear it until it ends; its exit code. Raises OSError, ValueError."""
        self._process = process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, limit=MAX_LINE_BYTES
        )
        if is_over.is_set():
            self._dismiss()
        try:
            if process.stdout is not None:
                await _hear(process.stdout, told)
        except ValueError:
            process.kill()
            await process.communicate()  # what it had said is read, or its pipe stayed open
            raise
        return await process.wait()

    def _dismiss(self) -> None:
        """Give the worker its sign to end."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


async def _hear(lines: asyncio.StreamReader, told: Told) -> None:
    async for line in lines:
        try:
            told(Job.model_validate_json(line))
        except ValidationError as error:
            log.warning("the worker beside told no job: %d problems", error.error_count())


class Above:
    """The worker's end: tells the process above of changes, and does what that one says."""

    def __init__(self, down: BinaryIO, up: BinaryIO) -> None:
        """The pipes, as the other end has them: its words come down, changes go up."""
        self._down = down
        self._up = up
        self._news: dict[str, Job] = {}
        self._has_news = asyncio.Event()

    def tell(self, job: Job) -> None:
        """Have a change told; one that is not on its way yet is left out for a later one."""
        self._news[job.id] = job
        self._has_news.set()

    @asynccontextmanager
    async def heard(
        self, queue: Queue, worker: Worker, gone: Callable[[], None]
    ) -> AsyncIterator[None]:
        """Until the block ends; ``gone`` is called when the process above is, however it ended."""
        os.nice(NICENESS)
        async with meanwhile(self._heed(queue, worker), self._send(), name="above") as tasks:
            tasks[0].add_done_callback(lambda _: gone())
            yield

    async def _heed(self, queue: Queue, worker: Worker) -> None:
        lines = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), self._down)
        async for line in lines:
            match line.decode().split():
                case ["put", job_id]:
                    await queue.put(job_id)
                case ["cancel", job_id]:
                    worker.cancel(job_id)

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        made = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, self._up)
        writer = asyncio.StreamWriter(*made, None, loop)
        with suppress(ConnectionError):  # nobody hears it any more
            while True:
                await self._has_news.wait()
                self._has_news.clear()
                news, self._news = self._news, {}
                writer.writelines(job.model_dump_json().encode() + b"\n" for job in news.values())
                await writer.drain()
