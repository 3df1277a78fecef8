import asyncio
import json
import runpy
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from factsheet_service.core.errors import StoreUnavailable, UsageError
from factsheet_service.core.memo import Payer
from factsheet_service.stores.database import DRIVERS, MIGRATIONS, Database, newest, sqlite_url
from factsheet_service.stores.exporting import exported
from factsheet_service.stores.ledger import Owned
from factsheet_service.stores.memo import AnswerMemo
from factsheet_service.stores.tables import metadata
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import make_url
from support.postgres import new_database


def is_ours(name, kind, _within):
    return kind != "table" or not name.startswith("procrastinate")


def scripts_of_procrastinate():
    return sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def test_a_revision_applies_all_that_procrastinate_has():
    """A newer one has come: write a revision that runs the scripts behind this one."""
    folder = MIGRATIONS / "versions"
    last = runpy.run_path(str(folder / "0005_procrastinate.py"))["LAST"]
    assert scripts_of_procrastinate()[-1] == last


def names_of_procrastinate(connection):
    names = """
        select relname from pg_class where relname like 'procrastinate%'
        union select pg_get_functiondef(oid) from pg_proc where proname like 'procrastinate%'
    """
    return connection.execute(names).fetchall()


async def test_its_scripts_make_what_its_whole_schema_makes(postgres_server):
    with (
        new_database(postgres_server, "template0") as ours,
        new_database(postgres_server, "template0") as its,
    ):
        async with Database(ours):
            pass
        with psycopg.connect(ours) as one, psycopg.connect(its) as other:
            other.execute(SchemaManager.get_schema())
            assert names_of_procrastinate(one) == names_of_procrastinate(other) != []


async def test_the_migrations_can_be_undone_and_done_again(database_url):
    def undo(connection):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        downgrade(config, "base")

    async with Database(database_url) as database:
        await database.write(undo)
    async with Database(database_url) as database:
        await database.check()


async def test_the_migrations_make_the_tables_that_the_code_knows(database):
    def differences(connection):
        context = MigrationContext.configure(connection, opts={"include_name": is_ours})
        return compare_metadata(context, metadata)

    assert await database.write(differences) == []


async def test_opening_again_waits_for_nobody_who_writes(database_url):
    async with Database(database_url):
        pass
    address = make_url(database_url)
    engine = create_engine(address.set(drivername=DRIVERS[address.get_backend_name()]))
    with engine.connect() as writing:
        writing.execute(insert(metadata.tables["facts"]).values(name="a", value="b"))
        async with asyncio.timeout(10), Database(database_url) as database:
            await database.check()
    engine.dispose()


def test_the_newest_revision_is_the_head_of_all():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [newest()]


async def test_a_transaction_that_fails_leaves_nothing(database):
    def fails(connection):
        connection.exec_driver_sql("create table t (x integer)")
        connection.exec_driver_sql("insert into t values (1)")
        raise ZeroDivisionError

    def counts(connection):
        connection.exec_driver_sql("create table t (x integer)")
        return connection.exec_driver_sql("select count(*) from t").scalar()

    with pytest.raises(ZeroDivisionError):
        await database.write(fails)
    assert await database.write(counts) == 0


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
    async with Database(url) as database:
        await database.do(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="another version of factsheet"):
        async with Database(url):
            pass


async def test_a_file_that_is_no_database_is_unavailable(tmp_path):
    (tmp_path / "factsheet.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        async with Database(sqlite_url(tmp_path)):
            pass


async def test_commits_of_sqlite_survive_a_power_cut(tmp_path):
    def modes(connection):
        names = ("journal_mode", "synchronous")
        return [connection.exec_driver_sql(f"pragma {name}").scalar() for name in names]

    async with Database(sqlite_url(tmp_path)) as database:
        assert await database.write(modes) == ["wal", 2]


async def test_answers_of_an_earlier_version_are_answers_still(database):
    """Their keys had no salt, as those of who is alone have none today."""

    def to(connection, revision, change):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        change(config, revision)

    names = "key, tenant, company, job, model, prompt_tokens, cached_tokens, output_tokens, seconds"
    more = "body, checksum, num_bytes, created_at, used_at"
    values = (
        f"'k', '', 'acme', '', 'm', 1, 0, 1, 0.5, '{{}}', '{sha256(b'{}').hexdigest()}', 2, 9, 9"
    )

    def there_and_back(connection):
        to(connection, "0002", downgrade)
        connection.exec_driver_sql(f"insert into answers ({names}, {more}) values ({values})")
        to(connection, "head", upgrade)

    await database.write(there_and_back)
    memo = AnswerMemo(database)
    assert await memo.of(Payer("", "acme")).get("k") == "{}"
    lines = [json.loads(line) async for line in exported(database, Owned(""))]
    assert [line["key"] for line in lines] == ["k"]
    await memo.aclose()
