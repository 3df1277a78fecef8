"""The service's errors; the docstring's first line is the fallback message.

FactsheetError
├── UsageError            bad input: paths, options, names
│   ├── UnknownCompany
│   ├── UnknownField
│   └── NoDocuments
├── EngineError
│   └── EngineUnavailable
└── JobError
    ├── UnknownJob
    └── JobNotFinished
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


class UnknownField(UsageError):
    """The schema has no such field or group."""


class NoDocuments(UsageError):
    """There is no document to read."""


class EngineError(FactsheetError):
    """The engine failed."""


class EngineUnavailable(EngineError):
    """The engine cannot be reached; check that it runs and its address is right."""


class JobError(FactsheetError):
    """A job cannot do that."""


class UnknownJob(JobError):
    """No such job."""


class JobNotFinished(JobError):
    """The job has not finished; wait for it or ask for its status."""
