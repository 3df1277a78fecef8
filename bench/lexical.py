"""Seconds and peak memory of `factsheet extract` with the lexical engine, a table per document.

    .venv/bin/python bench/lexical.py FILE...

Each document is a company of its own, in a fresh process and working folder. Memory is the peak of
the largest process (`ru_maxrss`), the readers' children included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from factsheet_schemas import Record

FACTSHEET = Path(sys.executable).with_name("factsheet")


@dataclass(frozen=True, slots=True)
class Measured:
    """One document's run."""

    name: str
    pages: int  # as paged, else per 3,000 characters
    seconds: float
    peak_mb: float
    borrower: str
    rows: tuple[str, ...]


def measure(path: Path) -> Measured:
    """Extract one document; raises CalledProcessError if that fails."""
    with tempfile.TemporaryDirectory() as folder:
        command = [FACTSHEET, "extract", path, "--company", "one", "--format", "json"]
        started = time.perf_counter()
        with subprocess.Popen(
            [*command, "--work", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            output = process.stdout.read() if process.stdout else b""
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return _measured(path, Record.model_validate_json(output), seconds, usage.ru_maxrss / 1024)


def _measured(path: Path, record: Record, seconds: float, peak_mb: float) -> Measured:
    document = record.documents[0]
    borrower = record.deal["borrower_name"].value or ["-"]
    return Measured(
        name=path.name,
        pages=document.pages if document.pages > 1 else max(1, document.characters // 3000),
        seconds=seconds,
        peak_mb=peak_mb,
        borrower=str(borrower[0]),
        rows=tuple(row.name for row in record.facilities),
    )


def main() -> None:
    """Measure and print."""
    print("| document | pages | s | s / 100 pages | peak MB | borrower | facilities |")
    print("|---|---|---|---|---|---|---|")
    for path in map(Path, sys.argv[1:]):
        one = measure(path)
        print(
            f"| {one.name} | {one.pages} | {one.seconds:.1f} | {100 * one.seconds / one.pages:.1f} "
            f"| {one.peak_mb:.0f} | {one.borrower} | {len(one.rows)}: {'; '.join(one.rows)} |"
        )


if __name__ == "__main__":
    main()
