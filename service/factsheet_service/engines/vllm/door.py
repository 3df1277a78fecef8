"""The one door that answers come in through: accepted, asked again, split, or refused.

Strict JSON of the right form passes. Anything else whole is repaired and marked as recovered. What
was cut off is never patched up: its question is split, since half an answer hides what it lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from factsheet_service.core.document import Window
from factsheet_service.core.questions import Question

from . import answers
from .answers import Form, Reading, read_form
from .likelihood import Token, value_probabilities
from .repair import Unreadable, rows_in
from .wire import Reply

CUT_OFF = frozenset({"length", "repetition"})  # finish reasons of an answer that is not whole


@dataclass(frozen=True, slots=True)
class Try:
    """How often a question has been asked in its present size, and with what."""

    budget: int  # output tokens
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer's rows."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Again:
    """Ask the same once more, with this budget."""

    budget: int


@dataclass(frozen=True, slots=True)
class Split:
    """Ask in two halves."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No answer can be had."""

    reason: str


Verdict = Accepted | Again | Split | Refused


def judge(reply: Reply, question: Question, window: Window, asked: Try) -> Verdict:
    """What to do with a reply to a question about a window."""
    text = _without_reasoning(reply.content)
    if (reading := read_strictly(text, question, window, reply.tokens)) is not None:
        return Accepted(reading)
    if reply.finish_reason in CUT_OFF:
        return _cut_off(reply, question, asked)
    if not text:
        return _again_or("the answer was empty", asked)
    try:
        return Accepted(read_leniently(text, question, window))
    except Unreadable as error:
        return Split() if question.size > 1 else _again_or(str(error), asked)


def _again_or(reason: str, asked: Try) -> Verdict:
    """A second try, which reminds of the form; after that there is no answer to be had."""
    return Refused(f"{reason}, twice") if asked.is_second else Again(asked.budget)


def _cut_off(reply: Reply, question: Question, asked: Try) -> Verdict:
    if question.size > 1:
        return Split()
    if not asked.is_second:
        return Again(2 * asked.budget)
    where = "in white space " if reply.content and reply.content[-40:].isspace() else ""
    return Refused(f"the answer was cut off {where}at {asked.budget} tokens")


def _without_reasoning(content: str | None) -> str:
    return (content or "").rpartition("</think>")[2].strip()


def read_strictly(
    text: str, question: Question, window: Window, tokens: Sequence[Token] = ()
) -> Reading | None:
    """The answer's rows, if the text is JSON of the form and nothing besides."""
    try:
        form = Form.model_validate_json(text)
    except ValidationError:
        return None
    probabilities = value_probabilities(text, tokens) if tokens else ()
    return read_form(form, question, window, probabilities)


def read_leniently(text: str, question: Question, window: Window) -> Reading:
    """The rows of all objects of the form in the text, after repair.

    Raises:
        Unreadable: there is none, or none of their rows fits the question.
    """
    rows = rows_in(answers.without_form(text), answers.asked_names(question))
    reading = answers.read_repaired(rows, question, window)
    if rows and not reading.rows:
        raise Unreadable("no row of the answer fits the question")
    return reading
