"""Fixtures: an empty database of each kind, SQLite and a real PostgreSQL."""

import pytest
from factsheet_service.stores.database import Database, sqlite_url

from .postgres import new_database, postgres


@pytest.fixture(scope="session")
def postgres_server():
    with postgres() as url:
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
