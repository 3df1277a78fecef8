import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from factsheet_service.core.errors import StoreUnavailable, UsageError
from factsheet_service.stores.database import Database, sqlite_url
from factsheet_service.stores.tables import metadata


async def test_the_migrations_make_the_tables_that_the_code_knows(database):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_again_changes_nothing(database_url):
    for _ in range(2):
        async with Database(database_url) as database:
            await database.check()


async def test_a_transaction_that_fails_leaves_nothing(database):
    async def fails():
        async with database.begin() as connection:
            await connection.exec_driver_sql("create table t (x integer)")
            await connection.exec_driver_sql("insert into t values (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    async with database.begin() as connection:
        await connection.exec_driver_sql("create table t (x integer)")
        assert (await connection.exec_driver_sql("select count(*) from t")).scalar() == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [("mysql://host/x", "'mysql' is not known"), ("nonsense", "no database's address")],
)
def test_an_address_of_no_known_database_is_refused(url, words):
    with pytest.raises(UsageError, match=words):
        Database(url)


async def test_a_database_that_is_not_there_is_named_without_its_password():
    url = "postgresql://me:secret@127.0.0.1:1/x?connect_timeout=2"
    with pytest.raises(StoreUnavailable) as caught:
        async with Database(url):
            pass
    assert "127.0.0.1:1" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_tables_of_a_later_version_are_left_alone(tmp_path):
    url = sqlite_url(tmp_path)
    async with Database(url) as database, database.begin() as connection:
        await connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(StoreUnavailable, match="another version of factsheet"):
        async with Database(url):
            pass


async def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    (tmp_path / "factsheet.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        async with Database(sqlite_url(tmp_path)):
            pass


async def test_commits_of_sqlite_survive_a_power_cut(tmp_path):
    async with Database(sqlite_url(tmp_path)) as database, database.begin() as connection:
        modes = [
            (await connection.exec_driver_sql(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous")
        ]
    assert modes == ["wal", 2]
