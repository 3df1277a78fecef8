"""Our own overhead: an engine that answers at once, 10,000 calls, no wire and no model.

    .venv/bin/python bench/overhead.py [CALLS]

Prints calls per second of one core, CPU milliseconds per call and the peak memory after 1,000 calls
and after all: what the pipeline itself costs, and that its memory does not grow with the calls.
"""

from __future__ import annotations

import asyncio
import hashlib
import resource
import sys
import time
from collections.abc import Mapping
from typing import Any

from factsheet_schemas import DocumentStatus, ExtractOptions, load_schema
from factsheet_schemas.record import Usage
from factsheet_service.core.document import Document, Page, Window
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Answer, EngineInfo, Kind, Question, Row
from factsheet_service.pipeline.extract import Job, extract

CLAUSE = "The Margin on Facility {n} is 2.{n} per cent. a year and the Limit is EUR {n},000,000. "
QUESTIONS_PER_WINDOW = 14  # detection, 12 groups, verification


class InstantEngine:
    """Finds one value per group question, at once."""

    num_calls = 0
    peak_mb_at_1000 = 0.0

    async def probe(self) -> EngineInfo:
        """Memoised, as a real engine is."""
        return EngineInfo("instant", identity="instant", window_tokens=2000)

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        """The first line, as the value of the first field."""
        self.num_calls += 1
        if self.num_calls == 1000:
            self.peak_mb_at_1000 = peak_mb()
        usage = Usage(calls=1, prompt_tokens=window.num_tokens, output_tokens=20)
        if question.kind is Kind.VERIFY:
            return Answer(usage=usage)
        row = Row(question.fields[0].key, (), "2.25 per cent.", (1,))
        return Answer(rows=(row,), usage=usage)

    async def aclose(self) -> None:
        """Nothing is open."""


class Forgetful:
    """A memo that keeps nothing."""

    def get(self, _key: str) -> dict[str, Any] | None:
        """Nothing."""
        return None

    def put(self, key: str, value: Mapping[str, Any]) -> None:
        """Nowhere."""


def document(num_windows: int) -> Document:
    """A text of about so many windows."""
    clauses = (CLAUSE.format(n=n % 9) for n in range(num_windows * 100))
    text = "\n\n".join(clauses)
    digest = hashlib.sha256(text.encode()).hexdigest()
    pages = (Page(1, 0, len(text)),)
    return Document(
        digest[:16], "long.txt", digest, "text/plain", DocumentStatus.OK, text=text, pages=pages
    )


def peak_mb() -> float:
    """Peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run and print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    schema = load_schema("credit_facility")
    engine = InstantEngine()
    job = Job("long", (document(wanted // QUESTIONS_PER_WINDOW),), schema, ExtractOptions())
    started, cpu = time.perf_counter(), time.process_time()
    record = asyncio.run(extract(job, engine, Forgetful(), silent))
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print("| calls | windows | s | calls / s | CPU ms / call | MB at 1,000 | MB at the end |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {engine.num_calls} | {record.coverage.windows} | {seconds:.1f} "
        f"| {engine.num_calls / seconds:.0f} | {1000 * cpu / engine.num_calls:.2f} "
        f"| {engine.peak_mb_at_1000:.0f} | {peak_mb():.0f} |"
    )


if __name__ == "__main__":
    main()
