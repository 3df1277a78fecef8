import pytest
from factsheet_service.commands import database
from factsheet_service.commands.database import has_database
from factsheet_service.core.errors import StoreUnavailable
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database, sqlite_url
from pydantic import SecretStr
from sqlalchemy import text
from support.postgres import new_database

NOWHERE = "postgresql://me:secret@127.0.0.1:1/x?connect_timeout=2"


def settings_of(url, wait_s=60.0):
    return AppSettings(database=SecretStr(url), wait_s=wait_s)


async def never(_seconds):
    raise AssertionError("there is nothing to wait for")


async def test_a_database_that_is_there_is_brought_up_to_date(database_url):
    await has_database(settings_of(database_url), never)
    async with Database(database_url) as opened:
        await opened.check()


async def test_a_server_that_is_not_there_yet_is_waited_for(postgres_server, monkeypatch, capsys):
    with new_database(postgres_server) as url:
        addresses = iter([NOWHERE, NOWHERE, url])
        monkeypatch.setattr(database, "Database", lambda _: Database(next(addresses)))
        waits = []

        async def sleep(seconds):
            waits.append(seconds)

        await has_database(settings_of(url), sleep)
    said = capsys.readouterr().err
    assert waits == [1.0, 1.0]
    assert said.count("waiting for the database postgresql://me:***@127.0.0.1:1/x") == 1
    assert "secret" not in said


async def test_a_server_that_does_not_come_is_given_up():
    async def sleep(_seconds):
        pass

    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1"):
        await has_database(settings_of(NOWHERE, wait_s=0.1), sleep)


async def test_a_file_that_is_no_database_is_not_waited_for(tmp_path):
    (tmp_path / "factsheet.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        await has_database(settings_of(sqlite_url(tmp_path)), never)


async def test_tables_of_a_later_version_are_not_waited_for(database_url):
    async with Database(database_url) as opened:
        await opened.do(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="another version"):
        await has_database(settings_of(database_url), never)
