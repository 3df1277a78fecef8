"""Reading a company's files: side by side, each to a typed outcome, duplicates marked."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from factsheet_service.core.document import Document, Source
from factsheet_service.core.progress import FileRead, Progress, StageAdvanced, StageStarted

from .child import Job
from .duplicates import mark_duplicates
from .errors import Unreadable
from .frames import Ended
from .intake import Allowance, Intake
from .kinds import PDF
from .limits import ReadLimits, too_large
from .sandbox import run_reader
from .slots import Slots

READER_VERSION = "4"  # goes up whenever the same bytes may read differently

_ANY = "factsheet_service.documents.readers:read"
_SECOND_PDF = "factsheet_service.documents.readers.pdf_fallback:read"
_STAGE = "ingest"


class Named(Protocol):
    """A company's file, wherever it lies."""

    @property
    def name(self) -> str:
        """Its name inside the company's folder."""
        ...

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        ...


Fetch = Callable[[Source, Path], Awaitable[Path]]
"""Gives where a file lies on this machine; what it copies for that it puts into the folder."""

Keep = Callable[[Source, Sequence[Document], Mapping[str, Path]], Awaitable[None]]
"""Is given what was read of a file: itself, the files inside it, and where their bytes lie now."""


def reading_key(limits: ReadLimits, version: str = READER_VERSION) -> str:
    """What the outcome of a reading depends on besides the bytes that are read."""
    counted = {name: value for name, value in asdict(limits).items() if name != "parallel"}
    digest = hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()
    return f"{version}.{digest[:12]}"


async def as_given(source: Source, scratch: Path) -> Path:
    """Where a source says that it lies."""
    return source.path


async def not_kept(
    source: Source, documents: Sequence[Document], members: Mapping[str, Path]
) -> None:
    """Forgets what was read."""


async def read_documents(
    sources: Sequence[Source],
    limits: ReadLimits,
    progress: Progress,
    known: Mapping[str, Sequence[Document]] = MappingProxyType({}),
    fetch: Fetch = as_given,
    keep: Keep = not_kept,
    slots: Slots | None = None,
) -> tuple[Document, ...]:
    """Read every file, and the files inside them, sorted by name.

    A file that cannot be read is a Document with the status and reason; nothing is raised for it,
    but what ``fetch`` and ``keep`` raise is. ``known`` is what files gave before, by SHA-256, the
    file itself first: they are not read again. ``keep`` is given each file's outcome as soon as it
    is there, unless it says nothing of the file, such as that it could not be opened. ``slots``
    are those of all who read at the same time; without them this call has ``limits.parallel`` of
    its own.
    """
    first_of = {
        source.sha256: source for source in sorted(sources, key=lambda s: s.name, reverse=True)
    }
    free = (slots or Slots(limits.parallel)).here()
    run = _Run(limits, progress, len(first_of), known, fetch, keep, free)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = {
                sha256: group.create_task(run.read_top(source))
                for sha256, source in first_of.items()
            }
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed  # the first to fail; the others were stopped
    found = {sha256: task.result() for sha256, task in tasks.items()}
    return await asyncio.to_thread(assembled, sources, found)


def assembled(
    sources: Iterable[Named], found: Mapping[str, Sequence[Document]]
) -> tuple[Document, ...]:
    """The documents of a company, from what each file gave, by SHA-256; duplicates are marked."""
    return mark_duplicates(
        document
        for source in sources
        for document in _named(found.get(source.sha256, ()), source.name)
    )


def _named(documents: Sequence[Document], name: str) -> list[Document]:
    """What a file gave, as of one of another name with the same bytes."""
    return [
        replace(d, name=name + d.name.removeprefix(documents[0].name), duplicate_of=None)
        for d in documents
    ]


@dataclass(slots=True)
class _Top:
    """A file of the company while it is read, with all that is inside it."""

    allowance: Allowance
    scratch: Path
    members: dict[str, Path] = field(default_factory=dict)
    is_lasting: bool = True  # the same bytes would end in the same way again


class _Run:
    """One call of ``read_documents``."""

    def __init__(
        self,
        limits: ReadLimits,
        progress: Progress,
        num_files: int,
        known: Mapping[str, Sequence[Document]],
        fetch: Fetch,
        keep: Keep,
        slots: asyncio.Semaphore,
    ) -> None:
        self._limits = limits
        self._progress = progress
        self._num_files = num_files
        self._num_done = 0
        self._known = known
        self._fetch = fetch
        self._keep = keep
        self._slots = slots
        progress(StageStarted(_STAGE, num_files))

    async def read_top(self, source: Source) -> Sequence[Document]:
        """A file of the company, and all files inside it."""
        documents = self._known.get(source.sha256) or await self._read_new(source)
        self._num_done += 1
        self._progress(StageAdvanced(_STAGE, self._num_done, self._num_files))
        return documents

    async def _read_new(self, source: Source) -> list[Document]:
        with tempfile.TemporaryDirectory(prefix="factsheet-") as scratch:
            top = _Top(Allowance(self._limits), Path(scratch))
            documents = await self._read(source, top, 0)
            if top.is_lasting:
                await self._keep(source, documents, top.members)
        return documents

    async def _read(self, source: Source, top: _Top, depth: int) -> list[Document]:
        async with self._slots:
            intake, document = await self._opened_and_read(source, top, depth)
        own = [document, *intake.lost]
        for done in own:
            self._progress(FileRead(done.name, done.status.value, done.reason, len(done.pages)))
        top.members |= {member.sha256: member.path for member in intake.members}
        async with asyncio.TaskGroup() as group:
            inner = [
                group.create_task(self._read_inner(member, top, depth + 1))
                for member in intake.members
            ]
        return own + [document for task in inner for document in task.result()]

    async def _read_inner(self, member: Source, top: _Top, depth: int) -> list[Document]:
        """A file inside another; the same bytes again are not read again, unless they hold files,
        which count each time."""
        read = top.allowance.read
        first = read.get(member.sha256)
        if first is None:
            first = read[member.sha256] = asyncio.get_running_loop().create_future()
            documents = await self._read(member, top, depth)
            first.set_result(documents)
            return documents
        documents = await first
        if len(documents) > 1:
            return await self._read(member, top, depth)
        return [replace(documents[0], name=member.name)]

    async def _opened_and_read(
        self, source: Source, top: _Top, depth: int
    ) -> tuple[Intake, Document]:
        try:
            if depth == 0:
                source = replace(source, path=await self._fetch(source, top.scratch))
            return await _read_file(source, top.scratch, top.allowance, depth)
        except OSError as error:
            top.is_lasting = False
            intake = Intake(source, top.scratch, top.allowance, depth)
            reason = f"cannot be opened: {error.strerror}"
            return intake, intake.document(Ended(Unreadable.status, reason))


async def _read_file(
    source: Source, folder: Path, allowance: Allowance, depth: int
) -> tuple[Intake, Document]:
    """One file; a PDF that breaks the first reader is given to the second in the time left."""
    limits = allowance.limits
    intake = Intake(source, folder, allowance, depth)
    ended, seconds = await _run(_ANY, intake, limits)
    left = limits.wall_s - seconds
    is_broken_pdf = intake.media_type == PDF and ended.status == Unreadable.status
    if is_broken_pdf and left > 0:
        second = Intake(source, folder, allowance, depth)
        second_ended, _ = await _run(_SECOND_PDF, second, replace(limits, wall_s=left))
        if second_ended.status != Unreadable.status:
            return second, second.document(second_ended)
    return intake, intake.document(ended)


async def _run(reader: str, intake: Intake, limits: ReadLimits) -> tuple[Ended, float]:
    """How it ended, and the seconds that it took."""
    clock = asyncio.get_running_loop().time
    started = clock()
    ended = await _ended(reader, intake, limits)
    intake.allowance.seconds += clock() - started
    return ended, clock() - started


async def _ended(reader: str, intake: Intake, limits: ReadLimits) -> Ended:
    try:
        intake.allowance.check_time()
        _check_size(intake.source.path, limits)
        job = Job(reader, intake.source.name, limits)
        return await run_reader(job, intake.source.path, intake.take)
    except Unreadable as error:
        return Ended(error.status, str(error))


def _check_size(path: Path, limits: ReadLimits) -> None:
    """Raises Unreadable for a file that needs no process to be told so, and OSError."""
    size = path.stat().st_size
    if not size:
        raise Unreadable("the file is empty")
    if size > limits.max_bytes:
        raise Unreadable(too_large(limits))
