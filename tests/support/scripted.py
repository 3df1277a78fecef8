"""An engine whose answers a test writes down: it finds what the script says, where it stands."""

import re
from collections.abc import Mapping, Sequence

from factsheet_schemas.record import Usage
from factsheet_service.core.document import Window
from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.core.questions import Answer, EngineInfo, Failure, Kind, Question, Row

Finding = tuple[str, tuple[str, ...], str]  # field key, "detect" for the first kind of rows or
# "detect KEY" for the kind that the field names; facilities, value


class ScriptedEngine:
    """Answers from a script of regular expression -> findings for the lines it matches.

    ``failing`` names question keys that cannot be answered; ``verdicts`` are the rows of every
    verification; ``asked`` records each (window, question), ``priorities`` what came with it,
    ``warmed`` the keys of windows that were warmed, which ``must_warm`` asks for.
    """

    def __init__(
        self,
        script: Mapping[str, Sequence[Finding]],
        failing: Sequence[str] = (),
        verdicts: Sequence[Row] = (),
        gone_after: int | None = None,
        must_warm: bool = False,
    ) -> None:
        self.script = script
        self.failing = failing
        self.verdicts = tuple(verdicts)
        self.gone_after = gone_after
        self.asked: list[tuple[Window, Question]] = []
        self.priorities: list[int] = []
        self.must_warm = must_warm
        self.warmed: list[str] = []
        self.is_closed = False

    async def probe(self) -> EngineInfo:
        return EngineInfo(
            "scripted",
            window_tokens=400,
            must_warm=self.must_warm,
            warnings=("no grammar",),
        )

    async def warm(self, window: Window, questions: Sequence[Question], priority: int) -> Usage:
        self.warmed.append(window.key)
        return Usage(calls=1, prompt_tokens=window.num_tokens, output_tokens=1)

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        if self.gone_after is not None and len(self.asked) >= self.gone_after:
            raise EngineUnavailable
        self.asked.append((window, question))
        self.priorities.append(priority)
        usage = Usage(calls=1, prompt_tokens=window.num_tokens, output_tokens=10)
        if question.key in self.failing:
            failures = tuple(Failure(f.key, "the server timed out") for f in question.fields)
            return Answer(failures=failures, usage=usage)
        if question.kind is Kind.VERIFY:
            return Answer(rows=self.verdicts, usage=usage)
        return Answer(rows=tuple(self._rows(window, question)), usage=usage)

    def _rows(self, window: Window, question: Question):
        keys = {f.key: f.key for f in question.fields}
        if question.kind is Kind.DETECT:
            keys = {"detect": question.fields[0].key, **{f"detect {key}": key for key in keys}}
        for line in window.lines:
            for pattern, findings in self.script.items():
                if re.search(pattern, line.text):
                    for key, facilities, value in findings:
                        if key in keys:
                            yield Row(keys[key], facilities, value, (line.number,))

    async def aclose(self) -> None:
        self.is_closed = True
