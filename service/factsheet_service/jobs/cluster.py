"""The queue of a cluster: procrastinate on the PostgreSQL that holds the jobs.

A task of procrastinate's carries nothing but a job's id, under a queueing lock of that id. It is
deleted whenever it ends, however that was: whether the job has to be handed out again the table of
jobs says, and the sweep puts it in. So a task that was lost, or the worker that had it, costs a job
no more than the wait for its lease to end.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from factsheet_schemas.api import JobState
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.job_context import AbortReason
from procrastinate.jobs import DeleteJobCondition, Job, Status
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import Row, and_, column, exists, select, table, text

from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.tables import jobs

from .run import Told, unheard
from .waiting import LOOK_S, set_within
from .worker import Worker

log = logging.getLogger(__name__)

QUEUE = "jobs"
LEFT = "left jobs"
"""A queue of its own for jobs whose workers were lost: they wait for no place of the others'."""

QUEUES = (QUEUE, LEFT)
TASK = "run_job"
CONNECTIONS = 4  # of a process at most, and one that listens for each queue
PATIENCE_S = 5.0  # for a connection
BEATS_PER_LEASE = 5

QUEUED, RUNNING = JobState.QUEUED.value, JobState.RUNNING.value

_tasks = table("procrastinate_jobs", column("queueing_lock"), column("queue_name"))


class ClusterQueue:
    """Hands jobs to workers on any hosts, and tells them at once what came or is cancelled."""

    def __init__(self, store: JobStore) -> None:
        """``store`` must be over a PostgreSQL."""
        self._store = store
        self._app = App(connector=PsycopgConnector())
        self._manager = self._app.job_manager
        self._run_job = self._app.task(name=TASK, queue=QUEUE, pass_context=True)(self._carry)
        self._worker: Worker | None = None

    @asynccontextmanager
    async def opened(self, told: Told = unheard) -> AsyncIterator[None]:
        """The pool of connections, until the block ends; it does not wait for the first. Changes
        are told by the database."""
        pool = AsyncConnectionPool(
            self._store.database.libpq_address,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=PATIENCE_S,
            open=False,
            check=AsyncConnectionPool.check_connection,
        )
        async with pool, self._app.open_async(pool):
            yield

    async def put(self, job_id: str) -> None:
        """Defer the job, unless it is already."""
        lost = await self._lost(job_id)
        with _as_unavailable():
            for one in lost:
                await self._defer(one)

    async def cancel(self, job_id: str) -> None:
        """Take the job's tasks out of the queue, and tell who has one."""
        with _as_unavailable():
            for task in await self._manager.list_jobs_async(task=TASK, queueing_lock=job_id):
                if task.id is not None:
                    await self._manager.cancel_job_by_id_async(task.id, abort=True, delete_job=True)

    async def sweep(self) -> None:
        """Take tasks from workers that have gone silent, then defer what is due and not here."""
        with _as_unavailable():
            for task in await self._manager.get_stalled_jobs(
                task_name=TASK, seconds_since_heartbeat=self._store.lease_s
            ):
                await self._end(task)
        for one in await self._lost():
            with _as_unavailable():
                await self._defer(one)

    async def hand_out(self, worker: Worker, num_places: int, is_over: asyncio.Event) -> None:
        """Be a worker of procrastinate's for each queue, and become one anew when the database was
        away."""
        self._worker = worker
        while not is_over.is_set():
            await self._hand_out(num_places, is_over)
            await set_within(is_over, LOOK_S)

    async def _hand_out(self, num_places: int, is_over: asyncio.Event) -> None:
        working = [asyncio.create_task(self._serve(queue, num_places)) for queue in QUEUES]
        tasks = [*working, asyncio.create_task(is_over.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                log.warning("the queue cannot be served: %s", type(end).__name__)

    async def _serve(self, queue: str, num_places: int) -> None:
        lease_s = self._store.lease_s
        await self._app.run_worker_async(
            queues=[queue],
            concurrency=num_places,
            fetch_job_polling_interval=LOOK_S,
            abort_job_polling_interval=LOOK_S,
            shutdown_graceful_timeout=0,  # what runs is the worker's, see _carry
            delete_jobs=DeleteJobCondition.ALWAYS,
            install_signal_handlers=False,
            update_heartbeat_interval=lease_s / BEATS_PER_LEASE,
            stalled_worker_timeout=lease_s,
        )

    async def _carry(self, context: JobContext, job_id: str) -> None:
        """Run the job. Asked to abort, it is cancelled; where procrastinate's worker ends, it is
        not: our own lets calls under way end, or has lost nothing but the queue."""
        if self._worker is None:
            raise AssertionError("tasks come to those who hand out")
        running = self._worker.start(job_id)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            if context.abort_reason() is AbortReason.USER_REQUEST:
                self._worker.cancel(job_id)
                await asyncio.wait([running])

    async def _defer(self, lost: Row[Any]) -> None:
        deferrer = self._run_job.configure(
            queue=LEFT if lost.state == RUNNING else QUEUE,
            queueing_lock=lost.id,
            priority=lost.priority,
        )
        try:
            await deferrer.defer_async(job_id=lost.id)
        except AlreadyEnqueued:  # by another process's sweep
            log.debug("job %s is in the queue already", lost.id)

    async def _end(self, task: Job) -> None:
        log.warning("job %s: its worker has gone silent", task.queueing_lock)
        try:
            await self._manager.finish_job(task, Status.FAILED, delete_job=True)
        except ConnectorException:  # another sweep, or the worker itself, was quicker
            log.debug("job %s was ended meanwhile", task.queueing_lock)

    async def _lost(self, job_id: str | None = None) -> Sequence[Row[Any]]:
        """Jobs that are due and of which the queue knows nothing.

        A task that is with a worker counts for as long as its job may have been taken by it: one
        that runs and that nobody has was lost with its worker.
        """
        is_here = and_(_tasks.c.queueing_lock == jobs.c.id, _tasks.c.queue_name.in_(QUEUES))
        is_waiting = exists().where(is_here, text("status = 'todo'"))
        is_fetched = exists().where(is_here, text("status = 'doing'"), jobs.c.state == QUEUED)
        query = select(jobs.c.id, jobs.c.state, jobs.c.priority).where(self._store.is_free())
        query = query.where(~is_waiting, ~is_fetched)
        query = query if job_id is None else query.where(jobs.c.id == job_id)
        query = query.order_by(jobs.c.priority.desc(), jobs.c.seq)
        return await self._store.database.rows(query)


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except ConnectorException as error:
        raise StoreUnavailable("the queue's database does not answer") from error
