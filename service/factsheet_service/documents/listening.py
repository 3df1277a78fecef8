"""The parent's end of the pipe: frames are checked field by field, for hostile bytes made them."""

from __future__ import annotations

import asyncio
import json
from asyncio import StreamReader
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter

from .frames import (
    PIECE_BYTES,
    Ended,
    Frame,
    Kind,
    LostMember,
    Member,
    Note,
    PageText,
    SpanBoxes,
)
from .limits import ReadLimits

NONSENSE = Ended("unreadable", "the reading process talked nonsense")

_KINDS = (Kind, PageText, Note, Member, LostMember, SpanBoxes, Ended)
_MAX_BYTES_PER_CHAR = 64  # a sheet of one-character cells, with their places


async def next_frame(stream: StreamReader, limits: ReadLimits) -> Frame | None:
    """The next frame, ``NONSENSE`` where it is none, None where the process stopped talking."""
    try:
        head = json.loads(await stream.readuntil(b"\n"))
        num_raw, num_rest = int(head["num_raw"]), int(head["num_rest"])
        ceiling = _MAX_BYTES_PER_CHAR * limits.max_chars + PIECE_BYTES
        if min(num_raw, num_rest) < 0 or num_raw + num_rest > ceiling:
            return NONSENSE
        raw = await stream.readexactly(num_raw)
        return _decode(head["frame"], raw, await stream.readexactly(num_rest))
    except asyncio.IncompleteReadError:
        return None
    except (ValueError, KeyError, TypeError, asyncio.LimitOverrunError):
        return NONSENSE


def _decode(kind: str, raw: bytes, rest: bytes) -> Frame:
    fields = json.loads(rest)
    if kind == PageText.__name__:
        fields["text"] = raw.decode("utf-8")
    elif kind == Member.__name__:
        fields["content"] = raw
    return cast(Frame, _checks()[kind].validate_python(fields))


@cache
def _checks() -> dict[str, TypeAdapter[Any]]:
    return {kind.__name__: TypeAdapter(kind) for kind in _KINDS}
