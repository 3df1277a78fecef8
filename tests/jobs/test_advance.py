import pytest
from factsheet_schemas.api import JobProgress
from factsheet_service.core.progress import FileRead, StageAdvanced, StageStarted
from factsheet_service.jobs.advance import advanced, next_version


@pytest.mark.parametrize(
    ("event", "after"),
    [
        (StageStarted("deep", None), JobProgress(stage="deep", done=0, total=None)),
        (StageAdvanced("sweep", 3, 9), JobProgress(stage="sweep", done=3, total=9)),
    ],
)
def test_progress_follows_stages(event, after):
    assert advanced(JobProgress(stage="sweep", done=2, total=9), event) == after


def test_progress_gathers_files():
    progress = JobProgress()
    for name in ("a", "b"):
        progress = advanced(progress, FileRead(name, "ok", None, 2))
    assert [file.name for file in progress.files] == ["a", "b"]


@pytest.mark.parametrize(
    ("version", "fence", "following"),
    [
        (0, 1, 1_000_000),
        (1_000_000, 1, 1_000_001),
        (1_000_007, 3, 3_000_000),  # taken over, and what the second had told was lost with it
        (12, 2, 2_000_000),  # begun under an earlier version of the service
    ],
)
def test_each_claim_begins_at_numbers_of_its_own(version, fence, following):
    assert next_version(version, fence) == following
