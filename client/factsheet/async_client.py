"""The client to await: ``AsyncClient``, method for method as ``Client``, which documents them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
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


class AsyncClient:
    """A factsheet server, without blocking; arguments and errors as ``Client``'s."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        patience: Patience | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._http = httpx2.AsyncClient(transport=transport, **settings(url, api_key))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def companies(self) -> tuple[str, ...]:
        """The ids of all companies."""
        return await self._run(flows.all_companies(self._patience))

    async def company(self, company: str) -> Company:
        """How much is stored of a company. Raises NotFound."""
        return await self._send(calls.company(company))

    async def documents(self, company: str) -> tuple[DocumentRecord, ...]:
        """A company's documents and how their reading ended. Raises NotFound."""
        return await self._run(flows.all_documents(company, self._patience))

    async def upload(self, company: str, *paths: str | Path) -> tuple[DocumentRecord, ...]:
        """Add files, or folders with all below them, to a company, and have them read."""
        return await self._run(flows.uploading(company, paths, self._patience))

    async def delete_document(self, company: str, document: str) -> None:
        """Forget a document, by name or id. Raises NotFound."""
        await self._send(calls.delete_document(company, document))

    @overload
    async def extract(
        self,
        company: str,
        *,
        schema: type[M],
        progress: Watch | None = None,
        timeout_s: float | None = None,
        **options: Unpack[Given],
    ) -> Extracted[M]: ...

    @overload
    async def extract(
        self,
        company: str,
        *,
        schema: str | JsonSchema | None = None,
        progress: Watch | None = None,
        timeout_s: float | None = None,
        **options: Unpack[Given],
    ) -> Record: ...

    async def extract(
        self,
        company: str,
        *,
        schema: SchemaLike | None = None,
        progress: Watch | None = None,
        timeout_s: float | None = None,
        **options: Unpack[Given],
    ) -> Record | Extracted[Any]:
        """Run a company and wait for its record; with a Pydantic model, for its instance too."""
        asked = as_options(options)
        flow = flows.extracting(company, schema, asked, progress, timeout_s, self._patience)
        record = await self._run(flow)
        return of_model(record, schema) if isinstance(schema, type) else record

    async def start(
        self, company: str, *, schema: SchemaLike | None = None, **options: Unpack[Given]
    ) -> Job:
        """Start an extraction and do not wait. Raises pydantic.ValidationError."""
        flow = flows.starting(company, schema, as_options(options), self._patience)
        return await self._run(flow)

    async def wait(
        self, job_id: str, *, progress: Watch | None = None, timeout_s: float | None = None
    ) -> Job:
        """Wait until a job has its result. Raises JobFailed, JobCancelled, WaitTimeout."""
        return await self._run(flows.waiting(job_id, progress, timeout_s, self._patience))

    async def job(self, job_id: str) -> Job:
        """A job's state and progress. Raises NotFound."""
        return await self._send(calls.job(job_id))

    async def jobs(
        self, company: str | None = None, state: JobState | None = None, limit: int = 100
    ) -> tuple[Job, ...]:
        """The newest jobs, at most ``limit``."""
        return await self._run(flows.listing(company, state, limit, self._patience))

    async def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; once more, or after its end, changes nothing. Raises NotFound."""
        return await self._send(calls.cancel(job_id))

    async def erase_job(self, job_id: str) -> None:
        """Forget a job and its record, for good.

        Raises NotFound; Conflict where it has not stopped yet: then call again.
        """
        await self._send(calls.erase("jobs", job_id))

    async def erase_company(self, company: str) -> None:
        """Forget a company's files, records, jobs and paid answers, for good.

        Raises NotFound; Conflict where one of its jobs has not stopped yet: then call again.
        """
        await self._send(calls.erase("companies", company))

    async def erase_tenant(self, tenant: str) -> None:
        """Forget all of a tenant's, for good, and revoke its keys; needs a key with admin.

        Raises NotFound, Unauthorized; Conflict where a job has not stopped yet: then call again.
        """
        await self._send(calls.erase("tenants", tenant))

    async def result(self, job_id: str) -> Record:
        """A job's record. Raises Conflict if it has none (yet)."""
        return await self._send(calls.result(job_id))

    async def download(self, job_id: str, to: str | Path) -> Path:
        """Write a job's record to a .json, .csv, .xlsx or .zip (Psych-DS) file."""
        path = Path(to)
        content = await self._send(calls.download(job_id, format_of(path)))
        await asyncio.to_thread(path.write_bytes, content)
        return path

    async def schemas(self) -> tuple[SchemaInfo, ...]:
        """The schemas that the server offers."""
        return await self._send(calls.schemas())

    async def schema(self, name: str) -> Schema:
        """A schema's groups, fields and rules. Raises NotFound."""
        return await self._send(calls.schema(name))

    async def register(self, name: str, schema: JsonSchema | type[BaseModel]) -> SchemaInfo:
        """Make a JSON Schema, or a model's, the one of a name. Raises InvalidRequest, Conflict."""
        return await self._send(calls.register_schema(name, json_schema_of(schema)))

    async def json_schema(self, name: str) -> dict[str, Any]:
        """A registered JSON Schema as it was given. Raises NotFound."""
        return await self._send(calls.json_schema(name))

    async def _send(self, call: Call[T]) -> T:
        return await self._run(flows.sending(call, self._patience))

    async def _run(self, flow: Flow[T]) -> T:
        try:
            step = next(flow)
            while True:
                try:
                    answer = await self._do(step)
                except httpx2.TransportError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result

    async def _do(self, step: Step) -> Any:  # noqa: ANN401
        match step:
            case Send(call):
                with built(self._http, call) as request:
                    return await self._http.send(request)
            case Follow(call, hear):
                return await self._follow(call, hear)
            case Pause(seconds):
                return await asyncio.sleep(seconds)

    async def _follow(self, call: Call[None], hear: Callable[[str], None]) -> None:
        with built(self._http, call) as request:
            reply = await self._http.send(request, stream=True)
        async with aclosing(reply):
            if reply.is_success:
                async for event in httpx2.EventSource(reply):
                    hear(event.data)
