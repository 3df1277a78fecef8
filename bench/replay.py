"""The calls of a run sent again: as they were, and with the question before the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bench import layouts
from bench.recorded import Sent


def bodies(sent: Iterable[Sent]) -> list[dict[str, Any]]:
    """What was sent, in the order of its dispatch."""
    return [one.body for one in sent]


def question_first(sent: Iterable[Sent]) -> list[dict[str, Any]]:
    """The same calls with the question before the window, as most prompts have it."""
    return [one.body | {"messages": _turned(one.body["messages"])} for one in sent]


def _turned(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    system, user = messages
    return [system, user | {"content": layouts.question_first(user["content"])}]
