"""One arm of the benchmark, in a process of its own, so that its memory and CPU are its own.

python -m bench.arm NAME FOLDER
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
from factsheet_schemas import Preset, Record, load_schema

from bench import replay
from bench.faulty import Faulty, proxying
from bench.original import CAPPED_DEEP, CAPPED_PASSES, Call, Original, spread
from bench.ours import run_ours
from bench.predicted import gpu_seconds
from bench.recorded import Recorder, read_sent
from bench.results import Measured, measured
from bench.rival import Outcome, run_rival
from bench.sending import send
from bench.setting import Setting, load_setting


class Arm:
    """An arm's wire and clock; the server's prefix cache is emptied when the clock starts."""

    def __init__(self, name: str, setting: Setting) -> None:
        self.name = name
        self.setting = setting
        self.path = setting.path(name, "calls.jsonl")
        self.recorder = Recorder(self.path)
        self._cpu = 0.0

    def start(self) -> None:
        """Begin to count."""
        self.setting.reset_prefix_cache()
        self._cpu = time.process_time()
        self.recorder.start()

    def orchestrated(self, record: Record) -> Measured:
        """The account of our own orchestrator."""
        cpu_s = time.process_time() - self._cpu
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        coverage = record.coverage
        note = f"{coverage.windows_asked} of {coverage.windows} windows"
        if coverage.questions_failed:
            note += f"; {coverage.questions_failed} questions failed"
        return self.account(cpu_s=cpu_s, peak_mb=peak_mb, note=note)

    def account(self, in_flight: int | None = None, **told: object) -> Measured:
        """The account of what was sent, so many calls at a time."""
        sent = read_sent(self.path)
        gpu_s = gpu_seconds(sent, in_flight or self.setting.in_flight)
        return measured(self.name, sent, gpu_s=gpu_s, **told)


def preset(name: Preset) -> Callable[[Arm], Measured]:
    """Ours at one of its presets."""

    def run(arm: Arm) -> Measured:
        documents, url = arm.setting.documents(), arm.setting.url
        record = asyncio.run(run_ours(name, documents, url, arm.recorder, arm.start))
        return arm.orchestrated(record)

    return run


def original(
    section_passes: int | None, deep: int | None, is_at_once: bool
) -> Callable[[Arm], Measured]:
    """The original's shape: one facility's calls, or a part of them evenly drawn."""

    def run(arm: Arm) -> Measured:
        setting = arm.setting
        shape = Original(setting.documents(), load_schema("credit_facility"))
        passes = shape.all_passes if section_passes is None else section_passes
        fields = shape.num_fields if deep is None else deep
        calls = shape.calls(setting.facilities[0], passes, fields)
        part = spread(calls, setting.part)
        in_flight = len(part) if is_at_once else 1
        _send(arm, _bodies(part, setting.model), in_flight)
        every = shape.num_calls(len(setting.facilities), passes, fields)
        note = f"{passes} section passes, {fields} deep"
        return arm.account(in_flight, calls_of_all=every, note=note)

    return run


def _bodies(calls: Sequence[Call], model: str) -> list[dict[str, Any]]:
    return [call.body(model) for call in calls]


def again(form: Callable[[list[Any]], list[dict[str, Any]]]) -> Callable[[Arm], Measured]:
    """What `full` sent, sent again in another form."""

    def run(arm: Arm) -> Measured:
        sent = read_sent(arm.setting.path("full", "calls.jsonl"))
        _send(arm, form(sent), arm.setting.in_flight)
        return arm.account()

    return run


def _send(arm: Arm, bodies: Sequence[dict[str, Any]], in_flight: int) -> None:
    arm.start()
    asyncio.run(send(arm.setting.url, bodies, in_flight, arm.recorder))


def rival(is_faulty: bool) -> Callable[[Arm], Measured]:
    """langextract, through the proxy that also writes down what it sends."""

    def run(arm: Arm) -> Measured:
        setting = arm.setting
        wire = Faulty(arm.recorder) if is_faulty else arm.recorder
        arm.start()
        with proxying(setting.root, wire) as root:
            schema = load_schema("credit_facility")
            outcome = run_rival(setting.documents(), schema, f"{root}/v1", setting.model)
        return arm.account(found=outcome.found, note=_told(outcome, wire))

    return run


def _told(outcome: Outcome, wire: httpx2.AsyncBaseTransport) -> str:
    lost = "; ".join(f"lost {one.name}: {one.reason[:80]}" for one in outcome.lost)
    return "; ".join(filter(None, (_injected(wire), f"{outcome.num_unplaced} unplaced", lost)))


def _injected(wire: httpx2.AsyncBaseTransport) -> str:
    if not isinstance(wire, Faulty):
        return ""
    return f"{wire.num_failed} answered 500, {wire.num_cut} cut off"


def faulty(arm: Arm) -> Measured:
    """Ours at `full` through the proxy that injects faults."""
    wire = Faulty(arm.recorder)
    documents = arm.setting.documents()
    with proxying(arm.setting.root, wire) as root:
        direct = httpx2.AsyncHTTPTransport()
        record = asyncio.run(run_ours(Preset.FULL, documents, f"{root}/v1", direct, arm.start))
    failed = record.coverage.questions_failed
    return arm.account(note=f"{_injected(wire)}; {failed} questions failed")


ARMS: dict[str, Callable[[Arm], Measured]] = {
    "full": preset(Preset.FULL),
    "replay": again(replay.bodies),
    "question-first": again(replay.question_first),
    "balanced": preset(Preset.BALANCED),
    "fast": preset(Preset.FAST),
    "original": original(CAPPED_PASSES, CAPPED_DEEP, is_at_once=False),
    "original-at-once": original(CAPPED_PASSES, CAPPED_DEEP, is_at_once=True),
    "original-uncapped": original(None, None, is_at_once=False),
    "full-faulty": faulty,
    "langextract": rival(is_faulty=False),
    "langextract-faulty": rival(is_faulty=True),
}


def main() -> None:
    """Run one arm and keep its account."""
    name, folder = sys.argv[1:]
    setting = load_setting(folder)
    ARMS[name](Arm(name, setting)).save(setting.path(name, "json"))


if __name__ == "__main__":
    main()
