"""The memo of answers: append-only, keyed, on disk when ``put`` returns."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

_SCHEMA = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
_BUSY_S = 30.0  # another process may be writing


class AnswerLog:
    """A dictionary from a question's key to its answer that only ever grows.

    Safe over threads and processes. The first answer under a key stays.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")  # each put survives a power cut
        self._connection.execute(_SCHEMA)

    def get(self, key: str) -> dict[str, Any] | None:
        """The answer under a key, or None."""
        with self._lock:
            row = self._connection.execute(
                "SELECT value FROM answers WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else dict(json.loads(row[0]))

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Keep an answer; it is on disk when this returns."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        with self._lock:
            self._connection.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, text))

    def __len__(self) -> int:
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM answers").fetchone()[0])

    def close(self) -> None:
        """Close the file; the log cannot be used any more."""
        with self._lock:
            self._connection.close()
