"""The pipeline over HTTP: CPU of the orchestrator's process per call, and where it goes.

The server is `minimal_server.py` in a process of its own, so that only our side is counted.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from factsheet_schemas import ExtractOptions, Record, load_schema
from factsheet_service.core.document import Window
from factsheet_service.core.memo import Payer
from factsheet_service.core.planning import plan_sweep
from factsheet_service.core.progress import silent
from factsheet_service.core.questions import Question
from factsheet_service.core.windows import cut_windows
from factsheet_service.engines.vllm import VllmEngine, VllmSettings, answers
from factsheet_service.engines.vllm.door import Try, judge
from factsheet_service.engines.vllm.paying import key_of
from factsheet_service.engines.vllm.prompt import Prompts
from factsheet_service.engines.vllm.wire import Completion, reply_of
from factsheet_service.pipeline.extract import extract
from factsheet_service.pipeline.job import Job
from factsheet_service.stores.database import Database
from factsheet_service.stores.memo import AnswerMemo
from instant import QUESTIONS_PER_WINDOW, document
from minimal_server import completion

SERVER = Path(__file__).with_name("minimal_server.py")
WINDOW_TOKENS = 6500  # with the fixed prompt and the grammar, a body of about 30 KB
IN_FLIGHT = 16
SCHEMA = load_schema("credit_facility")


@dataclass(frozen=True, slots=True)
class Wire:
    """What calls over HTTP cost this process."""

    what: str
    calls: int
    body_kb: float
    cpu_ms_per_call: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one piece of a call's work costs, measured by itself."""

    what: str
    cpu_us: float


@contextmanager
def minimal_server() -> Iterator[str]:
    """The base URL of a server that lives as long as the context."""
    with (
        subprocess.Popen(
            [sys.executable, str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
        process.stdin,
        process.stdout,
    ):
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"


def questions(num_calls: int) -> list[tuple[Window, Question]]:
    """So many questions in the order of a sweep."""
    num_windows = num_calls // (QUESTIONS_PER_WINDOW - 1) + 1
    windows = cut_windows(document(num_windows * WINDOW_TOKENS), WINDOW_TOKENS)
    steps = plan_sweep(windows, SCHEMA, ExtractOptions()).steps
    return [(step.window, one) for step in steps for one in step.questions][:num_calls]


def body_of(window: Window, question: Question) -> dict[str, object]:
    """A request's body, as the engine makes it."""
    messages = Prompts(SCHEMA).messages(window, question)
    form = answers.response_format(question)
    return {"model": "minimal", "messages": messages, "temperature": 0, "response_format": form}


def engine_alone(num_calls: int) -> Wire:
    """`VllmEngine.ask`, 16 in flight."""
    asked = questions(num_calls)
    with minimal_server() as url:
        return asyncio.run(_engine_alone(url, asked))


async def _engine_alone(url: str, asked: list[tuple[Window, Question]]) -> Wire:
    engine = VllmEngine(VllmSettings(url), SCHEMA)
    await engine.probe()
    places = asyncio.Semaphore(IN_FLIGHT)

    async def ask(window: Window, question: Question) -> None:
        async with places:
            answer = await engine.ask(window, question, 1)
        if not answer.rows:
            raise RuntimeError("the server's answer was not understood")

    cpu = time.process_time()
    async with asyncio.TaskGroup() as group:
        for one in asked:
            group.create_task(ask(*one))
    wire = _wire("VllmEngine.ask", len(asked), cpu)
    await engine.aclose()
    return wire


def whole_pipeline(num_calls: int, keep: bool) -> Wire:
    """A company's run: reconciling included, answers kept on disk or not."""
    text = document(num_calls // QUESTIONS_PER_WINDOW * WINDOW_TOKENS)
    job = Job("long", (text,), SCHEMA, ExtractOptions())
    with minimal_server() as url, tempfile.TemporaryDirectory() as folder:
        settings = VllmSettings(url, window_tokens=WINDOW_TOKENS)
        cpu = time.process_time()
        if keep:
            record = asyncio.run(_kept(job, settings, f"sqlite:///{folder}/answers.sqlite"))
        else:
            record = asyncio.run(_extract(job, VllmEngine(settings, SCHEMA)))
        name = "the whole pipeline" + (", answers kept on disk" if keep else "")
        return _wire(name, record.run.usage.calls, cpu)


async def _extract(job: Job, engine: VllmEngine) -> Record:
    try:
        return await extract(job, engine, silent)
    finally:
        await engine.aclose()


async def _kept(job: Job, settings: VllmSettings, url: str) -> Record:
    async with Database(url) as database:
        memo = AnswerMemo(database)
        try:
            return await _extract(job, VllmEngine(settings, SCHEMA, memo=memo.of(Payer())))
        finally:
            await memo.aclose()


def _wire(what: str, calls: int, cpu_before: float) -> Wire:
    cpu = time.process_time() - cpu_before
    ((window, question),) = questions(1)
    size = len(encoded(body_of(window, question))) / 1000
    return Wire(what, calls, size, 1000 * cpu / calls)


def encoded(body: Mapping[str, object]) -> bytes:
    """A body as httpx and httpx2 encode it."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def parts(repeats: int = 2000) -> list[Part]:
    """The pieces of a call's work that are ours, each by itself."""
    ((window, question),) = questions(1)
    return [Part(what, _cpu_us(work, repeats)) for what, work in _pieces(window, question).items()]


def _pieces(window: Window, question: Question) -> dict[str, Callable[[], object]]:
    body = body_of(window, question)
    raw = completion(encoded(body))
    reply = reply_of(Completion.model_validate_json(raw))
    return {
        "window as text": window.render,
        "prompt, window included": partial(Prompts(SCHEMA).messages, window, question),
        "grammar": partial(answers.response_format, question),
        "JSON of the body": partial(encoded, body),
        "key of the memo": partial(key_of, body, "stub"),
        "reply parsed": lambda: reply_of(Completion.model_validate_json(raw)),
        "answer read": partial(
            judge, reply, question, window, Try(answers.output_tokens(question))
        ),
    }


def _cpu_us(work: Callable[[], object], repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        work()
    return 1e6 * (time.process_time() - started) / repeats
