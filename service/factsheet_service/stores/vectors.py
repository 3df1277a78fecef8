"""The vectors of texts: append-only, by model and text, on disk when ``put`` returns."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vectors"
    " (model TEXT, text BLOB, vector BLOB NOT NULL, PRIMARY KEY (model, text)) WITHOUT ROWID"
)
_BUSY_S = 30.0  # another process may be writing


class VectorLog:
    """The vectors that were paid for, in single precision. Safe over threads and processes."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")  # each put survives a power cut
        self._connection.execute(_SCHEMA)

    def known(self, model: str, texts: Sequence[str]) -> dict[str, array[float]]:
        """The vectors of those texts that have one by this model."""
        found = {}
        with self._lock:
            for text in texts:
                row = self._connection.execute(
                    "SELECT vector FROM vectors WHERE model = ? AND text = ?", (model, _key(text))
                ).fetchone()
                if row is not None:
                    found[text] = array("f", row[0])
        return found

    def put(self, model: str, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep vectors by their texts; all are on disk when this returns."""
        rows = [(model, _key(text), array("f", one).tobytes()) for text, one in vectors.items()]
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file; the log cannot be used any more."""
        with self._lock:
            self._connection.close()


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
