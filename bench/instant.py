"""An engine that answers at once, and a text to ask about."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from factsheet_schemas import DocumentStatus
from factsheet_schemas.record import Usage
from factsheet_service.core.document import Document, Page, Window
from factsheet_service.core.pressure import Load
from factsheet_service.core.questions import Answer, EngineInfo, Kind, Question, Row

CLAUSE = (
    "{number}. The Margin on Facility {n} is 2.{n} per cent. a year; its Limit is EUR {n},000,000."
)
CLAUSES_PER_1000_TOKENS = 28
QUESTIONS_PER_WINDOW = 14  # detection, 12 groups, verification
WINDOW_TOKENS = 2000


class InstantEngine:
    """Finds one value per group question, at once; ``watch`` is told the number of each call."""

    def __init__(self, watch: Callable[[int], None] = lambda _number: None) -> None:
        self.num_calls = 0
        self._watch = watch

    async def probe(self) -> EngineInfo:
        """Nothing but its window's size."""
        return EngineInfo("instant", window_tokens=WINDOW_TOKENS)

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        """The first line, as the value of the first field."""
        self.num_calls += 1
        self._watch(self.num_calls)
        usage = Usage(calls=1, prompt_tokens=window.num_tokens, output_tokens=20)
        if question.kind is Kind.VERIFY:
            return Answer(usage=usage)
        row = Row(question.fields[0].key, (), "2.25 per cent.", (1,))
        return Answer(rows=(row,), usage=usage)

    async def warm(self, window: Window, questions: Sequence[Question], priority: int) -> Usage:
        """Nothing to warm."""
        return Usage()

    async def load(self) -> Load:
        """Never under any."""
        return Load()

    async def aclose(self) -> None:
        """Nothing is open."""


def document(num_tokens: int, name: str = "long.txt") -> Document:
    """A text of about so many tokens."""
    num_clauses = num_tokens * CLAUSES_PER_1000_TOKENS // 1000
    clauses = (CLAUSE.format(number=number, n=number % 9) for number in range(num_clauses))
    text = f"{name}\n\n" + "\n\n".join(clauses)
    digest = hashlib.sha256(text.encode()).hexdigest()
    pages = (Page(1, 0, len(text)),)
    return Document(
        digest[:16], name, digest, "text/plain", DocumentStatus.OK, text=text, pages=pages
    )


def resident_mb() -> float:
    """Memory that this process holds now, in MiB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
