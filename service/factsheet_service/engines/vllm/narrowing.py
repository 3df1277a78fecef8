"""A window that the server finds too long, cut into stretches that it may take.

Token counts of windows are estimates, made for English; of other languages a server may count twice
as many. Then each question is asked of the parts instead, down to a size that any server takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from factsheet_service.core.document import Window
from factsheet_service.core.questions import Claim, Kind, Question
from factsheet_service.core.windows import part_of

SMALLEST_TOKENS = 200  # estimated; a shorter window is not what makes a prompt too long


def narrower(window: Window, question: Question) -> Iterator[tuple[Window, Question]]:
    """Parts of a window, each with what can be asked of it; nothing where it is short already.

    A claim goes to a half that shows all of its lines, or else to the stretch that they span; one
    whose lines span the window goes nowhere.
    """
    middle = len(window.lines) // 2
    if not middle or window.num_tokens < SMALLEST_TOKENS:
        return
    halves = (part_of(window, 0, middle), part_of(window, middle, len(window.lines)))
    if question.kind is not Kind.VERIFY:
        yield from ((half, question) for half in halves)
        return
    for half in halves:
        if claims := tuple(claim for claim in question.claims if _shows(half, claim)):
            yield half, replace(question, claims=claims)
    for claim in question.claims:
        if not any(_shows(half, claim) for half in halves):
            yield from _spanned(window, question, claim)


def _shows(window: Window, claim: Claim) -> bool:
    return {line.number for line in window.lines}.issuperset(claim.lines)


def _spanned(window: Window, question: Question, claim: Claim) -> Iterator[tuple[Window, Question]]:
    places = [at for at, line in enumerate(window.lines) if line.number in claim.lines]
    start, end = places[0], places[-1] + 1
    if end - start < len(window.lines):
        yield part_of(window, start, end), replace(question, claims=(claim,))
