"""The light SDK and command line of factsheet."""

from factsheet_schemas import ExtractOptions, Preset, Record, Status
from factsheet_schemas.api import Job, JobState, Problem

from .async_client import AsyncClient
from .client import Client
from .errors import (
    ApiError,
    Busy,
    Conflict,
    ConnectionFailed,
    FactsheetError,
    InvalidRequest,
    JobCancelled,
    JobEnded,
    JobFailed,
    NotFound,
    ServerFailed,
    Unauthorized,
    UnreadableReply,
    WaitTimeout,
)
from .flows import Patience

__all__ = [
    "ApiError",
    "AsyncClient",
    "Busy",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "ExtractOptions",
    "FactsheetError",
    "InvalidRequest",
    "Job",
    "JobCancelled",
    "JobEnded",
    "JobFailed",
    "JobState",
    "NotFound",
    "Patience",
    "Preset",
    "Problem",
    "Record",
    "ServerFailed",
    "Status",
    "Unauthorized",
    "UnreadableReply",
    "WaitTimeout",
]
