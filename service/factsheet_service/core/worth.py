"""What is asked first where a budget may end the asking: the windows that promise most per token.

* A question is worth its fields, a core field as much as ``CORE_WORTH`` others; detection, without
  which no value has its row, as much as all core fields.
* In the window that its group's words rank first it is worth all of that, in the second half, in
  the third a third, and so on; detection by the rank of the window in its document.
* A window is worth its questions together, over its tokens.

Within a window detection comes first, then the other questions by what they are worth. The order
decides nothing but what a spent budget leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from factsheet_schemas import Schema

from .planning import Step
from .questions import Kind, Question
from .retrieval import Judge, WindowIndex

CORE_WORTH = 3.0


def most_valuable_first(steps: Sequence[Step], schema: Schema, judge: Judge) -> tuple[Step, ...]:
    """The steps and their questions in the order of what they are worth."""
    windows = [step.window for step in steps]
    keys = {q.key for step in steps for q in step.questions if q.kind is Kind.GROUP}
    index = WindowIndex(windows) if keys else None
    ranks = {key: _ranks(judge.ranked(windows, index, key)) for key in keys if index}
    ordered = [replace(step, questions=_ordered(step.questions, schema)) for step in steps]
    numbers = sorted(
        range(len(ordered)),
        key=lambda n: -worth_of(ordered[n], n, ranks, schema) / ordered[n].window.num_tokens,
    )
    return tuple(ordered[n] for n in numbers)


def worth_of(
    step: Step, number: int, ranks: Mapping[str, Mapping[int, int]], schema: Schema
) -> float:
    """What a step is worth; ``ranks`` are of windows by their numbers, from 0, for each group."""
    last = max((len(one) for one in ranks.values()), default=0)
    total = 0.0
    for question in step.questions:
        own = ranks.get(question.key, {})
        rank = step.window.index if question.kind is Kind.DETECT else own.get(number, last)
        total += asked_for(question, schema) / (1 + rank)
    return total


def asked_for(question: Question, schema: Schema) -> float:
    """What an answer to a question is worth."""
    if question.kind is Kind.DETECT:
        return CORE_WORTH * max(1, sum(field.core for field in schema.fields()))
    return sum(CORE_WORTH if field.core else 1.0 for field in question.fields)


def _ordered(questions: Sequence[Question], schema: Schema) -> tuple[Question, ...]:
    return tuple(
        sorted(questions, key=lambda q: (q.kind is not Kind.DETECT, -asked_for(q, schema)))
    )


def _ranks(ranked: Sequence[int]) -> dict[int, int]:
    return {number: rank for rank, number in enumerate(ranked)}
