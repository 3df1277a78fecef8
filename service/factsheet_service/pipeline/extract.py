"""One run over documents already read: plan, sweep, reconcile, deepen, check, record.

Start here to follow a run: ``extract`` is the whole of it, step by step.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from factsheet_schemas import (
    Budget,
    ExtractOptions,
    FieldSpec,
    Record,
)

from factsheet_service.core.deepening import plan_deep
from factsheet_service.core.lineage import assign_roles
from factsheet_service.core.planning import Plan, Step, configured, judge_of, plan_run, withheld
from factsheet_service.core.progress import Progress, StageStarted
from factsheet_service.core.questions import Engine
from factsheet_service.core.reconcile.assemble import Sheet, Sources, assemble
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.retrieval import Judge
from factsheet_service.core.roles import DocumentRole
from factsheet_service.core.worth import most_valuable_first

from .asking import Asker
from .dispatch import Dispatcher, Turns, watched
from .job import Job
from .recording import coverage_of, recorded, remarks, run_info
from .second import read_beside
from .sweep import Findings, sweep


async def extract(
    job: Job,
    engine: Engine,
    progress: Progress,
    dispatcher: Dispatcher | None = None,
    second: Engine | None = None,
) -> Record:
    """Run one job; ``dispatcher`` is the engine's, where other runs ask it too.

    ``second`` gives a second opinion, on which confidence depends and nothing else.

    Raises EngineUnavailable if the engine is gone for good.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    dispatcher = dispatcher or Dispatcher()
    info = await engine.probe()
    dispatcher.configure(info)
    turns = Turns(dispatcher, job.owner)
    budget = job.options.effective_budget()
    asker = Asker(engine, info, job.schema, budget, turns, time_s=job.seconds_left)
    roles = assign_roles(job.read, job.schema)
    async with watched(engine, info, dispatcher):
        plan, sheet, asked = await _read_through(job, asker, roles, progress, second)
    progress(StageStarted("record", None))
    run = run_info(job, info, asker, started, time.monotonic() - clock)
    coverage = coverage_of(job, plan, asker, asked)
    warnings = (*info.warnings, *remarks(job, asker))
    return recorded(job, sheet, roles, coverage, run, warnings)


async def _read_through(
    job: Job,
    asker: Asker,
    roles: Mapping[str, DocumentRole],
    progress: Progress,
    second: Engine | None,
) -> tuple[Plan, Sheet, set[str]]:
    """Sweep, reconcile, deepen; also the keys of the windows that were asked anything."""
    window_tokens = job.options.effective().window_tokens or asker.info.window_tokens
    plan = await asyncio.to_thread(_planned, job, window_tokens)
    findings = Findings()
    verify = not job.options.effective().skip_verification
    async with read_beside(second, plan.steps) as opinion:
        await sweep(plan.steps, asker, findings, "sweep", progress, verify)
        findings.second = await opinion
    sheet = _assembled(job, findings, roles, plan)
    steps = tuple(plan_deep(sheet, job.schema, plan, job.options))
    if steps:
        steps = _in_order(job, steps, _judge(job))
        await sweep(steps, asker, findings, "deep", progress, verify)
        sheet = _assembled(job, findings, roles, plan)
    return plan, sheet, findings.windows


def _planned(job: Job, window_tokens: int) -> Plan:
    """Takes a second or two for a long agreement of which not all is read."""
    judge = _judge(job)
    plan = plan_run(job.read, window_tokens, job.schema, job.options, judge)
    return replace(plan, steps=_in_order(job, plan.steps, judge))


def _judge(job: Job) -> Judge:
    similarities = job.compared.similarities if job.compared else None
    return judge_of(job.schema, job.options, similarities)


def _in_order(job: Job, steps: Sequence[Step], judge: Judge) -> tuple[Step, ...]:
    """As the documents have them, or where a budget may end the run, the most valuable first."""
    if job.options.effective_budget() == Budget():
        return tuple(steps)
    return most_valuable_first(steps, job.schema, judge)


def _assembled(
    job: Job,
    findings: Findings,
    roles: Mapping[str, DocumentRole],
    plan: Plan,
) -> Sheet:
    unread = (*(d.name for d in job.lost), *(f"all of {d.name}" for d in job.cut))

    def asked(spec: FieldSpec) -> Asked:
        return Asked(
            windows=findings.windows_asked.get(spec.key, 0),
            windows_due=plan.windows_due.get(spec.key, 0),
            unread_files=unread,
            failure=findings.failures.get(spec.key),
            withheld=_withheld(spec, plan, job.options),
        )

    sources = Sources(
        candidates=findings.candidates,
        mentions=findings.mentions,
        roles=roles,
        asked=asked,
        configured=configured(job.options),
        second=findings.second,
    )
    return assemble(sources, job.schema)


def _withheld(spec: FieldSpec, plan: Plan, options: ExtractOptions) -> str | None:
    if spec.key in plan.windows_due:
        return None
    return withheld(spec, options) or "not among the groups of this run"
