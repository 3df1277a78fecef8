"""Headers that keep a browser from doing more with a reply than it should."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING = "default-src 'none'; frame-ancestors 'none'"
SHIELDS = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": NOTHING,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Shielded:
    """ASGI middleware: what a reply does not say otherwise is forbidden to the page it becomes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the reply's headers."""

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in SHIELDS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, shielded)


def policy_of(page: str, host: str) -> str:
    """What a page of ours may load: its own inline scripts, by hash, and a host's files."""
    hashes = [hashlib.sha256(script.encode()).digest() for script in _SCRIPT.findall(page)]
    inline = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes)
    return (
        f"default-src 'none'; connect-src 'self'; img-src 'self' data:; script-src {inline} {host};"
        f" style-src 'unsafe-inline' {host}; frame-ancestors 'none'; base-uri 'none'"
    )
