"""Erasing: jobs are stopped first, then everything that is kept goes, in files and database."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from factsheet_schemas.api import Job

from factsheet_service.core.errors import NotErased, UnknownCompany, UnknownJob, UnknownTenant
from factsheet_service.stores import erasing as stored
from factsheet_service.stores import ledger
from factsheet_service.stores.keys import KeyStore

from .context import Context
from .waiting import ended_within


async def erase_job(parts: Context, job: Job) -> None:
    """Forget a job and its record, after stopping it. Raises NotErased.

    What it paid the engine for is its company's and stays, as other jobs use it too.
    """
    job = await _stopped(parts, job.id)
    if job.run_id is not None:
        await asyncio.to_thread(_forget_record, parts, job.company, job.run_id)
    await stored.erase_job(parts.jobs.database, parts.tenant, job.id)


async def erase_company(parts: Context, company: str) -> None:
    """Forget a company: its files, texts, records, jobs, and the answers paid for it.

    May be repeated where it broke off. Raises UnknownCompany: nothing of it is kept; NotErased.
    """
    database, tenant = parts.jobs.database, parts.tenant
    await _stop(parts, company)
    had_files = await asyncio.to_thread(_forget_files, parts, company)
    await _stop(parts, company)  # what was asked for while the files still stood
    had_jobs = await stored.erase_jobs(database, tenant, company)
    num_answers = await ledger.erase(database, ledger.Owned(tenant, company))
    if not (had_files or had_jobs or num_answers):
        raise UnknownCompany(f"no company {company!r}")


async def erase_tenant(parts: Context) -> None:
    """Forget all that is a tenant's, and let its keys open nothing any more.

    Keys stay listed as revoked: without any a service would be open. Raises UnknownTenant:
    nothing of it is kept; NotErased.
    """
    database, tenant = parts.jobs.database, parts.tenant
    num_keys = await KeyStore(database).revoke_all(tenant)
    await _stop(parts)
    had_files = await asyncio.to_thread(_forget_all_files, parts)
    await _stop(parts)
    had_jobs = await stored.erase_jobs(database, tenant)
    had_hooks = await stored.erase_webhooks(database, tenant)
    num_answers = await ledger.erase(database, ledger.Owned(tenant))
    if not (num_keys or had_files or had_jobs or had_hooks or num_answers):
        raise UnknownTenant(f"no tenant {tenant!r}")


async def _stop(parts: Context, company: str | None = None) -> None:
    """Stop all jobs that have not ended: first every one is told, then they are waited for."""
    unfinished = await stored.unfinished_jobs(parts.jobs.database, parts.tenant, company)
    for job_id in unfinished:
        with suppress(UnknownJob):  # erased at the same time
            await parts.runner.cancel(job_id, parts.tenant)
    for job_id in unfinished:
        with suppress(UnknownJob):
            await _stopped(parts, job_id)


async def _stopped(parts: Context, job_id: str) -> Job:
    """The job when it has ended, by itself or because it was cancelled. Raises NotErased."""
    job = await parts.runner.get(job_id, parts.tenant)
    if not job.state.is_final:
        job = await parts.runner.cancel(job_id, parts.tenant)
        job = await ended_within(parts, job, parts.settings.erase_wait_s)
    if not job.state.is_final:
        raise NotErased(f"job {job.id} is still being stopped; ask again to have it erased")
    return job


def _forget_record(parts: Context, company: str, run_id: str) -> None:
    try:
        parts.workspace.company(company).erase_record(run_id)
    except UnknownCompany:  # erased on the command line, or at the same time
        return


def _forget_files(parts: Context, company: str) -> bool:
    try:
        parts.workspace.erase(company)
    except UnknownCompany:
        return False
    return True


def _forget_all_files(parts: Context) -> bool:
    had_any = bool(parts.workspace.companies() or parts.operations.schemas.registered())
    parts.workspace.erase_all()
    return had_any
