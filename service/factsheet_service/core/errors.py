"""The service's errors; the docstring's first line is the fallback message.

FactsheetError
├── UsageError            bad input: paths, options, names
│   ├── UnknownCompany
│   ├── UnknownDocument
│   ├── UnknownField
│   └── NoDocuments
├── Unauthorized
├── EngineError
│   └── EngineUnavailable
│       └── EngineAway
├── StoreUnavailable
└── JobError
    ├── UnknownJob
    ├── JobNotFinished
    ├── NoResult
    ├── QueueFull
    ├── KeyReused
    ├── Fenced
    ├── CrashLoop
    └── DeadlinePassed
"""

from __future__ import annotations


class FactsheetError(Exception):
    """Something went wrong in factsheet."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class UsageError(FactsheetError):
    """The request cannot be carried out as given."""


class UnknownCompany(UsageError):
    """No such company."""


class UnknownDocument(UsageError):
    """The company has no such document."""


class UnknownField(UsageError):
    """The schema has no such field or group."""


class NoDocuments(UsageError):
    """There is no document to read."""


class Unauthorized(FactsheetError):
    """The API key is missing or wrong; send it as ``Authorization: Bearer <key>``."""


class EngineError(FactsheetError):
    """The engine failed."""


class EngineUnavailable(EngineError):
    """The engine cannot be reached; check that it runs and its address is right."""


class EngineAway(EngineUnavailable):
    """The engine does not answer now; it may be there again later."""


class StoreUnavailable(FactsheetError):
    """The job store cannot be read or written; check its disk."""


class JobError(FactsheetError):
    """A job cannot do that."""


class UnknownJob(JobError):
    """No such job."""


class JobNotFinished(JobError):
    """The job has not finished; wait for it or ask for its status."""


class NoResult(JobError):
    """The job ended without a result; its problem says why."""


class KeyReused(JobError):
    """The Idempotency-Key came with another request before; send a new key."""


class Fenced(JobError):
    """Another worker has the job now."""


class CrashLoop(JobError):
    """One process after the other was lost over this job, and it came no further."""


class DeadlinePassed(JobError):
    """The job had not ended by its deadline."""


class QueueFull(JobError):
    """Too many jobs are waiting; try again later."""
