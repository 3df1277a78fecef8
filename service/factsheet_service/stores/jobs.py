"""Jobs in one SQLite file; what is saved survives the process."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from factsheet_schemas.api import Job, JobList, JobState

from factsheet_service.core.errors import StoreUnavailable, UnknownJob, UsageError

T = TypeVar("T")

TABLE = """
create table if not exists jobs (
    seq integer primary key autoincrement,
    id text not null unique,
    company text not null,
    state text not null,
    body text not null
) strict
"""
SAVE = """
insert into jobs (id, company, state, body) values (:id, :company, :state, :body)
on conflict (id) do update set state = excluded.state, body = excluded.body
"""
PAGE = """
select seq, body from jobs
where seq < :before and company = coalesce(:company, company) and state = coalesce(:state, state)
order by seq desc limit :limit
"""
LOCK_WAIT_S = 1.0
BEYOND_ALL = 2**63 - 1


class JobStore:
    """Keeps jobs by id, in the order of their arrival.

    All statements run in one thread of its own, so the event loop never waits for the disk.
    Only one process may have the file open. Every method raises StoreUnavailable if it cannot be
    read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="jobs")
        self._connection: sqlite3.Connection | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._call(self._open)
        except StoreUnavailable:
            await self.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the file; another process may open it then."""
        await self._call(self._close)
        self._thread.shutdown()

    async def save(self, job: Job) -> None:
        """Add the job or replace it; durable against a crash of the process on return."""
        row = {"id": job.id, "company": job.company, "state": job.state.value}
        await self._call(lambda: self._save(row | {"body": job.model_dump_json()}))

    async def get(self, job_id: str) -> Job:
        """The job of that id. Raises UnknownJob."""
        row = await self._call(
            lambda: self._db().execute("select body from jobs where id = ?", (job_id,)).fetchone()
        )
        if row is None:
            raise UnknownJob(f"no job {job_id!r}; GET /jobs lists them")
        return Job.model_validate_json(row[0])

    async def page(
        self,
        company: str | None = None,
        state: JobState | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> JobList:
        """One page, newest first; ``cursor`` is the ``next`` of the page before."""
        asked = {"company": company, "state": state, "before": _before(cursor), "limit": limit + 1}
        rows = await self._call(lambda: self._db().execute(PAGE, asked).fetchall())
        jobs = tuple(Job.model_validate_json(body) for _, body in rows[:limit])
        return JobList(jobs=jobs, next=str(rows[limit - 1][0]) if len(rows) > limit else None)

    async def unfinished(self) -> tuple[Job, ...]:
        """Jobs that are queued or running, oldest first."""
        query = "select body from jobs where state in ('queued', 'running') order by seq"
        rows = await self._call(lambda: self._db().execute(query).fetchall())
        return tuple(Job.model_validate_json(row[0]) for row in rows)

    async def check(self) -> None:
        """Return if the store answers."""
        await self._call(lambda: self._db().execute("select 1 from jobs limit 1").fetchone())

    async def _call(self, statement: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, statement)
        except (sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"job store {self._path.name}: {_remedy(error)}") from error

    def _save(self, row: dict[str, str]) -> None:
        self._db().execute(SAVE, row)

    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the job store is not open")
        return self._connection

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=LOCK_WAIT_S)
        # A second server over the same file would run every job a second time.
        self._connection.execute("pragma locking_mode = exclusive")
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute(TABLE)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _remedy(error: Exception) -> str:
    is_taken = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return f"{error}; another server is using it" if is_taken else str(error)


def _before(cursor: str | None) -> int:
    if cursor is None:
        return BEYOND_ALL
    if not cursor.isdecimal() or int(cursor) > BEYOND_ALL:
        raise UsageError("cursor: not one of ours; take it from a page's next")
    return int(cursor)
