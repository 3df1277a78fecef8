"""Running a reader over one file in a process of its own, to a typed end, whatever it does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from pathlib import Path

from .child import Job, out_of_memory
from .frames import MAX_HEADER_BYTES, Ended, Frame
from .limits import ReadLimits, remedy
from .listening import next_frame

# The process imports from where this one does, but trusts neither environment nor folder (-I).
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); "
    "from factsheet_service.documents.child import main; main()"
)

# numpy, which openpyxl imports, would set memory aside for a thread per core of the machine
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1"}


async def run_reader(job: Job, path: Path, take: Callable[[Frame], None]) -> Ended:
    """Run a job over the file at ``path``; ``take`` is given each frame but the last.

    Never raises for anything the process does; an error that ``take`` raises ends the process.
    """
    process = await _start(job, path)
    try:
        async with asyncio.timeout(job.limits.wall_s):
            return await _receive(process, job.limits, take)
    except TimeoutError:
        reason = f"took more than {job.limits.wall_s:g} s: {remedy('wall_s')}"
        return Ended("unreadable", reason)
    finally:
        await asyncio.shield(_stop(process))


async def _start(job: Job, path: Path) -> Process:
    search_path = json.dumps([entry for entry in sys.path if entry])
    flags = ("-I", "-B", "-X", "utf8")
    with path.open("rb") as file:  # handed over open: the process needs no right to the path
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *flags, "-c", _START, job.encode(), search_path),
            stdin=file,
            stdout=PIPE,
            stderr=DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            limit=MAX_HEADER_BYTES,
        )


async def _receive(process: Process, limits: ReadLimits, take: Callable[[Frame], None]) -> Ended:
    while process.stdout and (frame := await next_frame(process.stdout, limits)) is not None:
        if isinstance(frame, Ended):
            return frame
        take(frame)
    return Ended("unreadable", _reason(await process.wait(), limits))


def _reason(code: int, limits: ReadLimits) -> str:
    if code == -signal.SIGXCPU:
        return f"took more than {limits.cpu_s} s of processor time: {remedy('cpu_s')}"
    if code == -signal.SIGABRT:  # so ends pdfium where it is refused memory
        return f"{out_of_memory(limits)} (crashed: signal 6)"
    if code == -signal.SIGKILL:  # so does a kernel that is short of memory
        return "was killed by the machine; have its memory, or FACTSHEET_PARALLEL_READS, looked at"
    said = f"signal {-code}" if code < 0 else f"exit code {code}"
    return f"crashed its reader: {said}; save it anew with the program that made it"


async def _stop(process: Process) -> None:
    """End the process and all it started, and take its remaining output off the pipe."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.communicate()
