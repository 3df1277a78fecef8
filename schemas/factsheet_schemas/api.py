"""What the REST API replies, shared by the server and the client."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from .record import DocumentRecord, JsonValue, Wire

COMPANY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
SCHEMA_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"
PROBLEM_TYPE = "application/problem+json"


class JobState(StrEnum):
    """Where a job stands; the last four are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"  # has a result with gaps: budget, or answers that could not be had
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the job will not change any more."""
        return self not in (JobState.QUEUED, JobState.RUNNING)

    @property
    def has_result(self) -> bool:
        """Whether there is a record to read."""
        return self in (JobState.SUCCEEDED, JobState.PARTIAL)


class InvalidField(Wire):
    """One part of a request that was refused."""

    field: str = Field(description="path to it: body.settings.coverage, path.company")
    message: str = Field(description="what is wrong and what would be right")


class Problem(Wire):
    """RFC 9457 problem details; the body of every error reply."""

    type: str = Field(default="about:blank", description="names the kind of problem; stable")
    title: str
    status: int
    detail: str | None = None
    instance: str | None = Field(default=None, description="the path, or the job, it arose at")
    errors: tuple[InvalidField, ...] = ()


class FileProgress(Wire):
    """A file whose reading ended during the job."""

    name: str
    status: str
    reason: str | None = None
    pages: int = 0


class JobProgress(Wire):
    """How far a job is: ``done`` of ``total`` steps of its current stage."""

    stage: str | None = None
    done: int = 0
    total: int | None = Field(default=None, description="None where it is not known yet")
    files: tuple[FileProgress, ...] = ()


class Job(Wire):
    """An extraction as the server knows it."""

    id: str
    company: str
    state: JobState = JobState.QUEUED
    version: int = Field(default=0, description="grows with every change, not by ones")
    attempts: int = Field(default=0, description="times it was begun")
    created_at: str = Field(description="ISO 8601, UTC; so are the others")
    deadline_at: str | None = Field(default=None, description="by when it ends, as far as it is")
    started_at: str | None = None
    finished_at: str | None = None
    options: dict[str, JsonValue] = Field(default={}, description="the request's body")
    documents: dict[str, str] = Field(default={}, description="document id to SHA-256, as pinned")
    progress: JobProgress = JobProgress()
    problem: Problem | None = Field(default=None, description="why it failed")
    run_id: str | None = Field(default=None, description="the record's run, once there is one")


class JobList(Wire):
    """One page of jobs, newest first."""

    jobs: tuple[Job, ...]
    next: str | None = Field(default=None, description="cursor of the next page")


class Company(Wire):
    """A company and what is stored of it."""

    id: str
    documents: int = Field(description="how many")
    runs: tuple[str, ...] = Field(default=(), description="ids, oldest first")


class CompanyList(Wire):
    """One page of the companies' ids, sorted."""

    companies: tuple[str, ...]
    next: str | None = Field(default=None, description="cursor of the next page")


class DocumentList(Wire):
    """One page of a company's documents, by name, and how their reading ended."""

    documents: tuple[DocumentRecord, ...]
    next: str | None = Field(default=None, description="cursor of the next page")


class SchemaInfo(Wire):
    """A schema in a list."""

    name: str
    version: str
    title: str
    description: str = ""
    is_own: bool = Field(default=False, description="registered as a JSON Schema, not shipped")


class SchemaList(Wire):
    """The schemas that the server offers."""

    schemas: tuple[SchemaInfo, ...]


class Health(Wire):
    """Whether the service works, and each part it stands on."""

    status: str = Field(description="ok, degraded (the engine is down) or unavailable")
    checks: dict[str, str] = Field(default={}, description="each part: ok, or what is wrong")
    jobs: dict[str, int] = Field(default={}, description="how many are queued and running")
