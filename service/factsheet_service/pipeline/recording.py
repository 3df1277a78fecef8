"""What a run leaves: its record, what that is pinned to, what was read, and what to know of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence, Set
from datetime import datetime

from factsheet_schemas import DocumentRecord, Record
from factsheet_schemas.record import Coverage, RunInfo

from factsheet_service.core.document import Document
from factsheet_service.core.planning import Plan
from factsheet_service.core.questions import EngineInfo
from factsheet_service.core.reconcile.assemble import Sheet
from factsheet_service.core.reconcile.evidence import evidence
from factsheet_service.core.roles import DocumentRole

from .asking import Asker
from .job import Job


def remarks(job: Job, asker: Asker) -> tuple[str, ...]:
    """What a reader of the record should know of the run."""
    return (*_unasked(job, asker), *_unused(asker), *_joined(job))


def _unasked(job: Job, asker: Asker) -> list[str]:
    """Says that the budget ended the run."""
    if not asker.num_refused:
        return []
    limits = job.options.effective_budget().model_dump(exclude_none=True)
    budget = ", ".join(f"{limit:g} {name}" for name, limit in limits.items())
    return [f"the budget of {budget} was spent: {asker.num_refused} questions were not asked"]


def _unused(asker: Asker) -> list[str]:
    """Says that an engine answered what it was not asked, which may hide what it meant."""
    if not asker.num_ignored:
        return []
    return [f"{asker.num_ignored} answer rows named no field or line that they were asked about"]


def _joined(job: Job) -> list[str]:
    """Says that several documents were taken for one subject of a schema that has one in each."""
    subject, num_read = job.schema.subject, len(job.read)
    if subject.kind == "folder" or num_read < 2:
        return []
    return [
        f"{num_read} documents were read as one {subject.label} with its supplements; if they are "
        f"{subject.label}s of their own, give each a company of its own"
    ]


def coverage_of(job: Job, plan: Plan, asker: Asker, asked: Set[str]) -> Coverage:
    """What was read and asked; ``asked`` are the keys of windows that were asked anything."""
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
        documents_not_read=len(job.lost),
    )


def run_info(
    job: Job, info: EngineInfo, asker: Asker, started: datetime, seconds: float
) -> RunInfo:
    """What the record is pinned to, and what it cost."""
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
        is_complete=not (asker.num_failed or asker.num_refused or job.lost or job.cut),
    )


def _embedding(job: Job) -> dict[str, str]:
    return {"embedding_model": job.compared.model} if job.compared else {}


def recorded(
    job: Job,
    sheet: Sheet,
    roles: dict[str, DocumentRole],
    coverage: Coverage,
    run: RunInfo,
    warnings: Sequence[str],
) -> Record:
    """All of it together."""
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
