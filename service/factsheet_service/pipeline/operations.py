"""What the service can do, as a few functions that the CLI and the REST API both call."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing, suppress
from copy import copy
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from uuid import uuid4

from factsheet_schemas import Box, Budget, DocumentRecord, ExtractOptions, Record, Schema

from factsheet_service.core.budgets import budgeted
from factsheet_service.core.document import Document
from factsheet_service.core.errors import NoDocuments, UsageError
from factsheet_service.core.memo import Payer
from factsheet_service.core.own_answers import answered
from factsheet_service.core.planning import chosen_groups, judge_of, plan_run
from factsheet_service.core.progress import FileReplaced, Progress, silent
from factsheet_service.core.questions import Engine
from factsheet_service.core.workload import Workload, system_tokens, workload
from factsheet_service.documents import ReadLimits, locate
from factsheet_service.documents.duplicates import mark_duplicates
from factsheet_service.engines.embedding import NO_ENDPOINT, Embedder
from factsheet_service.stores.company import CompanyFolder
from factsheet_service.stores.workspace import Workspace

from .boxes import PageSpan, with_boxes
from .dispatch import Dispatcher
from .extract import extract
from .job import Job
from .likeness import Compared, Likeness
from .reading import Reader
from .schemas import Schemas

EngineFactory = Callable[
    [ExtractOptions, Schema, Payer], AbstractAsyncContextManager[Engine]
]  # an engine of its own for a run, with all it needs, open until the run ends
SecondFactory = Callable[[ExtractOptions, Schema], Engine | None]
EmbedderFactory = Callable[[], Embedder]
DEFAULT_WINDOW_TOKENS = 6500
NO_LIMIT = Budget()


def no_embedder() -> Embedder:
    """What there is without an endpoint. Raises UsageError."""
    raise UsageError(NO_ENDPOINT)


class Operations:
    """Reads, plans and runs companies of one workspace; ``of`` gives those of one tenant."""

    def __init__(
        self,
        workspace: Workspace,
        engines: EngineFactory,
        limits: ReadLimits,
        second_opinions: SecondFactory = lambda _options, _schema: None,
        embedders: EmbedderFactory = no_embedder,
        max_budget: Budget = NO_LIMIT,
    ) -> None:
        """``max_budget`` is what no run may exceed, whatever it is asked for."""
        self.workspace = workspace
        self.schemas = Schemas(workspace.files)
        self.tenant = ""
        self._engines = engines
        self._second_opinions = second_opinions
        self._limits = limits
        self._reader = Reader(limits)
        self._max_budget = max_budget
        self._embedders = embedders
        self._dispatchers: dict[str, Dispatcher] = defaultdict(Dispatcher)  # by engine name

    def of(self, tenant: str) -> Self:
        """The same for a tenant, who sees its own companies and schemas alone.

        Engines, and the turns that runs take at them, are shared. Raises UsageError for a name
        that no tenant can have.
        """
        own = copy(self)
        own.tenant, own.workspace = tenant, self.workspace.of(tenant)
        own.schemas = Schemas(own.workspace.files)
        return own

    async def ingest(
        self, company: str, paths: Sequence[Path], progress: Progress = silent
    ) -> tuple[Document, ...]:
        """Add files (folders with all below them) to a company, made if new, and read them.

        Raises:
            UsageError: a path does not exist, or the company's name is not allowed.
            NoDocuments: the paths hold no file.
        """
        files = files_in(paths)
        if not files:
            raise NoDocuments(f"no file in {', '.join(map(str, paths))}")
        folder = await asyncio.to_thread(self.workspace.create, company)
        added = await asyncio.to_thread(folder.add_sources, dict(files))
        for name in added.replaced:
            progress(FileReplaced(name))
        return await self.read(company, progress)

    async def read(self, company: str, progress: Progress = silent) -> tuple[Document, ...]:
        """Read what was added and is not read yet; failures are kept like texts.

        Raises:
            UnknownCompany: there is none of that name.
        """
        folder = await asyncio.to_thread(self.workspace.company, company)
        return await self._reader.read(folder, progress)

    async def listed(self, company: str, progress: Progress = silent) -> tuple[DocumentRecord, ...]:
        """What ``read`` gives, without the texts; cheap where nothing is new.

        Raises:
            UnknownCompany: there is none of that name.
        """
        folder = await asyncio.to_thread(self.workspace.company, company)
        return await self._reader.listed(folder, f"{self.tenant}/{company}", progress)

    def documents(self, company: str) -> tuple[Document, ...]:
        """What was read of a company so far. Raises UnknownCompany."""
        return self._reader.kept(self.workspace.company(company))

    async def extract(
        self,
        company: str,
        options: ExtractOptions,
        progress: Progress = silent,
        job_id: str = "",
        seconds_left: float | None = None,
    ) -> Record:
        """Run one company and keep its record; what is paid for is booked on ``job_id``.

        A job has one record, however often it is run. A fresh run uses the answers of the same job
        alone, so that it can be resumed. ``seconds_left`` is until the deadline, for a job that has
        begun before.

        Raises:
            UnknownCompany, NoDocuments, UnknownField, SchemaError: the request is wrong.
            EngineUnavailable: the engine is gone for good, or the endpoint of the vectors; what was
                answered is kept.
        """
        options = budgeted(options, self._max_budget)
        schema = self.schemas.find(options.schema_name)
        own = self.schemas.own(options.schema_name)
        folder = await asyncio.to_thread(self.workspace.company, company)
        documents = _chosen(await self._reader.read(folder, progress), options)
        left = _seconds_of(options) if seconds_left is None else seconds_left
        job = Job(company, documents, schema, options, self.tenant, seconds_left=left)
        job = replace(job, compared=await self._compared(job, progress))
        payer = Payer(self.tenant, company, job_id or (uuid4().hex if options.fresh else ""))
        record = await self._extracted(job, payer, progress)
        record = await self._located(record, documents, folder)
        record = answered(own, record) if own else record
        record = _of_job(record, job_id) if job_id else record
        await asyncio.to_thread(folder.save_record, record)
        return record

    async def drain(self, seconds: float) -> None:
        """Send no further call to any engine, and give those under way so long to end."""
        dispatchers = [dispatcher.drain() for dispatcher in self._dispatchers.values()]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*dispatchers)

    async def _extracted(self, job: Job, payer: Payer, progress: Progress) -> Record:
        """The record of one run by the job's engine, with a second one where there is one."""
        async with AsyncExitStack() as stack:
            opened = self._engines(job.options, job.schema, payer)
            engine = await stack.enter_async_context(opened)
            second = self._second_opinions(job.options, job.schema)
            if second:
                stack.push_async_callback(second.aclose)
            dispatcher = self._dispatchers[job.options.engine]
            return await extract(job, engine, progress, dispatcher, second)

    async def _compared(self, job: Job, progress: Progress) -> Compared | None:
        """How like the documents' passages are to what is asked, where the retriever needs it."""
        if not job.options.effective().needs_vectors:
            return None
        embedder = self._embedders()
        try:
            read = [document for document in job.documents if document.is_read]
            groups = chosen_groups(job.schema, job.options)
            with closing(self.workspace.open_vectors(job.company)) as log:
                return await Likeness(embedder, log).compared(read, groups, progress)
        finally:
            await embedder.aclose()

    async def _located(
        self, record: Record, documents: Sequence[Document], folder: CompanyFolder
    ) -> Record:
        """The record with boxes; a file that was deleted meanwhile has none to show."""
        places = await asyncio.to_thread(folder.places)

        async def boxes_in(sha256: str, spans: Sequence[PageSpan]) -> list[tuple[Box, ...]]:
            with TemporaryDirectory(prefix="factsheet-") as scratch:
                try:
                    place = places.get(sha256, sha256)
                    path = await asyncio.to_thread(folder.files.local, place, Path(scratch))
                except FileNotFoundError:
                    return [()] * len(spans)
                return await locate(path, spans, self._limits)

        return await with_boxes(record, documents, boxes_in)

    def plan(self, company: str, options: ExtractOptions) -> Workload:
        """The calls that a run would make; the company's documents must have been read.

        Vectors are not asked for: they say which passages are read, hardly how many.
        """
        schema = self.schemas.find(options.schema_name)
        documents = _chosen(self.documents(company), options)
        size = options.effective().window_tokens or DEFAULT_WINDOW_TOKENS
        read = [document for document in documents if document.is_read]
        plan = plan_run(read, size, schema, options, judge_of(schema, options))
        return workload(plan, schema, options, system_tokens(schema))


def _seconds_of(options: ExtractOptions) -> float | None:
    return None if options.deadline_minutes is None else options.deadline_minutes * 60


def _of_job(record: Record, job_id: str) -> Record:
    """Under the job's id, so that a job that is run again replaces its record."""
    return record.model_copy(update={"run": record.run.model_copy(update={"id": job_id})})


def files_in(paths: Sequence[Path]) -> list[tuple[str, Path]]:
    """Names inside the company and paths of all files, sorted; hidden ones are left out.

    Raises:
        UsageError: a path or a link's target does not exist, or a file would take another's name.
    """
    found: dict[str, Path] = {}
    for name, path in _files(paths):
        if not found.setdefault(name, path).samefile(path):
            raise UsageError(
                f"{found[name]} and {path} would both be {name!r} in one company: give the folder "
                "above them, or each company by itself"
            )
    return list(found.items())


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for path in paths:
        if path.is_file():
            yield path.name, path
        elif path.is_dir():
            for file in sorted(path.rglob("*")):
                inside = file.relative_to(path)
                if any(part.startswith(".") for part in inside.parts):
                    continue
                if file.is_symlink() and not file.exists():
                    raise UsageError(f"{file} is a link that leads nowhere; mend or remove it")
                if file.is_file():
                    yield inside.as_posix(), file
        else:
            raise UsageError(f"{path} does not exist; give files or folders")


def _chosen(documents: Sequence[Document], options: ExtractOptions) -> tuple[Document, ...]:
    """The documents of a run, by id, hash or name; a name takes what the file holds with it."""
    if options.documents is None:
        chosen = tuple(documents)
    else:
        wanted = set(options.documents)
        chosen = mark_duplicates(d for d in documents if wanted & _keys(d))
        if missing := wanted.difference(*map(_keys, chosen)):
            raise UsageError(f"no document {', '.join(sorted(missing))} in this company")
    if not chosen:
        raise NoDocuments("the company has no documents; add some first")
    return chosen


def _keys(document: Document) -> set[str]:
    """All that a document can be named by: an attachment by its message's name too."""
    parts = document.name.split("/")
    names = {"/".join(parts[: n + 1]) for n in range(len(parts))}
    return {document.id, document.sha256, *names}
