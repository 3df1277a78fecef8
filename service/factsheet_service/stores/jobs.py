"""Jobs in the database: who asked for them, how they stand, and who has them until when.

A worker claims a job for a lease and renews it while it works. Each claim raises the job's fence,
and writes of an earlier claim are refused, so that a worker which slept through its lease does no
harm. Leases are by the database's clock, which all workers share.
"""

from __future__ import annotations

from dataclasses import dataclass

from factsheet_schemas.api import Job, JobList, JobState
from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update

from factsheet_service.core.errors import Fenced, KeyReused, UnknownJob, UsageError

from .database import Database
from .tables import jobs

LEASE_S = 30.0
BEYOND_ALL = 2**63 - 1
UNFINISHED = (JobState.QUEUED.value, JobState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker has, until its lease ends unrenewed."""

    job: Job
    tenant: str
    fence: int
    is_cancelled: bool = False  # somebody wants it stopped


@dataclass(frozen=True, slots=True)
class Asked:
    """What made a request the same as an earlier one: its key, and the hash of all it asks."""

    key: str
    fingerprint: str


class JobStore:
    """Jobs by id, in the order of their arrival; a tenant sees its own alone.

    Every method raises StoreUnavailable if the database cannot be read or written.
    """

    def __init__(self, database: Database, lease_s: float = LEASE_S) -> None:
        self.database = database
        self.lease_s = lease_s

    async def add(self, job: Job, tenant: str = "", asked: Asked | None = None) -> Job:
        """Queue a job; durable on return. The earlier job where the request was made before.

        Raises KeyReused if its key came with another request.
        """
        row = {
            "id": job.id,
            "tenant": tenant,
            "company": job.company,
            "state": job.state.value,
            "fence": 0,
            "lease_until": 0.0,
            "is_cancelled": False,
            "idempotency_key": asked.key if asked else None,
            "fingerprint": asked.fingerprint if asked else None,
            "body": job.model_dump_json(),
        }
        insert = self.database.insert(jobs).values(row).on_conflict_do_nothing()
        async with self.database.begin() as connection:
            if await connection.scalar(insert.returning(jobs.c.seq)) is not None:
                return job
            same = and_(jobs.c.tenant == tenant, jobs.c.idempotency_key == row["idempotency_key"])
            earlier = (await connection.execute(select(jobs).where(same))).one_or_none()
        if earlier is None or earlier.fingerprint != row["fingerprint"]:
            raise KeyReused
        return Job.model_validate_json(earlier.body)

    async def get(self, job_id: str, tenant: str = "") -> Job:
        """The job of that id. Raises UnknownJob."""
        own = and_(jobs.c.id == job_id, jobs.c.tenant == tenant)
        async with self.database.reading() as connection:
            body = (await connection.execute(select(jobs.c.body).where(own))).scalar_one_or_none()
        if body is None:
            raise UnknownJob(f"no job {job_id!r}; GET /jobs lists them")
        return Job.model_validate_json(body)

    async def page(
        self,
        company: str | None = None,
        state: JobState | None = None,
        cursor: str | None = None,
        limit: int = 50,
        tenant: str = "",
    ) -> JobList:
        """One page, newest first; ``cursor`` is the ``next`` of the page before."""
        wanted = [jobs.c.tenant == tenant, jobs.c.seq < _before(cursor)]
        wanted += [jobs.c.company == company] if company is not None else []
        wanted += [jobs.c.state == state.value] if state is not None else []
        query = select(jobs.c.seq, jobs.c.body).where(*wanted)
        async with self.database.reading() as connection:
            newest = query.order_by(jobs.c.seq.desc()).limit(limit + 1)
            rows = (await connection.execute(newest)).all()
        found = tuple(Job.model_validate_json(row.body) for row in rows[:limit])
        return JobList(jobs=found, next=str(rows[limit - 1].seq) if len(rows) > limit else None)

    async def num_unfinished(self) -> int:
        """How many jobs are queued or running, of all tenants."""
        query = select(func.count()).where(jobs.c.state.in_(UNFINISHED))
        async with self.database.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def due(self) -> tuple[str, ...]:
        """The ids of jobs that nobody has and somebody should, oldest first."""
        query = select(jobs.c.id).where(self._is_free()).order_by(jobs.c.seq)
        async with self.database.reading() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def claim(self, job_id: str) -> Claim | None:
        """Take a job for a lease; None if another has it or it has ended."""
        taken = (
            update(jobs)
            .where(jobs.c.id == job_id, self._is_free())
            .values(fence=jobs.c.fence + 1, lease_until=self._lease())
            .returning(jobs.c.body, jobs.c.tenant, jobs.c.fence, jobs.c.is_cancelled)
        )
        async with self.database.begin() as connection:
            row = (await connection.execute(taken)).one_or_none()
        if row is None:
            return None
        job = Job.model_validate_json(row.body)
        return Claim(job, row.tenant, row.fence, row.is_cancelled)

    async def renew(self, claim: Claim, job: Job) -> bool:
        """Keep the job for another lease, and how it stands; returns whether it is to be cancelled.

        Raises Fenced.
        """
        return bool(await self._write(claim, job, self._lease()))

    async def let_go(self, claim: Claim, job: Job) -> None:
        """Keep how the job stands, ended or for the next worker; nobody has it any more.

        Raises Fenced.
        """
        await self._write(claim, job, literal(0.0))

    async def cancel(self, job_id: str, tenant: str = "") -> None:
        """Have the job cancelled by whoever has it. Raises UnknownJob."""
        asked = update(jobs).where(jobs.c.id == job_id, jobs.c.tenant == tenant)
        async with self.database.begin() as connection:
            done = await connection.execute(asked.values(is_cancelled=True))
        if not done.rowcount:
            raise UnknownJob(f"no job {job_id!r}; GET /jobs lists them")

    async def check(self) -> None:
        """Return if the store answers."""
        await self.database.check()

    async def _write(self, claim: Claim, job: Job, lease: ColumnElement[float]) -> bool:
        mine = and_(jobs.c.id == claim.job.id, jobs.c.fence == claim.fence)
        body = {"state": job.state.value, "body": job.model_dump_json()}
        write = update(jobs).where(mine).values(**body, lease_until=lease)
        async with self.database.begin() as connection:
            is_cancelled = await connection.scalar(write.returning(jobs.c.is_cancelled))
        if is_cancelled is None:
            raise Fenced(f"another worker has job {claim.job.id} now")
        return bool(is_cancelled)

    def _lease(self) -> ColumnElement[float]:
        return self.database.now() + self.lease_s

    def _is_free(self) -> ColumnElement[bool]:
        return and_(
            jobs.c.state.in_(UNFINISHED),
            or_(jobs.c.lease_until == 0.0, jobs.c.lease_until < self.database.now()),
        )


def _before(cursor: str | None) -> int:
    if cursor is None:
        return BEYOND_ALL
    if not cursor.isdecimal() or int(cursor) > BEYOND_ALL:
        raise UsageError("cursor: not one of ours; take it from a page's next")
    return int(cursor)
