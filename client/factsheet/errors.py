"""The client's errors.

FactsheetError
├── ConnectionFailed      no server, or it broke off
├── UnreadableReply       no factsheet server, or one of another version
├── WaitTimeout           the job goes on; wait again with its id
├── JobEnded              without a record
│   ├── JobFailed
│   └── JobCancelled
└── ApiError              the server refused; carries its problem details
    ├── InvalidRequest    400, 413, 422
    ├── Unauthorized      401, 403
    ├── NotFound          404
    ├── Conflict          409
    ├── Busy              429, 503: try again after ``retry_after_s``
    └── ServerFailed      other 5xx
"""

from __future__ import annotations

from factsheet_schemas.api import Job, Problem


class FactsheetError(Exception):
    """Something went wrong in factsheet."""


class ConnectionFailed(FactsheetError):
    """The server cannot be reached; check its address and that it runs."""


class UnreadableReply(FactsheetError):
    """The reply is not what a factsheet server says; check address and version."""


class WaitTimeout(FactsheetError):
    """The job has not ended in the time given; it goes on."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(f"job {job.id} is still {job.state}; wait again with its id")


class JobEnded(FactsheetError):
    """The job ended without a record."""

    def __init__(self, job: Job) -> None:
        self.job = job
        why = f": {job.problem.detail}" if job.problem else ""
        super().__init__(f"job {job.id} {job.state}{why}")


class JobFailed(JobEnded):
    """The job failed; ``job.problem`` says why."""


class JobCancelled(JobEnded):
    """The job was cancelled."""


class ApiError(FactsheetError):
    """The server answered with an error."""

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        self.problem = problem
        self.status = problem.status
        self.retry_after_s = retry_after_s
        super().__init__(f"{problem.status} {problem.detail or problem.title}")


class InvalidRequest(ApiError):
    """The request is wrong; ``problem.errors`` names the fields."""


class Unauthorized(ApiError):
    """The API key is missing or wrong; give ``Client(api_key=...)``."""


class NotFound(ApiError):
    """No such company, document, job or schema."""


class Conflict(ApiError):
    """What was asked does not fit the job's state."""


class Busy(ApiError):
    """The server has too much to do."""


class ServerFailed(ApiError):
    """The server failed; its log says why."""


BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidRequest,
    401: Unauthorized,
    403: Unauthorized,
    404: NotFound,
    409: Conflict,
    413: InvalidRequest,
    422: InvalidRequest,
    429: Busy,
    503: Busy,
}


def api_error(problem: Problem, retry_after_s: float | None = None) -> ApiError:
    """The error of a problem, by its status."""
    kind = BY_STATUS.get(problem.status, ServerFailed if problem.status >= 500 else ApiError)
    return kind(problem, retry_after_s)
