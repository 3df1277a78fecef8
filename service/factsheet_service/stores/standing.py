"""How the whole service stands, as its database tells: all processes, all tenants."""

from __future__ import annotations

from dataclasses import dataclass

from factsheet_schemas.api import Job, JobState
from sqlalchemy import Connection, func, select

from .database import Database
from .tables import UNFINISHED, deliveries, jobs


@dataclass(frozen=True, slots=True)
class Standing:
    """Jobs that have not ended by state, since when the first of the queue waits, and how many
    messages wait to be delivered to webhooks."""

    num_jobs: dict[JobState, int]
    queued_since: str | None  # ISO 8601; None where nothing is queued
    num_messages: int


async def standing(database: Database) -> Standing:
    """How it stands now. Raises StoreUnavailable."""
    by_state = select(jobs.c.state, func.count()).where(UNFINISHED).group_by(jobs.c.state)
    queued = select(jobs.c.body).where(UNFINISHED, jobs.c.state == JobState.QUEUED.value)
    waiting = select(func.count()).where(deliveries.c.due_at.is_not(None))

    def look(connection: Connection) -> Standing:
        counts = {JobState(row[0]): row[1] for row in connection.execute(by_state)}
        body = connection.scalar(queued.order_by(jobs.c.seq).limit(1))
        since = Job.model_validate_json(body).created_at if body else None
        return Standing(counts, since, connection.scalar(waiting) or 0)

    return await database.read(look)
