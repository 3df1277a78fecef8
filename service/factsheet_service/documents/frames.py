"""What a reading process tells its parent, and how it is written on the pipe.

No pickle: the process has handled hostile bytes, so its words are data and nothing else. This
module serves the process that is started for every file; ``listening`` is the parent's part.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

MAX_HEADER_BYTES = 2**20
Status = Literal["ok", "needs_ocr", "encrypted", "unreadable"]  # the wire's DocumentStatus
PIECE_BYTES = 2**20  # files inside files travel in pieces of this size


@dataclass(frozen=True, slots=True)
class Kind:
    """The media type, as soon as it is known."""

    media_type: str


@dataclass(frozen=True, slots=True)
class CellAt:
    """A spreadsheet cell: the shown value is ``text[start:end]`` of its page."""

    place: str
    start: int
    end: int
    raw: str


@dataclass(frozen=True, slots=True)
class PageText:
    """The next page's text; ``number`` is None where the format knows no pages."""

    text: str
    number: int | None = None
    label: str | None = None
    cells: tuple[CellAt, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()  # stretches of the text that nobody sees


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell about a file that was read all the same."""

    text: str
    is_cut: bool = False  # whether it says that some of the file was left unread


@dataclass(frozen=True, slots=True)
class Member:
    """A piece of a file inside this one; the pieces of one file follow each other."""

    name: str
    content: bytes
    is_last: bool


@dataclass(frozen=True, slots=True)
class LostMember:
    """A file inside this one that could not be taken out."""

    name: str
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class SpanBoxes:
    """The rectangles (page, x0, y0, x1, y1) of one span."""

    boxes: tuple[tuple[int, float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The last frame: how it ended."""

    status: Status
    reason: str | None = None


Frame = Kind | PageText | Note | Member | LostMember | SpanBoxes | Ended


_RAW_FIELDS = {"PageText": "text", "Member": "content"}  # sent as they are, not as JSON


def encode(frame: Frame) -> bytes:
    """One frame as bytes: a header line with the sizes of what follows, the raw field, the rest."""
    kind, fields = type(frame).__name__, asdict(frame)
    raw = fields.pop(_RAW_FIELDS[kind]) if kind in _RAW_FIELDS else b""
    if isinstance(raw, str):
        # one character for one: a lone surrogate must not move the offsets
        raw = raw.encode("utf-8", "replace")
    rest = json.dumps(fields).encode()
    head = {"frame": kind, "num_raw": len(raw), "num_rest": len(rest)}
    return json.dumps(head).encode() + b"\n" + raw + rest
