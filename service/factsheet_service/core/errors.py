"""The service's errors; the docstring's first line is the fallback message.

FactsheetError
├── UsageError            bad input: paths, options, names
│   ├── UnknownCompany
│   ├── UnknownTenant
│   ├── UnknownDocument
│   ├── UnknownField
│   ├── UnknownWebhook
│   ├── NoDocuments
│   └── TooMuch
├── Unauthorized
├── Forbidden
├── RateExceeded
├── WebhooksOff
├── EngineError
│   └── EngineUnavailable
│       └── EngineAway
├── StoreUnavailable
└── JobError
    ├── UnknownJob
    ├── JobNotFinished
    ├── NoResult
    ├── NotErased
    ├── QueueFull
    ├── ShareFull
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


class UnknownTenant(UsageError):
    """No such tenant."""


class UnknownDocument(UsageError):
    """The company has no such document."""


class UnknownField(UsageError):
    """The schema has no such field or group."""


class UnknownWebhook(UsageError):
    """No such webhook."""


class NoDocuments(UsageError):
    """There is no document to read."""


class TooMuch(UsageError):
    """The company would hold more than this server allows."""


class Unauthorized(FactsheetError):
    """The API key is missing or wrong; send it as ``Authorization: Bearer <key>``."""


class Forbidden(FactsheetError):
    """The API key is not good for this."""


class RateExceeded(FactsheetError):
    """Too many requests with this key; wait as long as Retry-After says."""

    def __init__(self, limit: str, quota: int, window_s: int, retry_after_s: int) -> None:
        self.quota = quota
        self.window_s = window_s
        self.retry_after_s = retry_after_s
        super().__init__(f"more than {limit} with this key; wait {retry_after_s} s")


class WebhooksOff(FactsheetError):
    """This server posts to nobody; its operator may set FACTSHEET_WEBHOOKS=on."""


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
    """Too many jobs are waiting on this server; try again later."""


class ShareFull(JobError):
    """You have as many unfinished jobs as you may; wait for one to end, or cancel one."""


class NotErased(JobError):
    """A job has not stopped yet; ask again to have it erased."""
