"""What the clients do, step by step, without doing it.

A flow is a generator: it yields a step (send, follow, pause), is sent what came of it, and returns
its result. ``Client`` and ``AsyncClient`` differ only in how they carry a step out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx2
from factsheet_schemas import DocumentRecord, ExtractOptions, Record
from factsheet_schemas.api import Job, JobState
from pydantic import ValidationError

from . import calls
from .calls import Call, Upload
from .errors import ConnectionFailed, JobCancelled, JobFailed, UnreadableReply, WaitTimeout
from .own import SchemaLike, json_schema_of, registered_as

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send the request; the step's answer is the reply, read to its end."""

    call: Call[Any]


@dataclass(frozen=True, slots=True)
class Follow:
    """Open the event stream and hand each event's data to ``hear`` until it ends."""

    call: Call[None]
    hear: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for a while."""

    seconds: float


Step = Send | Follow | Pause
Flow = Generator[Step, Any, T]
Watch = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Patience:
    """When to try again, and how often to ask."""

    retry_pauses_s: tuple[float, ...] = (0.2, 1.0, 3.0)
    poll_s: float = 1.0
    longest_pause_s: float = 30.0
    away_s: float = 60.0  # for a server that is started again while a job of its is waited for

    @property
    def while_away(self) -> Patience:
        """The same, but a server that does not answer is waited for that long."""
        num_asked = int(self.away_s / self.poll_s) if self.poll_s else 0
        return replace(self, retry_pauses_s=self.retry_pauses_s + (self.poll_s,) * num_asked)


GATEWAY = (502, 503, 504)
MAX_BATCH_FILES = 16
MAX_BATCH_BYTES = 64 * 1024**2
MAX_PAGE = 100


def sending(call: Call[T], patience: Patience) -> Flow[T]:
    """Send a request; idempotent ones again after a broken connection, 502, 503 or 504.

    Raises:
        ConnectionFailed: there was no reply.
        ApiError: the reply is an error.
        UnreadableReply: the reply makes no sense.
    """
    pauses = iter(patience.retry_pauses_s)
    while True:
        pause_s, wish_s = next(pauses, None), None
        try:
            reply = yield Send(call)
        except httpx2.TransportError as error:
            is_safe = call.is_idempotent or isinstance(error, httpx2.ConnectError)
            if pause_s is None or not is_safe:
                raise ConnectionFailed(f"{call.method} {call.path}: {_words(error)}") from error
        else:
            if reply.is_success:
                return _parsed(call, reply)
            if pause_s is None or not call.is_idempotent or reply.status_code not in GATEWAY:
                raise calls.error_of(reply)
            wish_s = calls.retry_after(reply)
        yield Pause(min(wish_s or pause_s, patience.longest_pause_s))


def uploading(
    company: str, paths: Sequence[str | Path], patience: Patience
) -> Flow[tuple[DocumentRecord, ...]]:
    """Upload files in batches; the company's documents after the last.

    Raises:
        FileNotFoundError: a path does not exist, or a folder is empty.
        ValueError: two files would have one name.
    """
    documents: tuple[DocumentRecord, ...] = ()
    for batch in batches(distinct(files_below(paths))):
        documents = yield from sending(calls.upload(company, batch), patience)
    return documents


def starting(
    company: str, schema: SchemaLike | None, options: ExtractOptions, patience: Patience
) -> Flow[Job]:
    """Start an extraction; a schema that is not a name is registered first."""
    if schema is not None:
        reference = yield from referring(schema, patience)
        options = options.model_copy(update={"schema_name": reference})
    return (yield from sending(calls.start(company, options, uuid4().hex), patience))


def referring(schema: SchemaLike, patience: Patience) -> Flow[str]:
    """What the server calls a schema: its name, or that of the very version just registered."""
    if isinstance(schema, str):
        return schema
    json_schema = json_schema_of(schema)
    call = calls.register_schema(registered_as(schema), json_schema)
    info = yield from sending(call, patience)
    return f"{info.name}@{info.version}"


def extracting(
    company: str,
    schema: SchemaLike | None,
    options: ExtractOptions,
    progress: Watch | None,
    timeout_s: float | None,
    patience: Patience,
) -> Flow[Record]:
    """Start an extraction, wait for its end, read its record."""
    job = yield from starting(company, schema, options, patience)
    job = yield from waiting(job.id, progress, timeout_s, patience)
    return (yield from sending(calls.result(job.id), patience))


def waiting(
    job_id: str, progress: Watch | None, timeout_s: float | None, patience: Patience
) -> Flow[Job]:
    """Wait until a job has its result, telling ``progress`` of each change.

    Without a timeout the job is followed as a stream, and asked for where that breaks off, for
    ``away_s`` also of a server that is away; then the stream goes on behind what was heard. With a
    timeout it is asked for every ``poll_s`` seconds, since a silent stream can't be left in time.

    Raises:
        JobFailed, JobCancelled: it ended without a result.
        WaitTimeout: it has not ended after ``timeout_s`` seconds.
    """
    listener = Listener(progress)
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    asking = patience.while_away if deadline is None else patience
    while True:
        if deadline is None:
            yield from following(job_id, listener)
        if not listener.has_ended:
            listener.tell((yield from sending(calls.job(job_id), asking)))
        if listener.job is not None and listener.has_ended:
            return with_result(listener.job)
        left_s = patience.poll_s if deadline is None else deadline - time.monotonic()
        if listener.job is not None and left_s <= 0:
            raise WaitTimeout(listener.job)
        yield Pause(min(patience.poll_s, left_s))


def following(job_id: str, listener: Listener) -> Flow[None]:
    """Hear a job's stream until it ends or breaks off."""
    seen = listener.job.version if listener.job else None
    try:
        yield Follow(calls.events(job_id, seen), listener.hear)
    except httpx2.TransportError:
        return  # the caller asks for the job, which says whether the server is gone


class Listener:
    """Keeps the newest version of a job and tells of each new one once."""

    def __init__(self, progress: Watch | None) -> None:
        self.job: Job | None = None
        self._progress = progress

    @property
    def has_ended(self) -> bool:
        """Whether the job is known to have ended."""
        return self.job is not None and self.job.state.is_final

    def hear(self, data: str) -> None:
        """Take an event's data."""
        self.tell(Job.model_validate_json(data))

    def tell(self, job: Job) -> None:
        """Take a version of the job; what is older, another process of the server may tell late."""
        if self.job is not None and job.version <= self.job.version:
            return
        self.job = job
        if self._progress is not None:
            self._progress(job)


def with_result(job: Job) -> Job:
    """The ended job, if it has a result. Raises JobFailed, JobCancelled."""
    if job.state.has_result:
        return job
    raise JobCancelled(job) if job.state is JobState.CANCELLED else JobFailed(job)


def all_companies(patience: Patience) -> Flow[tuple[str, ...]]:
    """The ids of all companies, page after page."""
    page = yield from sending(calls.companies(), patience)
    found = [*page.companies]
    while page.next:
        page = yield from sending(calls.companies(page.next), patience)
        found += page.companies
    return tuple(found)


def all_documents(company: str, patience: Patience) -> Flow[tuple[DocumentRecord, ...]]:
    """All documents of a company, page after page."""
    page = yield from sending(calls.documents(company), patience)
    found = [*page.documents]
    while page.next:
        page = yield from sending(calls.documents(company, page.next), patience)
        found += page.documents
    return tuple(found)


def listing(
    company: str | None, state: JobState | None, limit: int, patience: Patience
) -> Flow[tuple[Job, ...]]:
    """The newest ``limit`` jobs, page after page."""
    found: list[Job] = []
    cursor = None
    while len(found) < limit:
        size = min(MAX_PAGE, limit - len(found))
        page = yield from sending(calls.jobs(company, state, cursor, size), patience)
        found += page.jobs
        cursor = page.next
        if cursor is None:
            break
    return tuple(found)


def files_below(paths: Sequence[str | Path]) -> Iterator[Upload]:
    """The files, and all files in the folders, sorted; hidden ones are left out."""
    for path in map(Path, paths):
        if path.is_file():
            yield Upload(path.name, path)
            continue
        files = [file for file in sorted(path.rglob("*")) if file.is_file()]
        inside = [file.relative_to(path) for file in files]
        shown = [name for name in inside if not any(part.startswith(".") for part in name.parts)]
        if not shown:
            raise FileNotFoundError(f"{path} is no file, nor a folder with files in it")
        yield from (Upload(name.as_posix(), path / name) for name in shown)


def distinct(files: Iterable[Upload]) -> list[Upload]:
    """The files, each once. Raises ValueError where one would replace another on the server."""
    found: dict[str, Upload] = {}
    for file in files:
        other = found.setdefault(file.name, file).path
        if not other.samefile(file.path):
            raise ValueError(f"{other} and {file.path} would both be {file.name!r} on the server")
    return list(found.values())


def batches(files: Sequence[Upload]) -> Iterator[tuple[Upload, ...]]:
    """The files in lots that a server takes in one request."""
    batch: list[Upload] = []
    num_bytes = 0
    for file in files:
        size = file.path.stat().st_size
        if batch and (len(batch) == MAX_BATCH_FILES or num_bytes + size > MAX_BATCH_BYTES):
            yield tuple(batch)
            batch, num_bytes = [], 0
        batch.append(file)
        num_bytes += size
    if batch:
        yield tuple(batch)


def _parsed(call: Call[T], reply: httpx2.Response) -> T:
    try:
        return call.parse(reply)
    except ValidationError as error:
        raise UnreadableReply(
            f"{call.method} {call.path}: the reply is not what a factsheet server says; "
            "check address and version"
        ) from error


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
