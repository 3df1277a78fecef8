"""How a job's progress follows from what its run tells."""

from __future__ import annotations

from factsheet_schemas.api import FileProgress, JobProgress

from factsheet_service.core.progress import (
    Event,
    FileRead,
    FileReplaced,
    StageAdvanced,
    StageStarted,
)


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
