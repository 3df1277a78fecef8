"""One database behind all stores: SQLite in the working folder, or PostgreSQL for many workers.

What is read or written in a transaction is a function of its connection, and does nothing else:
SQLite has one writer at a time, of all processes, and a transaction that waited for an event loop
between two of its statements would hold up all others for as long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Float,
    Row,
    Select,
    Table,
    cast,
    column,
    create_engine,
    event,
    func,
    inspect,
    literal,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from factsheet_service.core.errors import StoreUnavailable, UsageError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Work = Callable[[Connection], T]

BUSY_S = 30.0  # another process may be writing
NUM_READERS = 2  # threads over a file
DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
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
        address = _address(url)
        self._clock = clock
        self.name = make_url(url).render_as_string(hide_password=True)
        self._access = (
            _File(address) if address.get_backend_name() == "sqlite" else _Server(address)
        )
        self._url = address

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of one machine."""
        return isinstance(self._access, _File)

    @property
    def libpq_address(self) -> str:
        """The address of a PostgreSQL as its own library takes it, password and all."""
        address = self._url.set(drivername="postgresql")
        return address.render_as_string(hide_password=False)

    async def __aenter__(self) -> Self:
        try:
            if not await self.read(_is_current):
                await self.write(_migrate)
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
        """Wait for what is being read and written, and close all connections."""
        await self._access.aclose()

    async def write(self, work: Work[T]) -> T:
        """What ``work`` gives back, in a transaction that is committed unless it raises.

        Who is cancelled meanwhile does not know whether it was. On SQLite it runs in a thread.
        """
        return await self._done(work, is_reading=False)

    async def read(self, work: Work[T]) -> T:
        """What ``work`` gives back, which writes nothing, and so waits for nobody who writes."""
        return await self._done(work, is_reading=True)

    async def rows(self, query: Select[*Ts]) -> Sequence[Row[*Ts]]:
        """What a query finds."""
        return await self.read(lambda connection: connection.execute(query).all())

    async def scalar(self, query: Select[T]) -> T | None:
        """The one value of the first row that a query finds; None where there is none."""
        return await self.read(lambda connection: connection.scalar(query))

    async def do(self, statement: Executable) -> int:
        """Carry a statement out in a transaction of its own; how many rows it met."""
        return await self.write(lambda connection: connection.execute(statement).rowcount)

    async def _done(self, work: Work[T], is_reading: bool) -> T:
        try:
            return await self._access.done(work, is_reading)
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise StoreUnavailable(f"{self.name}: {_reason(error)}") from error

    async def check(self) -> None:
        """Return if the database answers."""
        await self.read(lambda connection: connection.exec_driver_sql("select 1"))

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


class _Server:
    """A PostgreSQL: connections that an event loop waits for."""

    def __init__(self, address: URL) -> None:
        self._engine: AsyncEngine = create_async_engine(address, pool_pre_ping=True)

    async def done(self, work: Work[T], is_reading: bool) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def aclose(self) -> None:
        await self._engine.dispose()


class _File:
    """A file of SQLite: a transaction is one call of a thread. One thread writes, so that writers
    of a process take their turns instead of coming upon each other's locks."""

    def __init__(self, address: URL) -> None:
        given = {"timeout": BUSY_S, "isolation_level": None, "check_same_thread": False}
        self._engine: Engine = create_engine(address, connect_args=given)
        event.listen(self._engine, "connect", _set_up)
        event.listen(self._engine, "begin", _begin)
        self._reading = self._engine.execution_options(is_reading=True)
        self._writer = ThreadPoolExecutor(1, "writing")
        self._readers = ThreadPoolExecutor(NUM_READERS, "reading")

    async def done(self, work: Work[T], is_reading: bool) -> T:
        threads, engine = (
            (self._readers, self._reading) if is_reading else (self._writer, self._engine)
        )
        return await asyncio.get_running_loop().run_in_executor(threads, _transact, engine, work)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.shutdown()
        self._writer.shutdown()
        self._engine.dispose()


def _transact(engine: Engine, work: Work[T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _address(url: str) -> URL:
    """With the driver of ours. Raises UsageError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError("no database's address; write postgresql://user@host/name") from error
    kind = parsed.get_backend_name()
    if kind not in DRIVERS:
        raise UsageError(f"a database of kind {kind!r} is not known; take sqlite or postgresql")
    return parsed.set(drivername=DRIVERS[kind])


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
