"""Our own overhead: no model, no GPU, an engine or a server that answers at once.

    .venv/bin/python bench/overhead.py [--calls 10000] [--json FILE]

* In process: calls a second of one core (bar: 500), and what is held after 1,000 and all calls.
* Growth: 1, 10 and 100 companies, one after another and at once.
* Over HTTP: CPU of this process per call with bodies of 30 KB (bar: 3 ms), by `VllmEngine` alone
  and by the whole pipeline; what our own pieces cost; and HTTP clients side by side. Clients that
  are not ours can be added for one run:

    .venv/bin/python -m pip install --target out/clients aiohttp httpx
    PYTHONPATH=out/clients .venv/bin/python bench/overhead.py

Each row is measured in a process of its own. CPU is that of the process, so the figures stand on a
machine that is busy with other things too; calls a second are per second of CPU.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from clients import Client, side_by_side
from growth import Run, companies, one_company
from wire import Part, Wire, engine_alone, parts, whole_pipeline

T = TypeVar("T")


def in_own_process(work: Callable[..., T], *args: int) -> T:
    """What the work returns, done in a fresh process."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(work, *args).result()


def table(header: str, rows: Sequence[str]) -> None:
    """Print one table, in Markdown."""
    print(header, "|" + "---|" * (header.count("|") - 1), *rows, sep="\n", flush=True)
    print()


def print_runs(runs: Sequence[Run]) -> None:
    """Speed and memory of runs in process."""
    table(
        "| companies | calls | calls / s of CPU | CPU s / company | MB before | at 1,000 calls "
        "| at the last | after |",
        [
            f"| {run.companies}{' at once' if run.at_once else ''} | {run.calls:,} "
            f"| {run.calls / run.cpu_s:,.0f} | {run.cpu_s / run.companies:.3f} "
            f"| {run.mb_before:.0f} | {_mb(run.mb_at_1000)} | {run.mb_at_last:.0f} "
            f"| {run.mb_after:.0f} |"
            for run in runs
        ],
    )


def _mb(held: float | None) -> str:
    return "-" if held is None else f"{held:.0f}"


def print_wires(wires: Sequence[Wire]) -> None:
    """CPU per call over HTTP."""
    table(
        "| over HTTP | calls | body KB | CPU ms / call |",
        [
            f"| {one.what} | {one.calls:,} | {one.body_kb:.1f} | {one.cpu_ms_per_call:.2f} |"
            for one in wires
        ],
    )


def print_parts(pieces: Sequence[Part], pipeline: Wire) -> None:
    """What our own pieces cost, beside a call of the whole pipeline."""
    whole_us = 1000 * pipeline.cpu_ms_per_call
    table(
        "| piece | CPU us | share of a call |",
        [f"| {one.what} | {one.cpu_us:.1f} | {one.cpu_us / whole_us:.1%} |" for one in pieces],
    )


def print_clients(clients: Sequence[Client]) -> None:
    """CPU per post, by client."""
    table(
        "| client | posts | CPU ms / post |",
        [
            f"| {one.name} {one.version} | {one.posts:,} | {one.cpu_ms_per_post:.2f} |"
            for one in clients
        ],
    )


def measured(num_calls: int) -> dict[str, Any]:
    """Run everything, print it, and give it as plain data."""
    one = [in_own_process(one_company, num_calls)]
    print_runs(one)
    growth = [
        in_own_process(companies, number, at_once)
        for number in (1, 10, 100)
        for at_once in (False, True)
        if number > 1 or not at_once
    ]
    print_runs(growth)
    wires = [
        in_own_process(engine_alone, num_calls // 4),
        in_own_process(whole_pipeline, num_calls // 4, False),
        in_own_process(whole_pipeline, num_calls // 4, True),
    ]
    print_wires(wires)
    pieces = in_own_process(parts)
    print_parts(pieces, wires[-1])
    clients = in_own_process(side_by_side, num_calls // 20)
    print_clients(clients)
    rows = {"one": one, "growth": growth, "wire": wires, "parts": pieces, "clients": clients}
    return {name: [asdict(row) for row in found] for name, found in rows.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Our own overhead, without a model.")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--json", type=Path, metavar="FILE", help="raw results")
    options = parser.parse_args()
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    results = {"machine": machine, "calls": options.calls, **measured(options.calls)}
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
