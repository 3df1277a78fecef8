"""Loaded by schemathesis: counts every answer by operation and status, into a file at the end."""

from __future__ import annotations

import atexit
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis

counts: Counter[tuple[str, int]] = Counter()


@schemathesis.hook
def after_call(_context: Any, case: Any, response: Any) -> None:  # noqa: ANN401
    """Count an answer."""
    counts[case.operation.label, response.status_code] += 1


@atexit.register
def _write() -> None:
    rows = [[label, status, count] for (label, status), count in sorted(counts.items())]
    Path(os.environ["CONTRACT_TALLY"]).write_text(json.dumps(rows), "utf-8")
