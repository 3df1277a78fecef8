"""What a run tells while it goes on: frozen events to one callable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file was read, or could not be."""

    name: str
    status: str
    reason: str | None
    num_pages: int


@dataclass(frozen=True, slots=True)
class FileReplaced:
    """A file took the place of another of its name and other content."""

    name: str


@dataclass(frozen=True, slots=True)
class StageStarted:
    """A stage begins; ``total`` is None where it is not known yet."""

    stage: str  # ingest, sweep, reconcile, deep, check
    total: int | None


@dataclass(frozen=True, slots=True)
class StageAdvanced:
    """``done`` of the stage's steps are done."""

    stage: str
    done: int
    total: int | None


Event = FileRead | FileReplaced | StageStarted | StageAdvanced
Progress = Callable[[Event], None]


def silent(_event: Event) -> None:
    """Tell nobody."""
