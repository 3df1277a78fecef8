"""The reading process: one file on standard input, frames on standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from .confine import confine
from .errors import ReadingError
from .frames import Ended, Frame, Note, PageText, encode
from .limits import MEBIBYTE, ReadLimits, remedy

_MAX_REASON_CHARS = 200


@dataclass(frozen=True, slots=True)
class File:
    """What a reader is given."""

    name: str
    content: bytes
    arguments: Any = None  # plain data for readers that need more than the file


Reader = Callable[[File, ReadLimits], Iterator[Frame]]


@dataclass(frozen=True, slots=True)
class Job:
    """What the process is told on its command line."""

    reader: str  # "package.module:function", a Reader
    name: str
    limits: ReadLimits
    arguments: Any = None

    def encode(self) -> str:
        """As one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, argument: str) -> Job:
        """Back from the command line."""
        data = json.loads(argument)
        return cls(data["reader"], data["name"], ReadLimits(**data["limits"]), data["arguments"])


def main() -> None:
    """Read standard input as the job on the command line says."""
    job = Job.decode(sys.argv[1])
    send = _sender()
    confine(job.limits, lambda reason: send(Ended("unreadable", reason)))
    send(_run(job, send))


def _sender() -> Callable[[Frame], None]:
    """Frames go to what was standard output; stray prints of a library go nowhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def send(frame: Frame) -> None:
        rest = memoryview(encode(frame))
        while rest:
            rest = rest[out.write(rest) :]

    return send


def _run(job: Job, send: Callable[[Frame], None]) -> Ended:
    try:
        file = File(job.name, sys.stdin.buffer.read(), job.arguments)
        for frame in _bounded(_load(job.reader)(file, job.limits), job.limits.max_chars):
            send(frame)
    except ReadingError as error:
        return Ended(error.status, str(error)[:_MAX_REASON_CHARS])
    except MemoryError:
        return Ended("unreadable", out_of_memory(job.limits))
    except RecursionError:
        return Ended("unreadable", "nested too deeply to be read")
    except Exception as error:  # noqa: BLE001 - the job ends here, whatever a parser throws
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Ended("unreadable", f"broken, or too odd to be read: {said}"[:_MAX_REASON_CHARS])
    return Ended("ok")


def out_of_memory(limits: ReadLimits) -> str:
    """The reason of a file that took more than its memory."""
    size = limits.memory_bytes // MEBIBYTE
    return f"needed more than {size} MB of memory: {remedy('memory_bytes')}"


def _load(reader: str) -> Reader:
    module, _, function = reader.partition(":")
    loaded: Reader = getattr(import_module(module), function)
    return loaded


def _bounded(frames: Iterator[Frame], max_chars: int) -> Iterator[Frame]:
    """Stops behind ``max_chars`` characters of text, and says so."""
    left = max_chars
    for frame in frames:
        if isinstance(frame, PageText):
            if len(frame.text) > left:
                cells = tuple(cell for cell in frame.cells if cell.end <= left)
                yield PageText(frame.text[:left], frame.number, frame.label, cells)
                said = f"only the first {max_chars} characters were read: {remedy('max_chars')}"
                yield Note(said, is_cut=True)
                return
            left -= len(frame.text)
        yield frame
