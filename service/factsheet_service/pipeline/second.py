"""A second opinion: what the lexical reader finds in the windows that another engine is asked of.

It decides nothing. Whether it finds the same value is one of the signs that a value's confidence
is computed from (``core/reconcile/confidence.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager

from factsheet_service.core.planning import Step
from factsheet_service.core.questions import Engine, Kind
from factsheet_service.core.reconcile.candidates import Candidate, candidates_of


@asynccontextmanager
async def read_beside(
    engine: Engine | None, steps: Sequence[Step]
) -> AsyncIterator[Awaitable[list[Candidate] | None]]:
    """Have the steps' group questions answered meanwhile; None where there is no second engine."""
    reading = asyncio.create_task(_found(engine, steps))
    try:
        yield reading
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def _found(engine: Engine | None, steps: Sequence[Step]) -> list[Candidate] | None:
    if engine is None:
        return None
    asked = [(one.window, q) for one in steps for q in one.questions if q.kind is Kind.GROUP]
    return [
        candidate
        for window, question in asked
        for candidate in candidates_of(window, question, await engine.ask(window, question))
    ]
