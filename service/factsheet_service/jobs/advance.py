"""How a job changes: what its run tells, and the number of each change."""

from __future__ import annotations

from factsheet_schemas.api import FileProgress, JobProgress

from factsheet_service.core.progress import (
    Event,
    FileRead,
    FileReplaced,
    StageAdvanced,
    StageStarted,
)

CHANGES = 1_000_000
"""Numbers that a claim has for its changes; an extraction tells some ten thousand."""


def next_version(version: int, fence: int) -> int:
    """The version of a job's next change under a claim.

    Each claim begins at numbers of its own, behind those of all earlier ones: what they told and
    could not keep is never taken for a change of a later one. So versions order all that was ever
    told of a job, by whichever process.
    """
    return max(version + 1, fence * CHANGES)


def advanced(progress: JobProgress, event: Event) -> JobProgress:
    """The progress after ``event``."""
    match event:
        case FileRead(name=name, status=status, reason=reason, num_pages=pages):
            file = FileProgress(name=name, status=status, reason=reason, pages=pages)
            return progress.model_copy(update={"files": (*progress.files, file)})
        case FileReplaced():  # uploads answer for themselves; a job replaces nothing
            return progress
        case StageStarted(stage=stage, total=total):
            return progress.model_copy(update={"stage": stage, "done": 0, "total": total})
        case StageAdvanced(stage=stage, done=done, total=total):
            return progress.model_copy(update={"stage": stage, "done": done, "total": total})
