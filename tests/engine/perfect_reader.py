"""The flawless reader as an engine in process, behind the prompts of the real one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine import reading
from factsheet_schemas import Schema
from factsheet_service.core.document import Window
from factsheet_service.core.questions import Answer, EngineInfo, Question
from factsheet_service.engines.vllm import Prompts, answers


class PerfectReader:
    """Answers through the prompt and the answer's form; keeps each answer for the accounts."""

    def __init__(self, books: Sequence[dict[str, Any]], schema: Schema, window_tokens: int) -> None:
        self._books = list(books)
        self._prompts = Prompts(schema)
        self._window_tokens = window_tokens
        self.answered: list[tuple[Window, Question, Answer]] = []

    async def probe(self) -> EngineInfo:
        return EngineInfo("perfect", window_tokens=self._window_tokens)

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        user = self._prompts.messages(window, question)[1]["content"]
        form = answers.Form.model_validate_json(reading.answer(user, self._books))
        read = answers.read_form(form, question, window)
        answer = Answer(rows=read.rows, ignored_rows=read.num_ignored)
        self.answered.append((window, question, answer))
        return answer

    async def aclose(self) -> None:
        return None
