"""Where tokens go, counted with a real tokenizer and a flawless reader in process; no server.

    make bench-tokens [GOLD="[--preset NAME] FILE..."]

Every company is run at `full` coverage, or by the preset given, and every prompt and answer of the
run counted. Uncached prompt tokens are those of a server whose cache holds the system prompt and
the open windows: the windows as rendered, each once in the sweep and once more where deep
extraction reads it again, and each question with the template behind it and half a block of the
cache.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from engine import environment, reading
from factsheet_schemas import ExtractOptions, Preset, Schema, load_schema
from factsheet_service.core.document import Window
from factsheet_service.core.progress import Event, StageStarted
from factsheet_service.core.questions import Answer, EngineInfo, Question
from factsheet_service.engines.vllm import Prompts, answers
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job

from bench.accounts import Account, Asked, account, pooled
from bench.bars import bar_table
from bench.companies import Company, read_company, shipped_gold
from bench.token_tables import part_table, table, token_bars

WINDOW_TOKENS = 6500  # what the probe chooses on a server with a context of 16,384
COUNTER = Path(__file__).with_name("tekken.py")


class Counted:
    """The flawless reader as an engine in process, which keeps all that would go over a wire."""

    def __init__(self, company: Company, schema: Schema) -> None:
        self._books = list(company.books)
        self._prompts = Prompts(schema)
        self._stage = ""
        self.asked: list[Asked] = []

    def note(self, event: Event) -> None:
        """The pipeline's progress: which stage the next questions belong to."""
        if isinstance(event, StageStarted):
            self._stage = event.stage

    async def probe(self) -> EngineInfo:
        """As of a plain-attention model on a slice."""
        return EngineInfo("counted", window_tokens=WINDOW_TOKENS)

    async def ask(self, window: Window, question: Question, priority: int = 0) -> Answer:
        """Read flawlessly, through the real prompt and the real form."""
        user = self._prompts.messages(window, question)[1]["content"]
        text = reading.answer(user, self._books)
        form = answers.Form.model_validate_json(text)
        read = answers.read_form(form, question, window)
        rows = tuple((row.field, row.facilities, row.value) for row in read.rows)
        head = self._prompts.beginning(window)[1]["content"]
        tail = user.removeprefix(head)
        self.asked.append(Asked(self._stage, question.kind, head, tail, text, rows))
        return Answer(rows=read.rows, ignored_rows=read.num_ignored)

    async def aclose(self) -> None:
        """Nothing is open."""


Count = Callable[[Iterable[str]], dict[str, int]]


def tekken(texts: Iterable[str]) -> dict[str, int]:
    """Tokens of each text, by Mistral's tokenizer in vLLM's environment."""
    unique = sorted(set(texts))
    done = subprocess.run(
        [str(environment.folder() / "bin/python"), str(COUNTER)],
        input=json.dumps(unique),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(unique, json.loads(done.stdout), strict=True))


def counted(
    company: Company, schema: Schema, count: Count = tekken, preset: Preset = Preset.FULL
) -> Account:
    """Run one company and count."""
    engine = Counted(company, schema)
    options = ExtractOptions(engine="counted", preset=preset)
    job = Job(company.name, company.documents, schema, options)
    asyncio.run(extract(job, engine, engine.note))
    system = Prompts(schema).system
    texts = [text for one in engine.asked for text in (one.window, one.question, one.answer)]
    tokens = count([company.text, system, *texts])
    return account(company.name, company.text, system, engine.asked, tokens)


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="*", type=Path, help="gold files; the shipped ones if none")
    parser.add_argument("--preset", type=Preset, default=Preset.FULL, choices=list(Preset))
    options = parser.parse_args()
    wanted = options.gold or shipped_gold()
    schema = load_schema("credit_facility")
    accounts = [
        counted(read_company(gold, schema), schema, preset=options.preset) for gold in wanted
    ]
    everything = pooled(accounts)
    print(table([*accounts, everything]), "", part_table(everything), sep="\n")
    print("", bar_table(token_bars(everything)), sep="\n")
    print(f"\nThe system prompt has {everything.system:,} tokens.")


if __name__ == "__main__":
    main()
