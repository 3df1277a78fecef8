"""Forgetting jobs for good, with all that hangs on them in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, select

from .database import Database
from .tables import UNFINISHED, deliveries, jobs, webhooks


def of_tenant(tenant: str, company: str | None = None) -> list[ColumnElement[bool]]:
    """What says that a job is a tenant's, or of one of its companies."""
    mine = [jobs.c.tenant == tenant]
    return mine if company is None else [*mine, jobs.c.company == company]


async def unfinished_jobs(
    database: Database, tenant: str, company: str | None = None
) -> Sequence[str]:
    """The ids of a tenant's jobs, or of one of its companies', that have not ended."""
    query = select(jobs.c.id).where(*of_tenant(tenant, company), UNFINISHED)
    return [row.id for row in await database.rows(query)]


async def erase_job(database: Database, tenant: str, job_id: str) -> bool:
    """Forget a job; returns whether there was one. Who still has it may write no more."""
    return await _erase(database, [*of_tenant(tenant), jobs.c.id == job_id])


async def erase_jobs(database: Database, tenant: str, company: str | None = None) -> bool:
    """Forget a tenant's jobs, or those of one of its companies; returns whether there were any."""
    return await _erase(database, of_tenant(tenant, company))


async def _erase(database: Database, wanted: Sequence[ColumnElement[bool]]) -> bool:
    told = deliveries.c.job.in_(select(jobs.c.id).where(*wanted))

    def forget(connection: Connection) -> bool:
        connection.execute(delete(deliveries).where(told))
        return connection.execute(delete(jobs).where(*wanted)).rowcount > 0

    return await database.write(forget)


async def erase_webhooks(database: Database, tenant: str) -> bool:
    """Forget a tenant's webhooks and what they wait for; returns whether there were any."""
    return await database.do(delete(webhooks).where(webhooks.c.tenant == tenant)) > 0
