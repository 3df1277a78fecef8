"""Requests of httpx2 out of calls, for both clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2

from .calls import Call, Upload

TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
FORMATS = {"json": "json", "csv": "csv", "xlsx": "xlsx", "zip": "psych-ds"}  # by a file's ending


def settings(url: str, api_key: str | None) -> dict[str, Any]:
    """The arguments that both of httpx2's clients take."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return {"base_url": url, "headers": headers, "timeout": TIMEOUT}


@contextmanager
def built(http: httpx2.Client | httpx2.AsyncClient, call: Call[Any]) -> Iterator[httpx2.Request]:
    """The call's request; its files are open inside the block."""
    with ExitStack() as opened:
        files = [_part(file, opened) for file in call.files]
        timeout = TIMEOUT.as_dict() | ({"read": call.read_timeout_s} if call.read_timeout_s else {})
        yield http.build_request(
            call.method,
            call.path,
            params=dict(call.params),
            headers=dict(call.headers),
            json=call.json,
            files=files or None,
            timeout=httpx2.Timeout(**timeout),
        )


def _part(file: Upload, opened: ExitStack) -> tuple[str, tuple[str, Any, str]]:
    content = opened.enter_context(file.path.open("rb"))
    return "files", (file.name, content, "application/octet-stream")


def format_of(path: Path) -> str:
    """The format that a file's name asks for. Raises ValueError."""
    ending = path.suffix.lstrip(".").lower()
    if ending not in FORMATS:
        raise ValueError(
            f"{path.name}: give a name that ends in .json, .csv, .xlsx or .zip (Psych-DS)"
        )
    return FORMATS[ending]
