"""What was asked of the service before, and how much of it is unfinished."""

from __future__ import annotations

import hashlib
import json

from factsheet_schemas.api import Job, JobState
from factsheet_schemas.record import JsonValue
from sqlalchemy import and_, func, select

from factsheet_service.core.errors import KeyReused

from .database import Database
from .jobs import Asked
from .tables import UNFINISHED, jobs


def asked_with(key: str, company: str, body: dict[str, JsonValue]) -> Asked:
    """A request to extract, as it is known again: its key, its company and what it says.

    The documents do not count: whoever repeats a request wants the job that it made, also when a
    file was added meanwhile; another run of the new files is another request, with another key.
    """
    said = json.dumps([company, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Asked(key, hashlib.sha256(said.encode()).hexdigest())


async def earlier_job(database: Database, asked: Asked, tenant: str) -> Job | None:
    """The job that the same request made before. Raises KeyReused, StoreUnavailable."""
    same = and_(jobs.c.tenant == tenant, jobs.c.idempotency_key == asked.key)
    rows = await database.rows(select(jobs.c.fingerprint, jobs.c.body).where(same))
    if not rows:
        return None
    if rows[0].fingerprint != asked.fingerprint:
        raise KeyReused
    return Job.model_validate_json(rows[0].body)


async def num_unfinished_of(database: Database, tenant: str) -> int:
    """How many of a tenant's jobs are queued or running. Raises StoreUnavailable."""
    mine = and_(jobs.c.tenant == tenant, UNFINISHED)
    return await database.scalar(select(func.count()).select_from(jobs).where(mine)) or 0


async def unfinished_by_state(database: Database) -> dict[str, int]:
    """How many jobs, of all tenants, are queued and running. Raises StoreUnavailable."""
    counted = select(jobs.c.state, func.count().label("num")).where(UNFINISHED)
    rows = await database.rows(counted.group_by(jobs.c.state))
    found = {row.state: int(row.num) for row in rows}
    return {state: found.get(state, 0) for state in (JobState.QUEUED, JobState.RUNNING)}
