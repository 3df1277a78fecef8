"""Every request as data, and how its reply is read; nothing here sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx2
from factsheet_schemas import DocumentRecord, ExtractOptions, Record, Schema
from factsheet_schemas.api import (
    Company,
    CompanyList,
    DocumentList,
    Job,
    JobList,
    JobState,
    Problem,
    SchemaInfo,
    SchemaList,
)
from factsheet_schemas.record import Wire
from pydantic import ValidationError

from .errors import ApiError, api_error

T = TypeVar("T")
W = TypeVar("W", bound=Wire)

SLOW_S = 3600.0
"""The server answers an upload when its files are read, which takes its own time."""


SILENCE_S = 60.0
"""A stream that says nothing for so long is broken: the server sends a sign every 15 s."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the name it gets on the server."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request and the reading of its reply; repeatable if ``is_idempotent``."""

    method: str
    path: str
    parse: Callable[[httpx2.Response], T]
    is_idempotent: bool = True
    params: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    files: tuple[Upload, ...] = ()
    read_timeout_s: float | None = None


def companies(cursor: str | None = None) -> Call[CompanyList]:
    """One page of the companies' ids."""
    return Call("GET", "/companies", lambda reply: _read(CompanyList, reply), params=_from(cursor))


def company(name: str) -> Call[Company]:
    """One company."""
    return Call("GET", _path("companies", name), lambda reply: _read(Company, reply))


def documents(company: str, cursor: str | None = None) -> Call[DocumentList]:
    """One page of a company's documents."""
    path = _path("companies", company, "documents")
    return Call("GET", path, lambda reply: _read(DocumentList, reply), params=_from(cursor))


def upload(company: str, files: Sequence[Upload]) -> Call[tuple[DocumentRecord, ...]]:
    """Add files; repeatable, since the same file again changes nothing."""
    path = _path("companies", company, "documents")
    return Call("POST", path, _documents, files=tuple(files), read_timeout_s=SLOW_S)


def delete_document(company: str, document: str) -> Call[None]:
    """Forget a document by name or id."""
    path = _path("companies", company, "documents", document)
    return Call("DELETE", path, lambda _: None, is_idempotent=False)


def start(company: str, options: ExtractOptions, key: str) -> Call[Job]:
    """Start an extraction; repeatable, since the server makes one job for a key."""
    return Call(
        "POST",
        _path("companies", company, "extract"),
        lambda reply: _read(Job, reply),
        headers={"Idempotency-Key": key},
        json=options.model_dump(mode="json", by_alias=True, exclude_unset=True),
        read_timeout_s=SLOW_S,
    )


def erase(noun: str, name: str) -> Call[None]:
    """Erase one of the jobs, companies or tenants; a second time there is none."""
    path = _path(noun, name)
    return Call("DELETE", path, lambda _: None, is_idempotent=False, read_timeout_s=SLOW_S)


def jobs(
    company: str | None, state: JobState | None, cursor: str | None, limit: int
) -> Call[JobList]:
    """One page of jobs."""
    asked: dict[str, str | int | None]
    asked = {"company": company, "state": state, "cursor": cursor, "limit": limit}
    given = {name: value for name, value in asked.items() if value is not None}
    return Call("GET", "/jobs", lambda reply: _read(JobList, reply), params=given)


def job(job_id: str) -> Call[Job]:
    """One job."""
    return Call("GET", _path("jobs", job_id), lambda reply: _read(Job, reply))


def events(job_id: str, seen: int | None) -> Call[None]:
    """The stream of a job's versions, without the one already ``seen``."""
    resume = {} if seen is None else {"Last-Event-ID": str(seen)}
    headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"} | resume
    path = _path("jobs", job_id, "events")
    return Call("GET", path, lambda _: None, headers=headers, read_timeout_s=SILENCE_S)


def cancel(job_id: str) -> Call[Job]:
    """Ask a job to stop."""
    return Call("POST", _path("jobs", job_id, "cancel"), lambda reply: _read(Job, reply))


def result(job_id: str) -> Call[Record]:
    """A job's record."""
    return Call("GET", _path("jobs", job_id, "result"), lambda reply: _read(Record, reply))


def download(job_id: str, format: str) -> Call[bytes]:
    """A job's record as a file: json, csv, xlsx or psych-ds."""
    path = _path("jobs", job_id, "result")
    return Call("GET", path, lambda reply: reply.content, params={"format": format})


def schemas() -> Call[tuple[SchemaInfo, ...]]:
    """The schemas that the server offers."""
    return Call("GET", "/schemas", lambda reply: _read(SchemaList, reply).schemas)


def schema(name: str) -> Call[Schema]:
    """One schema, whole."""
    path = _path("schemas", name)
    # A schema file may not have unknown keys, but a newer server's reply may.
    return Call(
        "GET", path, lambda reply: Schema.model_validate_json(reply.content, extra="ignore")
    )


def register_schema(name: str, json_schema: Mapping[str, Any]) -> Call[SchemaInfo]:
    """Register a JSON Schema; the same again changes nothing."""
    path = _path("schemas", name)
    return Call("PUT", path, lambda reply: _read(SchemaInfo, reply), json=dict(json_schema))


def json_schema(name: str) -> Call[dict[str, Any]]:
    """A registered JSON Schema as it was given."""
    return Call("GET", _path("schemas", name, "json-schema"), lambda reply: dict(reply.json()))


def error_of(reply: httpx2.Response) -> ApiError:
    """The error that a reply of 400 or more stands for, whoever wrote it."""
    try:
        problem = Problem.model_validate_json(reply.content)
    except ValidationError:
        title = reply.reason_phrase or "error"
        problem = Problem(title=title, status=reply.status_code)
    return api_error(problem, retry_after(reply))


def retry_after(reply: httpx2.Response) -> float | None:
    """Seconds that the server asks to wait."""
    wish = reply.headers.get("Retry-After", "")
    return float(wish) if wish.isdecimal() else None


def _path(*parts: str) -> str:
    return "/" + "/".join(quote(part, safe="") for part in parts)


def _from(cursor: str | None) -> dict[str, str]:
    return {} if cursor is None else {"cursor": cursor}


def _read(model: type[W], reply: httpx2.Response) -> W:
    return model.model_validate_json(reply.content)


def _documents(reply: httpx2.Response) -> tuple[DocumentRecord, ...]:
    return _read(DocumentList, reply).documents
