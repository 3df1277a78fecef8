"""The client that waits: ``Client``. ``AsyncClient`` has the same methods to await."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack, overload

import httpx2
from factsheet_schemas import DocumentRecord, Record, Schema
from factsheet_schemas.api import Company, Job, JobState, SchemaInfo
from pydantic import BaseModel

from . import calls, flows
from .calls import Call
from .flows import Flow, Follow, Patience, Pause, Send, Step, Watch
from .options import Given, as_options
from .own import Extracted, JsonSchema, SchemaLike, json_schema_of, of_model
from .sending import built, format_of, settings

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class Client:
    """A factsheet server, blocking. Close it, or use it as a context manager.

    Every method raises ConnectionFailed if the server cannot be reached and ApiError if it
    refuses; requests that may be repeated are, as ``patience`` says.

    Args:
        url: the server's address, ``http://localhost:8080``.
        api_key: the server's key, where it wants one.
        patience: pauses between tries and between questions for a job's state.
        transport: another way to reach the server than the network.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        patience: Patience | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._http = httpx2.Client(transport=transport, **settings(url, api_key))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def companies(self) -> tuple[str, ...]:
        """The ids of all companies."""
        return self._run(flows.all_companies(self._patience))

    def company(self, company: str) -> Company:
        """How much is stored of a company. Raises NotFound."""
        return self._send(calls.company(company))

    def documents(self, company: str) -> tuple[DocumentRecord, ...]:
        """A company's documents and how their reading ended. Raises NotFound."""
        return self._run(flows.all_documents(company, self._patience))

    def upload(self, company: str, *paths: str | Path) -> tuple[DocumentRecord, ...]:
        """Add files, or folders with all below them, to a company, and have them read.

        Returns all its documents: look at ``status`` and ``reason``.

        Raises:
            FileNotFoundError: a path does not exist, or a folder is empty.
        """
        return self._run(flows.uploading(company, paths, self._patience))

    def delete_document(self, company: str, document: str) -> None:
        """Forget a document, by name or id. Raises NotFound."""
        self._send(calls.delete_document(company, document))

    @overload
    def extract(
        self,
        company: str,
        *,
        schema: type[M],
        progress: Watch | None = None,
        timeout_s: float | None = None,
        **options: Unpack[Given],
    ) -> Extracted[M]: ...

    @overload
    def extract(
        self,
        company: str,
        *,
        schema: str | JsonSchema | None = None,
        progress: Watch | None = None,
        timeout_s: float | None = None,
        **options: Unpack[Given],
    ) -> Record: ...

    def extract(
        self,
        company: str,
        *,
        schema: SchemaLike | None = None,
        progress: Watch | None = None,
        timeout_s: float | None = None,
        **options: Unpack[Given],
    ) -> Record | Extracted[Any]:
        """Run a company and wait for its record; with a Pydantic model, for its instance too.

        Args:
            company: its id; its documents must have been uploaded.
            schema: the name of a schema of the server; or one of your own, a JSON Schema or a
                Pydantic model, which is registered first. The record's ``answer`` is its JSON.
            progress: is called with the job after each change.
            timeout_s: wait no longer than this; None: until the end.
            **options: as in ``Given``.

        Raises:
            InvalidRequest: the schema uses what is not supported; the message names the place.
            JobFailed, JobCancelled: it ended without a record.
            WaitTimeout: it goes on; ``error.job.id`` can be waited for again.
            pydantic.ValidationError: an option is wrong.
        """
        asked = as_options(options)
        flow = flows.extracting(company, schema, asked, progress, timeout_s, self._patience)
        record = self._run(flow)
        return of_model(record, schema) if isinstance(schema, type) else record

    def start(
        self, company: str, *, schema: SchemaLike | None = None, **options: Unpack[Given]
    ) -> Job:
        """Start an extraction and do not wait. Raises pydantic.ValidationError."""
        flow = flows.starting(company, schema, as_options(options), self._patience)
        return self._run(flow)

    def wait(
        self, job_id: str, *, progress: Watch | None = None, timeout_s: float | None = None
    ) -> Job:
        """Wait until a job has its result. Raises JobFailed, JobCancelled, WaitTimeout."""
        return self._run(flows.waiting(job_id, progress, timeout_s, self._patience))

    def job(self, job_id: str) -> Job:
        """A job's state and progress. Raises NotFound."""
        return self._send(calls.job(job_id))

    def jobs(
        self, company: str | None = None, state: JobState | None = None, limit: int = 100
    ) -> tuple[Job, ...]:
        """The newest jobs, at most ``limit``."""
        return self._run(flows.listing(company, state, limit, self._patience))

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; once more, or after its end, changes nothing. Raises NotFound."""
        return self._send(calls.cancel(job_id))

    def erase_job(self, job_id: str) -> None:
        """Forget a job and its record, for good. What runs is cancelled first.

        Raises NotFound; Conflict where it has not stopped yet: then call again.
        """
        self._send(calls.erase("jobs", job_id))

    def erase_company(self, company: str) -> None:
        """Forget a company's files, records, jobs and paid answers, for good.

        Raises NotFound; Conflict where one of its jobs has not stopped yet: then call again.
        """
        self._send(calls.erase("companies", company))

    def erase_tenant(self, tenant: str) -> None:
        """Forget all of a tenant's, for good, and revoke its keys; needs a key with admin.

        Raises NotFound, Unauthorized; Conflict where a job has not stopped yet: then call again.
        """
        self._send(calls.erase("tenants", tenant))

    def result(self, job_id: str) -> Record:
        """A job's record. Raises Conflict if it has none (yet)."""
        return self._send(calls.result(job_id))

    def download(self, job_id: str, to: str | Path) -> Path:
        """Write a job's record to a .json, .csv, .xlsx or .zip (Psych-DS) file.

        Raises:
            ValueError: the name ends otherwise.
            Conflict: the job has no record (yet).
        """
        path = Path(to)
        path.write_bytes(self._send(calls.download(job_id, format_of(path))))
        return path

    def schemas(self) -> tuple[SchemaInfo, ...]:
        """The schemas that the server offers."""
        return self._send(calls.schemas())

    def schema(self, name: str) -> Schema:
        """A schema's groups, fields and rules. Raises NotFound."""
        return self._send(calls.schema(name))

    def register(self, name: str, schema: JsonSchema | type[BaseModel]) -> SchemaInfo:
        """Make a JSON Schema, or a model's, the one of a name. Raises InvalidRequest, Conflict."""
        return self._send(calls.register_schema(name, json_schema_of(schema)))

    def json_schema(self, name: str) -> dict[str, Any]:
        """A registered JSON Schema as it was given. Raises NotFound."""
        return self._send(calls.json_schema(name))

    def _send(self, call: Call[T]) -> T:
        return self._run(flows.sending(call, self._patience))

    def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    answer = self._do(step)
                except httpx2.TransportError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result

    def _do(self, step: Step) -> Any:  # noqa: ANN401
        match step:
            case Send(call):
                with built(self._http, call) as request:
                    return self._http.send(request)
            case Follow(call, hear):
                return self._follow(call, hear)
            case Pause(seconds):
                return time.sleep(seconds)

    def _follow(self, call: Call[None], hear: Callable[[str], None]) -> None:
        with built(self._http, call) as request:
            reply = self._http.send(request, stream=True)
        with closing(reply):
            if reply.is_success:
                for event in httpx2.EventSource(reply):
                    hear(event.data)
