"""What can go wrong on the wire to a chat server.

EngineError
└── CallFailed              no reply could be had
    ├── Transient           another attempt may do better
    │   ├── Away            the call did not begin, through no fault of its own
    │   │   ├── ServerBusy  429, 503, 502 of a proxy
    │   │   ├── GoingDown   500 of a vLLM that ends, an answer that it gave up
    │   │   └── Unreachable no connection came about
    │   ├── ServerFailed    other 5xx, a reply that is no chat completion
    │   ├── ConnectionLost
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


class Away(Transient):
    """The server takes no calls now."""


class ServerBusy(Away):
    """The server is busy."""


class ServerFailed(Transient):
    """The server failed."""


class ConnectionLost(Transient):
    """The connection broke."""


class GoingDown(Away):
    """The server is shutting down."""


class Unreachable(Away):
    """No connection to the server."""


class TimedOut(Transient):
    """The server took too long."""


class RequestRefused(CallFailed):
    """The server refused the request."""


class PromptTooLong(RequestRefused):
    """The prompt and its answer do not fit into the server's context."""


class AccessRefused(CallFailed):
    """The server refused access."""


MAY_PASS = (Away, ConnectionLost, TimedOut)
"""What says nothing of the request or of the server's abilities; one that is there and fails may do
so for ever."""
