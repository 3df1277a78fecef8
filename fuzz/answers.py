"""A model's answers, broken by seed: the door they come in through says what they are."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator

from factsheet_schemas import load_schema
from factsheet_service.core.questions import Kind, Question
from factsheet_service.engines.vllm.door import Accepted, Again, Refused, Split, Try, judge
from factsheet_service.engines.vllm.wire import Reply

from .quotes import window_of
from .texts import mutated_text

MOST_SECONDS = 5
_TEXT = (
    "FACILITIES AGREEMENT\n\nNorrvind Wind AS is the Borrower.\n\n"
    "Facility A is a term loan of EUR 250,000,000.\n\n"
    "The Margin of Facility A is 2.25 per cent. per annum.\n\n"
)


def tried(seeds: Iterable[int]) -> Iterator[str | None]:
    """What went wrong with each seed; None where nothing did."""
    window = window_of(_TEXT)
    schema = load_schema("credit_facility")
    questions = [Question(Kind.GROUP, group.key, group.fields) for group in schema.groups]
    for seed in seeds:
        question = questions[seed % len(questions)]
        text = mutated_text(_answer(question), seed)
        started = time.monotonic()
        verdict = judge(Reply(text, "stop"), question, window, Try(300, is_second=seed % 2 == 1))
        seconds = time.monotonic() - started
        if not isinstance(verdict, Accepted | Again | Split | Refused):
            yield f"answer {seed}: {verdict!r}"
        elif seconds > MOST_SECONDS:
            yield f"answer {seed}: took {seconds:.1f} s"
        elif isinstance(verdict, Accepted):
            cited = [line for row in verdict.reading.rows for line in row.lines]
            beyond = [line for line in cited if not 1 <= line <= len(window.lines)]
            yield f"answer {seed}: cites lines {beyond}" if beyond else None
        else:
            yield None


def _answer(question: Question) -> str:
    rows = [
        [field.key, "Facility A; Facility B", f'the "value" of {field.key}', n % 4 + 1]
        for n, field in enumerate(question.fields)
    ]
    return json.dumps(rows)
