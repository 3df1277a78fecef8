"""What holds for all tests: in CI a skipped test fails the run, unless it needs a GPU."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from support.databases import database, database_url, migrated_once, postgres_server
from support.object_store import s3

__all__ = ["database", "database_url", "migrated_once", "postgres_server", "s3"]

# a machine that is busy otherwise makes no example too slow
settings.register_profile("unhurried", settings(deadline=None))
settings.load_profile("unhurried")

SHARED = Path(__file__).parents[2] / "shared" / "data"
_skipped: list[str] = []


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real documents kept beside the repository; tests on them skip where it stands alone."""
    if not SHARED.is_dir():
        pytest.skip(f"no real documents at {SHARED}")
    return SHARED


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and "gpu" not in report.keywords:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and os.environ.get("CI") == "true" and session.exitstatus == pytest.ExitCode.OK:
        print("\nskipped tests fail the run in CI:", *_skipped, sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
