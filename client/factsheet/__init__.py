"""The light SDK and command line of factsheet.

Names are imported when they are first used, so that the command line starts without the SDK.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factsheet_schemas import (
        ExtractOptions,
        Preset,
        Record,
        RecordDiff,
        Status,
        compare_records,
    )
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
    from .own import Extracted

__all__ = [
    "ApiError",
    "AsyncClient",
    "Busy",
    "Client",
    "Conflict",
    "ConnectionFailed",
    "ExtractOptions",
    "Extracted",
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
    "RecordDiff",
    "ServerFailed",
    "Status",
    "Unauthorized",
    "UnreadableReply",
    "WaitTimeout",
    "compare_records",
]

_MODULE_OF = {
    "factsheet_schemas": (
        "ExtractOptions",
        "Preset",
        "Record",
        "RecordDiff",
        "Status",
        "compare_records",
    ),
    "factsheet_schemas.api": ("Job", "JobState", "Problem"),
    "factsheet.async_client": ("AsyncClient",),
    "factsheet.client": ("Client",),
    "factsheet.flows": ("Patience",),
    "factsheet.own": ("Extracted",),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    homes = (module for module, names in _MODULE_OF.items() if name in names)
    return getattr(import_module(next(homes, "factsheet.errors")), name)
