"""Lists, page by page: opaque cursors and the link to the next page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query, Request, Response

from factsheet_service.core.errors import UsageError

T = TypeVar("T")

MAX_LIMIT = 100

Cursor = Annotated[
    str | None,
    Query(
        pattern="^[A-Za-z0-9_-]+$",
        max_length=2048,
        description="``next`` of the page before, as it is; it has no meaning elsewhere",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]


def cursor_of(noun: str, position: str) -> str:
    """The cursor behind ``position`` in the list of a noun."""
    written = f"{noun}:{position}".encode()
    return base64.urlsafe_b64encode(written).rstrip(b"=").decode()


def position_in(noun: str, cursor: str | None) -> str | None:
    """Where a page begins, behind that; None: at the top. Raises UsageError for other cursors."""
    if cursor is None:
        return None
    try:
        written = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        written = ""
    found, _, position = written.partition(":")
    if found != noun or cursor_of(noun, position) != cursor:
        raise UsageError(f"query.cursor: none of a list of {noun}; take it from a page's next")
    return position


def page_of(
    items: Sequence[T], noun: str, cursor: str | None, limit: int, key: Callable[[T], str]
) -> tuple[tuple[T, ...], str | None]:
    """One page of all items, in the order of ``key``, and the cursor of the next one, if any.

    What is added or removed between two pages moves nothing else. Raises UsageError.
    """
    position = position_in(noun, cursor)
    ahead = sorted((i for i in items if position is None or key(i) > position), key=key)
    page = tuple(ahead[:limit])
    return page, cursor_of(noun, key(page[-1])) if len(ahead) > limit else None


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Name the next page, if there is one, in ``Link`` (RFC 8288)."""
    if cursor:
        url = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
