"""Saying that not all of a file was read."""

from __future__ import annotations

from factsheet_service.documents.frames import Note
from factsheet_service.documents.limits import remedy


def cut_to(most: int, held: int, what: str) -> Note:
    """Only so many of a file's pages (or what stands for them) were read."""
    said = f"only the first {most} of {held} {what} were read: {remedy('max_pages')}"
    return Note(said, is_cut=True)
