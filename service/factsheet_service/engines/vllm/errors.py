"""What can go wrong on the wire to a chat server.

EngineError
└── CallFailed              no reply could be had
    ├── Transient           another attempt may do better
    │   ├── ServerBusy      429, 503
    │   ├── ServerFailed    other 5xx, a reply that is no chat completion
    │   ├── ConnectionLost
    │   ├── Unreachable     no connection came about
    │   └── TimedOut
    ├── RequestRefused      400, 422 and other 4xx
    │   └── PromptTooLong
    └── AccessRefused       401, 403, 404
"""

from __future__ import annotations

from factsheet_service.core.errors import EngineError


class CallFailed(EngineError):
    """The server gave no reply."""

    num_retries: int = 0


class Transient(CallFailed):
    """The server could not answer now."""

    retry_after_s: float | None = None


class ServerBusy(Transient):
    """The server is busy."""


class ServerFailed(Transient):
    """The server failed."""


class ConnectionLost(Transient):
    """The connection broke."""


class Unreachable(Transient):
    """No connection to the server."""


class TimedOut(Transient):
    """The server took too long."""


class RequestRefused(CallFailed):
    """The server refused the request."""


class PromptTooLong(RequestRefused):
    """The prompt and its answer do not fit into the server's context."""


class AccessRefused(CallFailed):
    """The server refused access."""
