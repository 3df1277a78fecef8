"""Jobs in the database: who asked for them, how they stand, and who has them until when.

A worker claims a job for a lease and renews it while it works. Each claim raises the job's fence,
and writes of an earlier claim are refused, so that a worker which slept through its lease does no
harm. Leases and deadlines are by the database's clock, which all workers share.

Next is the job of who has fewest unfinished before it, then the one that came first: a tenant with
a hundred jobs in the queue does not hold up another's first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factsheet_schemas.api import Job, JobList, JobState
from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import TextClause

from factsheet_service.core.errors import Fenced, KeyReused, UnknownJob, UsageError

from .batching import Batcher
from .database import Database
from .outbox import tell_end
from .tables import UNFINISHED, answers, jobs

LEASE_S = 30.0
BEYOND_ALL = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker has, until its lease ends unrenewed.

    ``num_vain`` counts the claims before this one since the last that brought an answer: those
    workers were lost without the job having come any further.
    """

    job: Job
    tenant: str
    fence: int
    is_cancelled: bool = False  # somebody wants it stopped
    seconds_left: float | None = None  # until its deadline, where it has one
    num_vain: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What made a request the same as an earlier one: its key, and the hash of all it asks."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The job that stands in the place of one to be added; of no fingerprint where only its id is
    the same."""

    fingerprint: str | None
    body: str


class JobStore:
    """Jobs by id, in the order of their arrival; a tenant sees its own alone.

    Every method raises StoreUnavailable if the database cannot be read or written.
    """

    def __init__(self, database: Database, lease_s: float = LEASE_S) -> None:
        self.database = database
        self.lease_s = lease_s
        self._rows: Batcher[Mapping[str, Any], Earlier | None] = Batcher(self._add_all)
        self._bodies: Batcher[tuple[str, str], str | None] = Batcher(self._read_bodies)

    async def add(
        self,
        job: Job,
        tenant: str = "",
        asked: Asked | None = None,
        deadline_s: float | None = None,
    ) -> Job:
        """Queue a job; durable on return. The earlier job where the request was made before.

        ``deadline_s`` from now it must have ended. Raises KeyReused if its key came with another
        request.
        """
        row = {
            "id": job.id,
            "tenant": tenant,
            "company": job.company,
            "state": job.state.value,
            "fence": 0,
            "lease_until": 0.0,
            "is_cancelled": False,
            "priority": -_num_unfinished_of(tenant),
            "deadline": None if deadline_s is None else self.database.now() + deadline_s,
            "idempotency_key": asked.key if asked else None,
            "fingerprint": asked.fingerprint if asked else None,
            "body": job.model_dump_json(),
        }
        earlier = await self._rows(row)
        if earlier is None:
            return job
        if earlier.fingerprint is None or earlier.fingerprint != row["fingerprint"]:
            raise KeyReused
        return Job.model_validate_json(earlier.body)

    async def _add_all(self, rows: Sequence[Mapping[str, Any]]) -> list[Earlier | None]:
        """Queue jobs in one transaction; with each comes the earlier one that stands for it."""
        return await self.database.write(
            lambda connection: [self._added(connection, row) for row in rows]
        )

    def _added(self, connection: Connection, row: Mapping[str, Any]) -> Earlier | None:
        insert = self.database.insert(jobs).values(row).on_conflict_do_nothing()
        if connection.scalar(insert.returning(jobs.c.seq)) is not None:
            return None
        mine = [jobs.c[name] == row[name] for name in ("tenant", "idempotency_key")]
        kept = select(jobs.c.fingerprint, jobs.c.body).where(*mine).limit(1)
        found = connection.execute(kept).one_or_none()
        return Earlier(*found) if found else Earlier(None, "")

    async def get(self, job_id: str, tenant: str = "") -> Job:
        """The job of that id. Raises UnknownJob."""
        body = await self._bodies((job_id, tenant))
        if body is None:
            raise UnknownJob(f"no job {job_id!r}; GET /jobs lists them")
        return Job.model_validate_json(body)

    async def bodies(self, job_ids: Collection[str]) -> dict[str, str]:
        """Jobs as they were written, by id; of all tenants, without those that are not known."""
        query = select(jobs.c.id, jobs.c.body).where(jobs.c.id.in_(job_ids))
        return {row.id: row.body for row in await self.database.rows(query)}

    async def _read_bodies(self, asked: Sequence[tuple[str, str]]) -> list[str | None]:
        """The jobs of these ids and tenants, as they are told."""
        wanted = select(jobs.c.id, jobs.c.tenant, jobs.c.body)
        wanted = wanted.where(jobs.c.id.in_({job_id for job_id, _ in asked}))
        rows = await self.database.rows(wanted)
        bodies = {(row.id, row.tenant): row.body for row in rows}
        return [bodies.get(one) for one in asked]

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
        rows = await self.database.rows(query.order_by(jobs.c.seq.desc()).limit(limit + 1))
        found = tuple(Job.model_validate_json(row.body) for row in rows[:limit])
        return JobList(jobs=found, next=str(rows[limit - 1].seq) if len(rows) > limit else None)

    async def num_unfinished(self) -> int:
        """How many jobs are queued or running, of all tenants."""
        return await self._num(UNFINISHED)

    async def num_due(self) -> int:
        """How many jobs nobody has and somebody should, of all tenants."""
        return await self._num(self.is_free())

    async def _num(self, wanted: ColumnElement[bool] | TextClause) -> int:
        query = select(func.count()).select_from(jobs).where(wanted)
        return await self.database.scalar(query) or 0

    async def due(self, limit: int | None = None, is_left: bool = False) -> tuple[str, ...]:
        """The ids of jobs that nobody has and somebody should, the next first; ``is_left``: only
        those that somebody had begun and was lost over."""
        turns = select(jobs.c.id).where(self.is_free()).order_by(jobs.c.priority.desc(), jobs.c.seq)
        if is_left:
            turns = turns.where(jobs.c.state == JobState.RUNNING.value)
        return tuple(row.id for row in await self.database.rows(turns.limit(limit)))

    async def spent(self) -> tuple[str, ...]:
        """The ids of jobs that nobody has and that need only be ended: their deadlines have passed
        or they are to be cancelled."""
        is_late = jobs.c.deadline < self.database.now()
        ending = select(jobs.c.id).where(self.is_free(), or_(is_late, jobs.c.is_cancelled))
        return tuple(row.id for row in await self.database.rows(ending))

    async def claim(self, job_id: str) -> Claim | None:
        """Take a job for a lease; None if another has it or it has ended."""
        has_come_on = _num_answers() > jobs.c.num_answers
        taken = update(jobs).where(jobs.c.id == job_id, self.is_free())
        taken = taken.values(
            fence=jobs.c.fence + 1,
            lease_until=self._lease(),
            num_vain=case((has_come_on, 1), else_=jobs.c.num_vain + 1),
            num_answers=_num_answers(),
        )
        left = cast(jobs.c.deadline - self.database.now(), Float).label("seconds_left")
        row = await self.database.write(
            lambda connection: connection.execute(taken.returning(jobs, left)).one_or_none()
        )
        if row is None:
            return None
        job = Job.model_validate_json(row.body)
        earlier = row.num_vain - 1
        return Claim(job, row.tenant, row.fence, row.is_cancelled, row.seconds_left, earlier)

    async def renew(self, claim: Claim, job: Job) -> bool:
        """Keep the job for another lease, and how it stands; returns whether it is to be cancelled.

        Raises Fenced.
        """
        return await self.database.write(
            lambda connection: _write(connection, claim, job, lease_until=self._lease())
        )

    async def let_go(self, claim: Claim, job: Job) -> None:
        """Leave the job to the next worker, at once; the claim was none in vain. Raises Fenced."""
        left = {"lease_until": literal(0.0), "num_vain": jobs.c.num_vain - 1}
        await self.database.write(lambda connection: _write(connection, claim, job, **left))

    async def finish(self, claim: Claim, job: Job) -> None:
        """Keep how the job ended, and have its webhooks told; nobody has it any more.

        The one place where a job ends. Once more, after an error that came behind the commit, it
        changes nothing. Raises Fenced.
        """

        def end(connection: Connection) -> None:
            if not _is_kept(connection, claim, job):
                _write(connection, claim, job, lease_until=literal(0.0))
                tell_end(connection, self.database, claim.tenant, job)

        await self.database.write(end)

    async def cancel(self, job_id: str, tenant: str = "") -> None:
        """Have the job cancelled by whoever has it. Raises UnknownJob."""
        mine = update(jobs).where(jobs.c.id == job_id, jobs.c.tenant == tenant)
        if not await self.database.do(mine.values(is_cancelled=True)):
            raise UnknownJob(f"no job {job_id!r}; GET /jobs lists them")

    async def check(self) -> None:
        """Return if the store answers."""
        await self.database.check()

    def _lease(self) -> ColumnElement[float]:
        return self.database.now() + self.lease_s

    def is_free(self) -> ColumnElement[bool]:
        """Whether nobody has a job, and it has not ended."""
        return and_(
            UNFINISHED,
            or_(jobs.c.lease_until == 0.0, jobs.c.lease_until < self.database.now()),
        )


def _write(connection: Connection, claim: Claim, job: Job, **values: ColumnElement[Any]) -> bool:
    """Write as whoever has the job; returns whether it is to be cancelled. Raises Fenced."""
    mine = and_(_is_of(claim), UNFINISHED)
    body = {"state": job.state.value, "body": job.model_dump_json()}
    write = update(jobs).where(mine).values(**body, **values)
    is_cancelled = connection.scalar(write.returning(jobs.c.is_cancelled))
    if is_cancelled is None:
        raise Fenced(f"another worker has job {claim.job.id} now, or it has ended")
    return bool(is_cancelled)


def _is_kept(connection: Connection, claim: Claim, job: Job) -> bool:
    """Whether whoever has the job has ended it so already."""
    kept = select(jobs.c.id).where(_is_of(claim), jobs.c.state == job.state.value)
    return connection.scalar(kept) is not None


def _is_of(claim: Claim) -> ColumnElement[bool]:
    return and_(jobs.c.id == claim.job.id, jobs.c.fence == claim.fence)


def _num_unfinished_of(tenant: str) -> ColumnElement[int]:
    others = jobs.alias()
    own = select(func.count()).select_from(others).where(others.c.tenant == tenant)
    return own.where(UNFINISHED).scalar_subquery()


def _num_answers() -> ColumnElement[int]:
    """How many answers the job has paid for."""
    paid = select(func.count()).select_from(answers)
    paid = paid.where(answers.c.tenant == jobs.c.tenant, answers.c.company == jobs.c.company)
    return paid.where(answers.c.job == jobs.c.id).correlate(jobs).scalar_subquery()


def _before(cursor: str | None) -> int:
    if cursor is None:
        return BEYOND_ALL
    if not cursor.isdecimal() or int(cursor) > BEYOND_ALL:
        raise UsageError("cursor: not one of ours; take it from a page's next")
    return int(cursor)
