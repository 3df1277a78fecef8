"""What the service bears on this machine: requests at a rate, replayed calls, a thousand jobs.

    .venv/bin/python -m bench.load [--jobs 1000] [--seconds 20]

* Submits at 50 a second and looks at a job at 200 a second, on SQLite, while jobs run whose model
  takes its time: from when a request was due to its last byte. The generator's own CPU is told.
* Replayed calls of the memo a second, with 64 at a time: what a resumed job waits for.
* Memory and open files of the process that serves and of the worker beside it, over a thousand
  jobs, behind the first tenth.

Exit code 1 where a figure of the bar is not reached.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from factsheet_service.core.memo import PaidCall, Payer
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.memo import AnswerMemo

from bench.open_loop import Reply, Target, at_rate, cpu_seconds, quantile
from chaos.companies import company
from chaos.processes import Model, Worker, model
from chaos.trial import environment

SUBMITS_PER_S, LOOKS_PER_S = 50, 200
MAX_SUBMIT_S, MAX_LOOK_S = 0.1, 0.05
MIN_REPLAYED_PER_S = 8000
MAX_GROWTH = 0.05  # of resident memory
NUM_COMPANIES = 5
KEPT_CALLS, AT_A_TIME = 4000, 64
BODY_CHARS = 900  # of a reply that is kept
OPTIONS = json.dumps({"groups": ["basic_info", "pricing"]}).encode()
UNFINISHED = 20  # jobs kept waiting or running while memory is watched


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure, and whether it is within the bar."""

    what: str
    measured: str
    bar: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What processes hold."""

    kib: int
    files: int


def held(worker: Worker) -> Held:
    """What a server and the worker beside it hold."""
    both = [_held(pid) for pid in (worker.pid, worker.beside()) if pid is not None]
    return Held(sum(one.kib for one in both), sum(one.files for one in both))


def _held(pid: int) -> Held:
    """Resident memory and open files of a process (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return Held(
        pages * os.sysconf("SC_PAGE_SIZE") // 1024, len(list(Path(f"/proc/{pid}/fd").iterdir()))
    )


@asynccontextmanager
async def served(folder: Path, server: Model) -> AsyncIterator[Worker]:
    """`factsheet serve` with some companies."""
    limits = {"FACTSHEET_MAX_QUEUED": "100000", "FACTSHEET_MAX_QUEUED_PER_TENANT": "100000"}
    started = environment(folder, sqlite_url(folder), server.url) | limits
    rate = {"FACTSHEET_RATE_PER_KEY": "100000/second"}
    worker = Worker("a1", started | rate, folder / "log")
    await worker.start()
    try:
        async with httpx2.AsyncClient(base_url=worker.url, trust_env=False, timeout=60) as http:
            for number in range(NUM_COMPANIES):
                one = company(1, number)
                files = [("files", named) for named in one.files.items()]
                (await http.post(f"/companies/{one.id}/documents", files=files)).raise_for_status()
        yield worker
    finally:
        worker.stop()


def submit(index: int) -> tuple[str, str, bytes, str]:
    """The request that starts a job."""
    path = f"/companies/{company(1, index % NUM_COMPANIES).id}/extract"
    return "POST", path, OPTIONS, f"idempotency-key: load-{time.monotonic_ns()}-{index}\r\n"


def latency(what: str, replies: Sequence[Reply], status: int, most_s: float) -> Figure:
    """The 99th percentile; a reply of another status is no answer."""
    seconds = [reply.seconds for reply in replies]
    odd = sum(reply.status != status for reply in replies)
    p50, p99 = quantile(seconds, 0.5), quantile(seconds, 0.99)
    told = f"p50 {1e3 * p50:.0f} ms, p99 {1e3 * p99:.0f} ms" + (f", {odd} refused" if odd else "")
    return Figure(what, told, f"p99 < {1e3 * most_s:.0f} ms", p99 < most_s and not odd)


async def rates(seconds: float) -> list[Figure]:
    """Submits, then looks at what was submitted."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            model(folder / "calls.jsonl", 1) as server,
            served(folder, server) as worker,
        ):
            target = Target(worker.port)
            cpu, num = cpu_seconds(), int(SUBMITS_PER_S * seconds)
            submits = await at_rate(target, SUBMITS_PER_S, num, submit)
            ids = [json.loads(reply.body)["id"] for reply in submits if reply.status == 202]
            num_looks = int(LOOKS_PER_S * seconds)

            def look(index: int) -> tuple[str, str, bytes, str]:
                return "GET", f"/jobs/{ids[index % len(ids)]}", b"", ""

            looks = await at_rate(target, LOOKS_PER_S, num_looks, look)
            own_ms = 1e3 * (cpu_seconds() - cpu) / (num + num_looks)
            target.close()
    return [
        latency(f"submit at {SUBMITS_PER_S}/s", submits, 202, MAX_SUBMIT_S),
        latency(f"GET job at {LOOKS_PER_S}/s", looks, 200, MAX_LOOK_S),
        Figure("the generator's own CPU", f"{own_ms:.2f} ms a request", "-", True),
    ]


async def replayed() -> Figure:
    """Looks in the memo that find something."""
    with tempfile.TemporaryDirectory() as name:
        async with Database(sqlite_url(Path(name))) as database:
            memo = AnswerMemo(database)
            run, keys = memo.of(Payer()), [f"{n:064x}" for n in range(KEPT_CALLS)]
            paid = PaidCall("x" * BODY_CHARS)
            await asyncio.gather(*(run.keep(key, paid) for key in keys))
            waiting = iter(keys * 5)

            async def look() -> None:
                for key in waiting:
                    await run.get(key)

            begun, cpu = time.perf_counter(), cpu_seconds()
            await asyncio.gather(*(look() for _ in range(AT_A_TIME)))
            wall, used = time.perf_counter() - begun, cpu_seconds() - cpu
            await memo.aclose()
    per_s = 5 * KEPT_CALLS / wall
    told = f"{per_s:,.0f}/s, {5 * KEPT_CALLS / used:,.0f} per second of CPU"
    bar = f">= {MIN_REPLAYED_PER_S:,}/s"
    return Figure("replayed calls of the memo", told, bar, per_s >= MIN_REPLAYED_PER_S)


async def memory(num_jobs: int) -> Figure:
    """What the process holds behind a tenth of the jobs, and behind all of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with model(folder / "calls.jsonl", 1) as server, served(folder, server) as worker:
            await server.set_latency(0.0, 0.0)
            target = Target(worker.port)
            warm = held(worker)
            for done in range(0, num_jobs, UNFINISHED):
                if done <= num_jobs // 10:
                    warm = held(worker)
                started = [await target.send(*submit(done + n)) for n in range(UNFINISHED)]
                await _ended(target, [json.loads(body)["id"] for _, body in started])
            last = held(worker)
            target.close()
    growth = last.kib / warm.kib - 1
    told = f"{warm.kib / 1024:.0f} -> {last.kib / 1024:.0f} MB, {warm.files} -> {last.files} files"
    holds = growth < MAX_GROWTH and last.files <= warm.files
    return Figure(f"held over {num_jobs} jobs", told, f"< {MAX_GROWTH:.0%}, no file more", holds)


async def _ended(target: Target, ids: Sequence[str]) -> None:
    for job_id in ids:
        while True:
            status, body = await target.send("GET", f"/jobs/{job_id}")
            if status == 200 and json.loads(body)["state"] not in ("queued", "running"):
                break
            await asyncio.sleep(0.05)


def lines(figures: Sequence[Figure]) -> Iterator[str]:
    """The table in Markdown."""
    yield "| what | measured | bar | |"
    yield "|---|---|---|---|"
    for one in figures:
        verdict = "holds" if one.holds else "NOT REACHED"
        yield f"| {one.what} | {one.measured} | {one.bar} | {verdict} |"


async def measured(given: argparse.Namespace) -> list[Figure]:
    """All figures, one after the other."""
    return [*await rates(given.seconds), await replayed(), await memory(given.jobs)]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the service bears on this machine.")
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20.0)
    load = os.getloadavg()[0]
    figures = asyncio.run(measured(parser.parse_args()))
    print(*lines(figures), sep="\n")
    print(f"load of the machine before: {load:.1f} on {os.cpu_count()} cores")
    return not all(one.holds for one in figures)


if __name__ == "__main__":
    sys.exit(main())
