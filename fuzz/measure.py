"""What the readers make of a file, and what it cost: each in a process that is forked for it.

A fork, since only a process whose sole child is the reader can tell how much that one took.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import resource
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from factsheet_service.core.document import Document, Source
from factsheet_service.core.progress import silent
from factsheet_service.documents import ReadLimits, read_documents

_KIBIBYTE = 1024
_HUNG_S = 1200  # the kernel ends who is still there: twice what a container may take
MEBIBYTE = 1024 * _KIBIBYTE


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file ended. ``status`` is "died" where not only the reader's process did."""

    name: str
    status: str
    reason: str = ""
    seconds: float = 0
    child_mb: float = 0  # the largest reading process, resident at its peak
    grown_mb: float = 0  # what the reading process's parent grew by
    num_chars: int = 0
    num_documents: int = 0


def measured(name: str, content: bytes, limits: ReadLimits) -> Outcome:
    """Read one file, with those inside it."""
    receiving, sending = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(receiving)
        _report(sending, name, content, limits)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        told = pipe.read()
    _, code = os.waitpid(process, 0)
    if code or not told:
        return Outcome(name, "died", f"wait status {code}")
    return Outcome(**json.loads(told))


def _report(pipe: int, name: str, content: bytes, limits: ReadLimits) -> None:
    """Read, write the outcome to the pipe and end the process, which no hang outlives."""
    signal.alarm(_HUNG_S)
    try:
        os.write(pipe, json.dumps(asdict(_outcome(name, content, limits))).encode())
    finally:
        os._exit(0)


def _outcome(name: str, content: bytes, limits: ReadLimits) -> Outcome:
    before, started = _resident(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        source = Source(name, hashlib.sha256(content).hexdigest(), path)
        documents = asyncio.run(read_documents([source], limits, silent))
    seconds = time.monotonic() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIBIBYTE - before
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _KIBIBYTE
    return _summed(name, documents, seconds, child / MEBIBYTE, max(0, grown) / MEBIBYTE)


def _summed(
    name: str, documents: Sequence[Document], seconds: float, child_mb: float, grown_mb: float
) -> Outcome:
    own = next(document for document in documents if document.name == name)
    return Outcome(
        name,
        own.status.value,
        own.reason or "",
        round(seconds, 2),
        round(child_mb),
        round(grown_mb),
        sum(len(document.text) for document in documents),
        len(documents),
    )


def _resident() -> int:
    """Bytes of this process that are in memory now."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * resource.getpagesize()
