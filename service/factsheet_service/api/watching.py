"""Watching jobs, whichever process carries them out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager

from factsheet_schemas.api import Job
from pydantic import ValidationError

from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.jobs.waiting import LOOK_S, meanwhile
from factsheet_service.jobs.worker import Worker
from factsheet_service.stores.jobs import JobStore
from factsheet_service.stores.notices import listen

log = logging.getLogger(__name__)


class Topic:
    """A job that is watched: as it stands, and an event for its next change."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self.changed = asyncio.Event()
        self.num_watchers = 0
        self._body: str | None = None

    def take(self, job: Job) -> None:
        """Wake who watches, if this is newer: others may tell of it late."""
        if self.job is None or job.version > self.job.version:
            self.job = job
            self._wake()

    def read(self, body: str | None) -> None:
        """Take what stands in the store; None: the job was erased.

        Raises ValidationError where a later version wrote it.
        """
        if body is None:
            self.job = None
            self._wake()
        elif body != self._body:
            self._body = body
            self.take(Job.model_validate_json(body))

    def _wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class Watching:
    """All who watch jobs in this process; one look at the store is for all of them.

    Of the jobs of ``worker`` each change is told at once, of others' what their workers write. A
    PostgreSQL says when to look; besides, all that is watched is looked at once a second.
    """

    def __init__(self, store: JobStore, worker: Worker) -> None:
        self._store = store
        self._worker = worker
        self._topics: dict[str, Topic] = {}
        self._due: set[str] = set()  # noticed, and not looked at yet
        self._is_due = asyncio.Event()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Look until the block ends."""
        looks = [self._look_again_and_again()]
        if not self._store.database.is_sqlite:
            looks += [self._look_when_due(), listen(self._store.database, self._notice)]
        async with meanwhile(*looks, name="watching"):
            yield

    @property
    def num_watched(self) -> int:
        """How many jobs somebody watches."""
        return len(self._topics)

    async def watch(self, job_id: str, seen: int | None, tenant: str) -> AsyncGenerator[Job]:
        """The job now, unless its version is ``seen`` or older, and after every change until it
        ends; the end is told in any case. A job that is erased meanwhile just stops.

        Changes that come faster than they are taken are told as one. Raises UnknownJob.
        """
        with self._joined(job_id) as topic:
            topic.take(await self.get(job_id, tenant))
            while job := topic.job:
                changed = topic.changed
                if seen is None or job.version > seen or job.state.is_final:
                    seen = job.version
                    yield job
                if job.state.is_final:
                    return
                await changed.wait()

    async def get(self, job_id: str, tenant: str) -> Job:
        """The tenant's job as it stands. Raises UnknownJob."""
        return self._worker.job(job_id, tenant) or await self._store.get(job_id, tenant)

    def tell(self, job: Job) -> None:
        """Hear of a change of a job that is carried out here."""
        if topic := self._topics.get(job.id):
            topic.take(job)

    @contextmanager
    def _joined(self, job_id: str) -> Iterator[Topic]:
        topic = self._topics.setdefault(job_id, Topic())
        topic.num_watchers += 1
        try:
            yield topic
        finally:
            topic.num_watchers -= 1
            if not topic.num_watchers:
                del self._topics[job_id]

    def _notice(self, job_id: str | None) -> None:
        self._due |= self._topics.keys() & {job_id} if job_id else self._topics.keys()
        if self._due:
            self._is_due.set()

    async def _look_when_due(self) -> None:
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            due, self._due = self._due, set()
            await self._look(due)

    async def _look_again_and_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if self._topics:
                await self._look(tuple(self._topics))

    async def _look(self, job_ids: Collection[str]) -> None:
        try:
            found = await self._store.bodies(job_ids)
        except StoreUnavailable as error:
            log.warning("jobs cannot be watched: %s", error)
            return
        for job_id in job_ids:
            if topic := self._topics.get(job_id):
                _read(topic, job_id, found.get(job_id))


def _read(topic: Topic, job_id: str, body: str | None) -> None:
    try:
        topic.read(body)
    except ValidationError as error:
        log.error("job %s cannot be read: %d problems", job_id, error.error_count())
