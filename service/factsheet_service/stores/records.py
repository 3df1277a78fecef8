"""The records of a company's runs: ``runs/<time>-<id>.json``, oldest first.

The time is that of keeping, in microseconds, and later than all that stand there, so the order
holds even where the clocks of two machines differ. Earlier versions counted from 000001.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from factsheet_schemas import Record

from .files import Files

FOLDER = "runs"


class Records:
    """The records of one company."""

    def __init__(self, files: Files, now: Callable[[], float] = time.time) -> None:
        """``files`` are the company's; ``now`` gives seconds since 1970."""
        self._files = files
        self._now = now

    def ids(self) -> tuple[str, ...]:
        """Ids of the runs kept, oldest first."""
        return tuple(latest_paths(self._files.sizes(FOLDER)))

    def save(self, record: Record) -> str:
        """Keep a record; the same run again takes its place. Where it is kept."""
        kept = latest_paths(self._files.sizes(FOLDER))
        path = kept.get(record.run.id) or next_path(kept, record.run.id, int(self._now() * 1e6))
        self._files.put({path: record.model_dump_json().encode()})
        return path

    def get(self, run_id: str | None = None) -> Record | None:
        """A run's record, by default the latest's; None where there is none."""
        paths = latest_paths(self._files.sizes(FOLDER))
        path = paths.get(run_id or next(reversed(paths), ""))
        content = self._files.read([path]).get(path) if path else None
        return Record.model_validate_json(content) if content else None

    def erase(self, run_id: str) -> None:
        """Forget a run's record, if it is kept."""
        self._files.delete(p for p in self._files.sizes(FOLDER) if _parts(p)[1] == run_id)


def latest_paths(listed: Mapping[str, object]) -> dict[str, str]:
    """Where each run's record is kept, by its id, oldest first."""
    return {_parts(path)[1]: path for path in sorted(listed, key=_parts)}


def next_path(kept: Mapping[str, str], run_id: str, micros: int) -> str:
    """Where the record of a new run is kept: behind all others."""
    last = max((_parts(path)[0] for path in kept.values()), default=0)
    return f"{FOLDER}/{max(micros, last + 1):016}-{run_id}.json"


def _parts(path: str) -> tuple[int, str]:
    number, _, run_id = path.removeprefix(f"{FOLDER}/").removesuffix(".json").partition("-")
    return int(number), run_id
