"""Conditional requests (RFC 9110): a reply that the client has already is not sent again."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TAG = re.compile(r'(?:W/)?("[^"]*")')
_OF_THE_BODY = ("content-length", "content-type", "content-disposition")


class Conditional:
    """ASGI middleware: what is read gets a strong ETag of its content, and 304 where it is known.

    Streams pass by.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and hold the reply until its tag is known."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match")
        await self._app(scope, receive, _Held(send, known).send)


class _Held:
    """A reply on its way: its head waits for the body, if it is to get a tag."""

    def __init__(self, send: Send, known: str | None) -> None:
        self._send = send
        self._known = known
        self._start: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_tagged(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._release(self._start)

    async def _release(self, start: Message) -> None:
        headers = MutableHeaders(raw=start["headers"])
        headers["ETag"] = tag = etag_of(bytes(self._body))
        body = bytes(self._body)
        if is_known(self._known, tag):
            start["status"], body = HTTPStatus.NOT_MODIFIED.value, b""
            for name in _OF_THE_BODY:
                del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_tagged(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == HTTPStatus.OK and not kind.startswith("text/event-stream")


def etag_of(content: bytes) -> str:
    """A strong tag: the same content has it, and no other."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether the client named the tag, or any by ``*``; weak and strong ones compare alike."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)
