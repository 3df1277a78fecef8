"""One run over documents already read: plan, sweep, reconcile, deepen, check, record.

Start here to follow a run: ``extract`` is the whole of it, step by step.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime

from factsheet_schemas import (
    DocumentRecord,
    DocumentStatus,
    ExtractOptions,
    FieldSpec,
    Record,
    Schema,
)
from factsheet_schemas.record import Coverage, RunInfo

from factsheet_service.core.deepening import plan_deep
from factsheet_service.core.document import Document
from factsheet_service.core.fairness import Owner
from factsheet_service.core.lineage import assign_roles
from factsheet_service.core.planning import Plan, configured, judge_of, plan_run, withheld
from factsheet_service.core.progress import Progress, StageStarted
from factsheet_service.core.questions import Engine, EngineInfo
from factsheet_service.core.reconcile.assemble import Sheet, Sources, assemble
from factsheet_service.core.reconcile.cells import Asked
from factsheet_service.core.reconcile.evidence import evidence
from factsheet_service.core.roles import DocumentRole

from .asking import Asker
from .dispatch import Dispatcher, Turns, watched
from .likeness import Compared
from .second import read_beside
from .sweep import Findings, sweep


@dataclass(frozen=True, slots=True)
class Job:
    """What one run is about. ``documents`` are all of the subject's, read or not."""

    company: str
    documents: tuple[Document, ...]
    schema: Schema
    options: ExtractOptions
    tenant: str = ""
    compared: Compared | None = None  # where the retriever goes by vectors

    @property
    def owner(self) -> Owner:
        """Whose turn at the engine the run takes."""
        return Owner(self.tenant, self.company)


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
    asker = Asker(engine, info, job.schema, job.options.budget, turns)
    roles = assign_roles(_read(job), job.schema)
    async with watched(engine, info, dispatcher):
        plan, sheet, asked = await _read_through(job, asker, roles, progress, second)
    progress(StageStarted("record", None))
    run = _run_info(job, info, asker, started, time.monotonic() - clock)
    coverage = _coverage(job, plan, asker, asked)
    warnings = (*info.warnings, *_unused(asker), *_joined(job))
    return _record(job, sheet, roles, coverage, run, warnings)


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
    steps = plan_deep(sheet, job.schema, plan, job.options)
    if steps:
        await sweep(steps, asker, findings, "deep", progress, verify)
        sheet = _assembled(job, findings, roles, plan)
    return plan, sheet, findings.windows


def _planned(job: Job, window_tokens: int) -> Plan:
    """Takes a second or two for a long agreement of which not all is read."""
    similarities = job.compared.similarities if job.compared else None
    judge = judge_of(job.schema, job.options, similarities)
    return plan_run(_read(job), window_tokens, job.schema, job.options, judge)


def _unused(asker: Asker) -> list[str]:
    """Says that an engine answered what it was not asked, which may hide what it meant."""
    if not asker.num_ignored:
        return []
    return [f"{asker.num_ignored} answer rows named no field or line that they were asked about"]


def _joined(job: Job) -> list[str]:
    """Says that several documents were taken for one subject of a schema that has one in each."""
    subject, num_read = job.schema.subject, len(_read(job))
    if subject.kind == "folder" or num_read < 2:
        return []
    return [
        f"{num_read} documents were read as one {subject.label} with its supplements; if they are "
        f"{subject.label}s of their own, give each a company of its own"
    ]


def _read(job: Job) -> tuple[Document, ...]:
    return tuple(document for document in job.documents if document.is_read)


def _lost(job: Job) -> tuple[Document, ...]:
    """Documents that could not be read and that no other stands for, as an OCR'd copy does."""
    return tuple(
        document
        for document in job.documents
        if document.status is not DocumentStatus.OK and document.duplicate_of is None
    )


def _cut(job: Job) -> tuple[Document, ...]:
    """Documents of which only a part was read: what is not in it may stand in the rest."""
    return tuple(document for document in _read(job) if document.is_cut)


def _assembled(
    job: Job,
    findings: Findings,
    roles: Mapping[str, DocumentRole],
    plan: Plan,
) -> Sheet:
    unread = (*(d.name for d in _lost(job)), *(f"all of {d.name}" for d in _cut(job)))

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


def _coverage(job: Job, plan: Plan, asker: Asker, asked: Set[str]) -> Coverage:
    read = sum(d.is_read and bool(d.text) for d in job.documents)
    lines, left_out = plan.lines(asked)
    return Coverage(
        windows=plan.num_windows,
        windows_asked=sum(window.key in asked for window in plan.windows),
        lines=lines,
        lines_left_out=left_out,
        questions_planned=asker.num_answered + asker.num_refused,
        questions_answered=asker.num_answered - asker.num_failed,
        questions_failed=asker.num_failed,
        documents_read=read,
        documents_not_read=len(_lost(job)),
    )


def _run_info(
    job: Job, info: EngineInfo, asker: Asker, started: datetime, seconds: float
) -> RunInfo:
    options = job.options.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    pinned = {document.id: document.sha256 for document in job.documents}
    digest = hashlib.sha256(repr((sorted(pinned.items()), options)).encode()).hexdigest()
    return RunInfo(
        id=f"{started:%Y%m%dT%H%M%S%f}-{digest[:8]}",
        schema_name=job.schema.name,
        schema_version=job.schema.version,
        engine=info.name,
        engine_details={"model": info.model, **info.details, **_embedding(job)},
        options=options | {"settings": job.options.effective().model_dump(mode="json")},
        documents=pinned,
        started_at=started.isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        usage=asker.usage,
        is_complete=not (asker.num_failed or asker.num_refused or _lost(job) or _cut(job)),
    )


def _embedding(job: Job) -> dict[str, str]:
    return {"embedding_model": job.compared.model} if job.compared else {}


def _record(
    job: Job,
    sheet: Sheet,
    roles: dict[str, DocumentRole],
    coverage: Coverage,
    run: RunInfo,
    warnings: Sequence[str],
) -> Record:
    return Record(
        company=job.company,
        documents=tuple(document_record(d, roles.get(d.id)) for d in job.documents),
        deal=dict(sheet.deal),
        facilities=sheet.records(),
        coverage=coverage,
        conflicts=sheet.conflicts,
        warnings=(*warnings, *sheet.warnings),
        run=run,
    )


def document_record(document: Document, role: DocumentRole | None = None) -> DocumentRecord:
    """A document on the wire, with its role where it was read."""
    known = role or DocumentRole(None)
    return DocumentRecord(
        id=document.id,
        name=document.name,
        sha256=document.sha256,
        media_type=document.media_type,
        status=document.status,
        reason=document.reason,
        pages=len(document.pages),
        characters=len(document.text),
        duplicate_of=document.duplicate_of,
        role=known.role.key if known.role else None,
        is_draft=known.is_draft,
        date=known.date,
        amends=known.amends,
        replaced_by=known.replaced_by,
        role_evidence=tuple(evidence(document, span) for span in known.evidence),
    )
