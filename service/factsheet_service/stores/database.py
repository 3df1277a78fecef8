"""One database behind all stores: SQLite in the working folder, or PostgreSQL for many workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Table,
    cast,
    column,
    event,
    func,
    inspect,
    literal,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from factsheet_service.core.errors import StoreUnavailable, UsageError

BUSY_S = 30.0  # another process may be writing
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = table("alembic_version", column("version_num"))
_EPOCH_DAY, _DAY_S = 2440587.5, 86_400.0  # 1970 in SQLite's Julian days
_MIGRATING = 0x66616374  # the advisory lock that processes which start together take in turn


def sqlite_url(folder: Path) -> str:
    """The database of a working folder."""
    return f"sqlite:///{(folder / 'factsheet.sqlite').absolute()}"


class Database:
    """Connections to one database, for one event loop; opening it brings its tables up to date.

    Every commit is durable on return. All errors of the database are StoreUnavailable.
    """

    def __init__(self, url: str, clock: Callable[[], float] | None = None) -> None:
        """``clock``, where given, stands for the database's own.

        Raises UsageError for an address that is none, or of a database that is not known.
        """
        self._engine = _engine(url)
        self._clock = clock
        self.name = make_url(url).render_as_string(hide_password=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of one machine."""
        return self._engine.dialect.name == "sqlite"

    @property
    def libpq_address(self) -> str:
        """The address of a PostgreSQL as its own library takes it, password and all."""
        address = self._engine.url.set(drivername="postgresql")
        return address.render_as_string(hide_password=False)

    async def __aenter__(self) -> Self:
        try:
            async with self.reading() as connection:
                is_current = await connection.run_sync(_is_current)
            if not is_current:
                async with self.begin() as connection:
                    await connection.run_sync(_migrate)
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end of the block unless that raises."""
        async with self._transaction(self._engine) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that writes nothing, and so waits for nobody who writes."""
        async with self._transaction(self._engine.execution_options(is_reading=True)) as connection:
            yield connection

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        try:
            async with engine.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise StoreUnavailable(f"{self.name}: {_reason(error)}") from error

    async def check(self) -> None:
        """Return if the database answers."""
        async with self.reading() as connection:
            await connection.exec_driver_sql("select 1")

    def now(self) -> ColumnElement[float]:
        """Seconds since 1970 by the clock of the database, which all workers share."""
        if self._clock is not None:
            return literal(self._clock())
        if self.is_sqlite:
            return (func.julianday("now") - _EPOCH_DAY) * _DAY_S
        return cast(func.extract("epoch", func.clock_timestamp()), Float)

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An insert that can say ``on_conflict_do_nothing``."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)


def _engine(url: str) -> AsyncEngine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError("no database's address; write postgresql://user@host/name") from error
    kind = parsed.get_backend_name()
    if kind not in DRIVERS:
        raise UsageError(f"a database of kind {kind!r} is not known; take sqlite or postgresql")
    address = parsed.set(drivername=DRIVERS[kind])
    if kind == "postgresql":
        return create_async_engine(address, pool_pre_ping=True)
    engine = create_async_engine(address, connect_args={"timeout": BUSY_S, "isolation_level": None})
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for setting in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
        cursor.execute(f"pragma {setting}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """The driver's own transactions leave out what changes tables, and begin too late to wait for
    another writer."""
    is_reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("begin" if is_reading else "begin immediate")


def _is_current(connection: Connection) -> bool:
    """Whether there is nothing to bring up to date: asked first, since a run opens a database as
    well, and migrating holds up all who write."""
    if not inspect(connection).has_table(_VERSIONS.name):
        return False
    return list(connection.execute(select(_VERSIONS.c.version_num)).scalars()) == [newest()]


@cache
def newest() -> str:
    """The revision that all tables are of; each file's name begins with its own."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _migrate(connection: Connection) -> None:
    # here, since it takes a third of a second that commands without a database need not wait
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({_MIGRATING})")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:  # a later version has been here
        raise StoreUnavailable(
            f"its tables are of another version of factsheet: {error}"
        ) from error


def _reason(error: Exception) -> str:
    """The driver's own words without the statement, which may hold a document's text."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {str(cause).strip().splitlines()[0] if str(cause) else ''}"
