"""Reading a company's files: side by side, each to a typed outcome, duplicates marked."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

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


async def read_documents(
    sources: Sequence[Source],
    limits: ReadLimits,
    progress: Progress,
    members: Path | None = None,
    known: Sequence[Document] = (),
    slots: Slots | None = None,
) -> tuple[Document, ...]:
    """Read every file, and the files inside them, sorted by name.

    A file that cannot be read is a Document with the status and reason; nothing is raised for it.
    ``members`` is the folder that keeps files found inside others, each named by its SHA-256
    (``locate`` needs their bytes); without it they are forgotten. ``known`` are documents that the
    same READER_VERSION read before: their files are not read again. ``slots`` are those of all
    who read at the same time; without them this call has ``limits.parallel`` of its own.
    """
    first_of = {
        source.sha256: source for source in sorted(sources, key=lambda s: s.name, reverse=True)
    }
    with tempfile.TemporaryDirectory(prefix="factsheet-") as scratch:
        free = (slots or Slots(limits.parallel)).here()
        run = _Run(limits, progress, members or Path(scratch), len(first_of), known, free)
        async with asyncio.TaskGroup() as group:
            tasks = {
                sha256: group.create_task(run.read_top(source))
                for sha256, source in first_of.items()
            }
    documents = [
        document
        for source in sources
        for document in _named(tasks[source.sha256].result(), first_of[source.sha256], source)
    ]
    return await asyncio.to_thread(mark_duplicates, documents)


def _named(documents: Sequence[Document], read: Source, source: Source) -> list[Document]:
    """What was read of one file, as of another with the same bytes."""
    return [replace(d, name=source.name + d.name.removeprefix(read.name)) for d in documents]


class _Run:
    """One call of ``read_documents``."""

    def __init__(
        self,
        limits: ReadLimits,
        progress: Progress,
        folder: Path,
        num_files: int,
        known: Sequence[Document],
        slots: asyncio.Semaphore,
    ) -> None:
        self._limits = limits
        self._progress = progress
        self._folder = folder
        self._num_files = num_files
        self._num_done = 0
        self._known = known
        self._slots = slots
        progress(StageStarted(_STAGE, num_files))

    async def read_top(self, source: Source) -> list[Document]:
        """A file of the company, and all files inside it."""
        documents = self._recall(source) or await self._read(source, Allowance(self._limits), 0)
        self._num_done += 1
        self._progress(StageAdvanced(_STAGE, self._num_done, self._num_files))
        return documents

    def _recall(self, source: Source) -> list[Document]:
        """What is known of a file and of the files inside it."""
        own = next((d for d in self._known if d.sha256 == source.sha256), None)
        if own is None:
            return []
        inside = [d for d in self._known if d.name.startswith(f"{own.name}/")]
        read = Source(own.name, own.sha256, source.path)
        return _named([replace(d, duplicate_of=None) for d in (own, *inside)], read, source)

    async def _read(self, source: Source, allowance: Allowance, depth: int) -> list[Document]:
        async with self._slots:
            intake, document = await _read_file(source, self._folder, allowance, depth)
        own = [document, *intake.lost]
        for done in own:
            self._progress(FileRead(done.name, done.status.value, done.reason, len(done.pages)))
        async with asyncio.TaskGroup() as group:
            inner = [
                group.create_task(self._read_inner(member, allowance, depth + 1))
                for member in intake.members
            ]
        return own + [document for task in inner for document in task.result()]

    async def _read_inner(self, member: Source, allowance: Allowance, depth: int) -> list[Document]:
        """A file inside another; the same bytes again are not read again, unless they hold files,
        which count each time."""
        first = allowance.read.get(member.sha256)
        if first is None:
            first = allowance.read[member.sha256] = asyncio.get_running_loop().create_future()
            documents = await self._read(member, allowance, depth)
            first.set_result(documents)
            return documents
        documents = await first
        if len(documents) > 1:
            return await self._read(member, allowance, depth)
        return [replace(documents[0], name=member.name)]


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
    except OSError as error:
        return Ended(Unreadable.status, f"cannot be opened: {error.strerror}")


def _check_size(path: Path, limits: ReadLimits) -> None:
    """Raises Unreadable for a file that needs no process to be told so, and OSError."""
    size = path.stat().st_size
    if not size:
        raise Unreadable("the file is empty")
    if size > limits.max_bytes:
        raise Unreadable(too_large(limits))
