"""Handing out files that stand inside another file."""

from __future__ import annotations

from collections.abc import Iterator

from factsheet_service.documents.frames import PIECE_BYTES, Member


def in_pieces(name: str, content: bytes) -> Iterator[Member]:
    """A file inside this one, as frames of bounded size."""
    for start in range(0, max(1, len(content)), PIECE_BYTES):
        end = start + PIECE_BYTES
        yield Member(name, content[start:end], is_last=end >= len(content))
