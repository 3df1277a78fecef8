"""The pipeline with an engine in process: speed of one core, and memory as it asks more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from factsheet_schemas import ExtractOptions, load_schema
from factsheet_service.core.document import Document
from factsheet_service.core.progress import silent
from factsheet_service.pipeline.dispatch import Dispatcher
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from instant import (
    QUESTIONS_PER_WINDOW,
    WINDOW_TOKENS,
    InstantEngine,
    document,
    resident_mb,
)

COMPANY_TOKENS = 30_000


@dataclass(frozen=True, slots=True)
class Run:
    """Companies run in one process. Memory is what was held, not a peak."""

    companies: int
    at_once: bool
    calls: int
    seconds: float
    cpu_s: float
    mb_before: float  # with the documents, before the first question
    mb_at_1000: float | None  # calls
    mb_at_last: float  # call
    mb_after: float


def one_company(num_calls: int) -> Run:
    """A company so large that it takes about so many calls."""
    return _run([document(num_calls // QUESTIONS_PER_WINDOW * WINDOW_TOKENS)], at_once=False)


def companies(number: int, at_once: bool) -> Run:
    """So many companies of 30,000 tokens each."""
    names = [f"company_{index}.txt" for index in range(number)]
    return _run([document(COMPANY_TOKENS, name) for name in names], at_once)


def _run(documents: Sequence[Document], at_once: bool) -> Run:
    seen: dict[int, float] = {}

    def watch(number: int) -> None:
        if number % 100 == 0:
            seen[number] = resident_mb()

    engine = InstantEngine(watch)
    before, started, cpu = resident_mb(), time.perf_counter(), time.process_time()
    asyncio.run(_extract(documents, engine, at_once))
    return Run(
        companies=len(documents),
        at_once=at_once,
        calls=engine.num_calls,
        seconds=time.perf_counter() - started,
        cpu_s=time.process_time() - cpu,
        mb_before=before,
        mb_at_1000=seen.get(1000),
        mb_at_last=seen[max(seen)],
        mb_after=resident_mb(),
    )


async def _extract(documents: Sequence[Document], engine: InstantEngine, at_once: bool) -> None:
    """Every document as a company; records are dropped as they come."""
    schema, dispatcher = load_schema("credit_facility"), Dispatcher()

    async def run(one: Document) -> None:
        job = Job(one.name, (one,), schema, ExtractOptions())
        await extract(job, engine, silent, dispatcher)

    if at_once:
        async with asyncio.TaskGroup() as group:
            for one in documents:
                group.create_task(run(one))
    else:
        for one in documents:
            await run(one)
