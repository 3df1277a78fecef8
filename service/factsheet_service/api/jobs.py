"""Routes of jobs: status, events, result, cancel."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from enum import StrEnum
from typing import Annotated

from factsheet_schemas import Record, Schema
from factsheet_schemas.api import Job, JobList, JobState
from factsheet_schemas.record import JsonValue, RunInfo
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from factsheet_service.core.errors import JobNotFinished, NoResult

from .context import Parts
from .erasing import erase_job
from .paging import Cursor, Limit, cursor_of, link_next, position_in

router = APIRouter(tags=["jobs"])

EVENT_ID = re.compile("[0-9]{1,18}")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Format(StrEnum):
    """How a result is written."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PSYCH_DS = "psych-ds"  # a data set, zipped
    OWN = "own"  # the JSON of a schema of the user's own


_ENDINGS = {Format.PSYCH_DS: "psych-ds.zip"}  # of file names, where it is not the format's name


@router.get("/jobs")
async def list_jobs(
    parts: Parts,
    request: Request,
    response: Response,
    company: str | None = None,
    state: JobState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JobList:
    """Jobs, newest first; ``Link`` names the next page."""
    position = position_in("jobs", cursor)
    page = await parts.jobs.page(company, state, position, limit, parts.tenant)
    jobs = tuple([await parts.runner.get(job.id, parts.tenant) for job in page.jobs])
    following = cursor_of("jobs", page.next) if page.next else None
    link_next(request, response, following)
    return JobList(jobs=jobs, next=following)


async def existing_job(job_id: str, parts: Parts) -> Job:
    """The job of the path, found before anything is sent. Raises UnknownJob."""
    return await parts.runner.get(job_id, parts.tenant)


ExistingJob = Annotated[Job, Depends(existing_job)]


@router.get("/jobs/{job_id}")
async def get_job(job: ExistingJob, parts: Parts, response: Response) -> Job:
    """A job's state and progress."""
    if not job.state.is_final:
        response.headers["Retry-After"] = str(parts.settings.retry_after_s)
    return job


@router.get("/jobs/{job_id}/events", response_class=EventSourceResponse)
async def watch_job(
    job: ExistingJob,
    parts: Parts,
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[ServerSentEvent]:
    """The job after every change, until it ends.

    Each event holds the whole job, so one that is missed loses nothing; ``id`` is its version, and
    good at any process of the service, also after a restart. The last event is called ``end``, the
    others ``job``.
    """
    async with aclosing(
        parts.runner.watch(job.id, seen_in(last_event_id), parts.tenant)
    ) as changes:
        async for change in changes:
            event = "end" if change.state.is_final else "job"
            yield ServerSentEvent(data=change, event=event, id=str(change.version))


def seen_in(last_event_id: str | None) -> int | None:
    """The version that a client has seen; an id that is none of ours tells nothing."""
    return int(last_event_id) if last_event_id and EVENT_ID.fullmatch(last_event_id) else None


@router.get(
    "/jobs/{job_id}/result",
    response_model=Record,
    responses={200: {"content": {"text/csv": {}, XLSX_TYPE: {}, "application/zip": {}}}},
)
async def get_result(
    job: ExistingJob,
    parts: Parts,
    format: Annotated[Format, Query()] = Format.JSON,
) -> Record | Response:
    """The record of a job that ended with one; it can be read any number of times."""
    record = await asyncio.to_thread(record_of, job, parts)
    if format is Format.JSON:
        return record
    if format is Format.OWN:
        return JSONResponse(own_value(record))
    schema = await asyncio.to_thread(_schema_of, record.run, parts)
    content, media_type = await asyncio.to_thread(parts.render, record, schema, format.value)
    name = f"{job.company}-{record.run.id}.{_ENDINGS.get(format, format.value)}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=disposition)


def record_of(job: Job, parts: Parts) -> Record:
    """A job's record. Raises JobNotFinished, NoResult."""
    if not job.state.is_final:
        raise JobNotFinished(f"job {job.id} is {job.state}; its result comes with its end")
    if not job.state.has_result:
        why = f": {job.problem.detail}" if job.problem else ""
        raise NoResult(f"job {job.id} {job.state}{why}")
    return parts.workspace.company(job.company).record(job.run_id)


def own_value(record: Record) -> JsonValue:
    """The answer in its user's shape. Raises NoResult if the run had no schema of theirs."""
    if record.answer is None:
        raise NoResult("query.format: own is for runs with a registered JSON Schema")
    return record.answer.value


def _schema_of(run: RunInfo, parts: Parts) -> Schema:
    """The schema of a run, in the version that it used."""
    named = str(run.options.get("schema", run.schema_name))
    if named in parts.schemas:
        return parts.schemas[named]
    return parts.schema(f"{run.schema_name}@{run.schema_version}")


@router.post("/jobs/{job_id}/cancel", status_code=202)
async def cancel_job(job: ExistingJob, parts: Parts) -> Job:
    """Stop a job; asking again, or for one that ended, changes nothing."""
    return await parts.runner.cancel(job.id, parts.tenant)


@router.delete("/jobs/{job_id}", status_code=204)
async def delete_job(job: ExistingJob, parts: Parts) -> Response:
    """Erase a job and its record; it is cancelled first if it has not ended.

    409 where it has not stopped yet, then ask again. Answers that were paid for stay with the
    company, since other jobs use them too.
    """
    await erase_job(parts, job)
    return Response(status_code=204)
