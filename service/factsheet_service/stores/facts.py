"""Single facts that every process over a database shares, by name."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select

from .database import Database
from .tables import facts

SECRET = "secret"
_SECRET_BYTES = 32


async def fact(database: Database, name: str) -> str | None:
    """What stands under a name."""
    query = select(facts.c.value).where(facts.c.name == name)
    return await database.scalar(query)


async def first_fact(database: Database, name: str, value: str) -> str:
    """Keep a value unless there is one; returns the one that stands."""
    insert = database.insert(facts).on_conflict_do_nothing(index_elements=["name"])
    query = select(facts.c.value).where(facts.c.name == name)

    def keep(connection: Connection) -> str:
        connection.execute(insert, {"name": name, "value": value})
        return str(connection.execute(query).scalar_one())

    return await database.write(keep)


async def put_fact(database: Database, name: str, value: str) -> None:
    """Keep a value in place of the one there was."""
    insert = database.insert(facts).values(name=name, value=value)
    put = insert.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    await database.do(put)


async def shared_secret(database: Database) -> bytes:
    """The secret of all processes over the database, made up by the first of them."""
    known = await fact(database, SECRET)
    made = known or await first_fact(database, SECRET, secrets.token_hex(_SECRET_BYTES))
    return bytes.fromhex(made)
