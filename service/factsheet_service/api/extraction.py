"""The route that starts an extraction."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated

from factsheet_schemas import Budget, DocumentRecord, ExtractOptions, Schema
from factsheet_schemas.api import Job
from factsheet_schemas.errors import UnknownSchema
from factsheet_schemas.record import JsonValue
from fastapi import APIRouter, Body, Header, Response

from factsheet_service.core.budgets import budgeted, refuse_beyond
from factsheet_service.core.errors import (
    NoDocuments,
    ShareFull,
    UnknownDocument,
    UnknownField,
    UsageError,
)
from factsheet_service.stores.jobs import Asked
from factsheet_service.stores.requests import asked_with, earlier_job, num_unfinished_of

from .context import CompanyId, Context, Parts
from .waiting import ended_within, wished_wait

router = APIRouter(tags=["jobs"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[!-~]([ -~]{0,253}[!-~])?$",
        description="1 to 255 printable characters of your choice: the same request with the same "
        "key is the same job, however often it is sent and whatever documents came meanwhile",
    ),
]
Prefer = Annotated[
    str | None, Header(description="RFC 7240: wait=N, seconds to wait for the job's end")
]


@router.post(
    "/companies/{company}/extract",
    status_code=202,
    responses={200: {"model": Job, "description": "The job ended within the wait"}},
)
async def start_extraction(
    company: CompanyId,
    options: Annotated[ExtractOptions, Body(default_factory=ExtractOptions)],
    parts: Parts,
    response: Response,
    prefer: Prefer = None,
    idempotency_key: IdempotencyKey = None,
) -> Job:
    """Start an extraction of the documents as they are now.

    202 with the job's address, or 200 with the ended job where ``Prefer: wait=N`` asked for it
    and it ended in time. With an ``Idempotency-Key`` it may be sent again without harm: the reply
    is about the job that the first one made. Another request with that key is refused with 422.
    """
    asked = asked_with(idempotency_key, company, wire_of(options)) if idempotency_key else None
    job = await earlier_job(parts.jobs.database, asked, parts.tenant) if asked else None
    if job is None:
        job = await submitted(company, options, parts, asked)
    if wait_s := wished_wait(prefer):
        wait_s = min(wait_s, parts.settings.max_wait_s)
        job = await ended_within(parts, job, wait_s)
        response.headers["Preference-Applied"] = f"wait={wait_s:g}"
    response.headers["Location"] = f"/jobs/{job.id}"
    if job.state.is_final:
        response.status_code = 200
    else:
        response.headers["Retry-After"] = str(parts.settings.retry_after_s)
    return job


async def submitted(
    company: str, options: ExtractOptions, parts: Context, asked: Asked | None
) -> Job:
    """A new job, once nothing speaks against it.

    Raises:
        ShareFull, QueueFull: too many jobs have not ended.
        UsageError: the options fit neither the schema, the engines nor the documents.
    """
    options = with_engine(options, parts.settings.default_engine)
    options, schema = await asyncio.to_thread(with_schema, options, parts)
    options = with_ceiling(options, parts.settings.max_budget)
    check_options(options, schema, parts.settings.engines)
    documents = await parts.operations.listed(company)
    pinned = pin(documents, options.documents)
    share = parts.settings.max_queued_per_tenant
    if await num_unfinished_of(parts.jobs.database, parts.tenant) >= share:
        raise ShareFull
    return await parts.runner.submit(company, options, pinned, parts.tenant, asked)


def wire_of(options: ExtractOptions) -> dict[str, JsonValue]:
    """The options as the request gave them."""
    return options.model_dump(mode="json", by_alias=True, exclude_unset=True)


def with_engine(options: ExtractOptions, default: str) -> ExtractOptions:
    """The options with the server's engine where the request names none."""
    if "engine" in options.model_fields_set:
        return options
    return options.model_copy(update={"engine": default})


def with_ceiling(options: ExtractOptions, ceiling: Budget) -> ExtractOptions:
    """The options within the server's ceiling on what a job may cost. Raises UsageError."""
    refuse_beyond(ceiling, options.budget)
    return options if ceiling == Budget() else budgeted(options, ceiling)


def with_schema(options: ExtractOptions, parts: Context) -> tuple[ExtractOptions, Schema]:
    """The options pinned to the version that a registered schema has now, and the schema.

    Raises:
        UsageError: no such schema.
    """
    try:
        schema = parts.schema(options.schema_name)
    except UnknownSchema as error:
        raise UsageError(f"body.schema: {error}") from error
    own = parts.operations.schemas.own(options.schema_name)
    if own is None or options.schema_name in parts.schemas:
        return options, schema
    return options.model_copy(update={"schema_name": own.reference}), own.schema


def check_options(options: ExtractOptions, schema: Schema, engines: Iterable[str]) -> None:
    """Refuse now what would make the job fail later.

    Raises:
        UsageError: no such engine.
        UnknownField: no such group or field in the schema.
    """
    _refuse("engine", [options.engine], engines, UsageError)
    _refuse("groups", options.groups or (), (group.key for group in schema.groups), UnknownField)
    _refuse("fields", options.fields or (), schema.by_key, UnknownField)


def _refuse(what: str, given: Iterable[str], known: Iterable[str], error: type[UsageError]) -> None:
    known = tuple(known)
    for name in given:
        if name not in known:
            raise error(f"body.{what}: no {name!r}; known are {', '.join(known)}")


def pin(documents: Iterable[DocumentRecord], wanted: tuple[str, ...] | None) -> dict[str, str]:
    """The documents of a job, all or those of the ids and names given: id to SHA-256.

    Raises:
        UnknownDocument: one that is wanted is not there.
        NoDocuments: there are none.
    """
    chosen = [d for d in documents if wanted is None or {d.id, d.name} & set(wanted)]
    known = {name for document in chosen for name in (document.id, document.name)}
    for name in wanted or ():
        if name not in known:
            raise UnknownDocument(f"body.documents: no {name!r}; give ids or names from the list")
    if wanted == ():
        raise NoDocuments("body.documents: an empty list; leave it out to take all")
    if not chosen:
        raise NoDocuments("the company has no documents; upload some first")
    return {document.id: document.sha256 for document in chosen}
