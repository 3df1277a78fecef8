"""Fixtures: an empty database of each kind, SQLite and a real PostgreSQL.

A thousand tests begin with one, so migrating is done once: a file's tables are then made as they
came out, and databases of the server are copies of the first.
"""

import asyncio

import pytest
from factsheet_service.stores import database as module
from factsheet_service.stores.database import Database, sqlite_url
from sqlalchemy import inspect

from .postgres import make_template, new_database, postgres

TABLES = "select sql from sqlite_master where name not like 'sqlite!_%' escape '!' order by rowid"


@pytest.fixture(scope="session", autouse=True)
def migrated_once():
    """Have files of this process migrated once, and made alike from then on."""
    migrate, made = module._migrate, []

    def once(connection):
        if connection.dialect.name != "sqlite" or inspect(connection).get_table_names():
            return migrate(connection)
        if made:
            for statement in made:
                connection.exec_driver_sql(statement)
            return None
        migrate(connection)
        made.extend(connection.exec_driver_sql(TABLES).scalars())
        made.append(f"insert into alembic_version values ('{module.newest()}')")
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_migrate", once)
        yield


async def migrated(url):
    async with Database(url):
        pass


@pytest.fixture(scope="session")
def postgres_server():
    with postgres() as url:
        make_template(url, lambda empty: asyncio.run(migrated(empty)))
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    with new_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
async def database(database_url):
    async with Database(database_url) as opened:
        yield opened
