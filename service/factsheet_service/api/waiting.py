"""Waiting for a job, for a while."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress

from factsheet_schemas.api import Job

from .context import Context

WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})")


def wished_wait(prefer: str | None) -> float | None:
    """Seconds of RFC 7240's ``wait`` preference."""
    wish = WAIT.search(prefer or "")
    return float(wish.group(1)) if wish else None


async def ended_within(parts: Context, job: Job, wait_s: float) -> Job:
    """The job as it stands when it ends, or after ``wait_s`` seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            async for change in parts.runner.watch(job.id, tenant=parts.tenant):
                job = change
    return job
