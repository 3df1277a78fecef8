"""The route that starts an extraction."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated

from factsheet_schemas import ExtractOptions, Schema
from factsheet_schemas.api import Job
from factsheet_schemas.errors import UnknownSchema
from fastapi import APIRouter, Body, Header, Response

from factsheet_service.core.document import Document
from factsheet_service.core.errors import NoDocuments, UnknownDocument, UnknownField, UsageError
from factsheet_service.core.progress import silent

from .context import CompanyId, Context, Parts

router = APIRouter(tags=["jobs"])

WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})")


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
    prefer: Annotated[str | None, Header(description="wait=N: seconds to wait")] = None,
) -> Job:
    """Start an extraction of the documents as they are now.

    202 with the job's address, or 200 with the ended job where ``Prefer: wait=N`` asked for it
    and it ended in time.
    """
    options = with_engine(options, parts.settings.default_engine)
    options, schema = await asyncio.to_thread(with_schema, options, parts)
    check_options(options, schema, parts.settings.engines)
    documents = await parts.operations.read(company, silent)
    pinned = pin(documents, options.documents)
    job = await parts.runner.submit(company, options, pinned, parts.tenant)
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


def with_engine(options: ExtractOptions, default: str) -> ExtractOptions:
    """The options with the server's engine where the request names none."""
    if "engine" in options.model_fields_set:
        return options
    return options.model_copy(update={"engine": default})


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


def pin(documents: Iterable[Document], wanted: tuple[str, ...] | None) -> dict[str, str]:
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
