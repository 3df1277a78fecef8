"""Keys of the REST service: make, list and revoke them."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from factsheet_service.core.access import scopes_from
from factsheet_service.core.errors import UsageError
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.keys import ApiKey, KeyStore
from factsheet_service.stores.workspace import Workspace

from .exits import ending
from .parameters import Work, listed, settings_at

UNITS_S = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
COLUMNS = ("id", "tenant", "name", "scopes", "made", "expires", "last used", "revoked")


class Action(StrEnum):
    """What to do with the keys."""

    ADD = "add"
    LIST = "list"
    REVOKE = "revoke"


def command(
    action: Annotated[Action, typer.Argument(help="what to do")],
    key_id: Annotated[str | None, typer.Argument(help="of revoke: as the list shows it")] = None,
    tenant: Annotated[
        str | None,
        typer.Option(help="whose; add: default is who runs the service alone, list: all"),
    ] = None,
    scopes: Annotated[
        str, typer.Option(metavar="LIST", help="of read, write, erase, admin")
    ] = "read,write",
    name: Annotated[str, typer.Option(help="what the key is for")] = "",
    expires: Annotated[
        str | None, typer.Option(metavar="TIME", help="90d, 12h, 4w; default: never")
    ] = None,
    work: Work = None,
) -> None:
    """Make a key, which is shown this once and kept as a hash; list the keys; revoke one.

    A running server heeds it within seconds. The first key closes a server that was open.
    """
    with ending("nothing has changed"):
        settings = settings_at(work)
        match action:
            case Action.ADD:
                asyncio.run(_add(settings, tenant or "", scopes, name, expires))
            case Action.LIST:
                asyncio.run(_list(settings, tenant))
            case Action.REVOKE:
                asyncio.run(_revoke(settings, key_id))


async def _add(
    settings: AppSettings, tenant: str, scopes: str, name: str, expires: str | None
) -> None:
    Workspace(settings.work).of(tenant)  # refuses a name that no tenant can have
    given = scopes_from(listed(scopes) or ())
    lives_s = seconds(expires) if expires else None
    settings.work.mkdir(parents=True, exist_ok=True)
    async with Database(settings.database_url) as database:
        key, secret = await KeyStore(database).add(tenant, name, given, lives_s)
    typer.echo(secret)
    sys.stderr.write(f"key {key.id}; it is not shown again\n")


async def _list(settings: AppSettings, tenant: str | None) -> None:
    async with Database(settings.database_url) as database:
        keys = await KeyStore(database).all(tenant)
    Console(highlight=False).print(key_table(keys))


async def _revoke(settings: AppSettings, key_id: str | None) -> None:
    if key_id is None:
        raise UsageError("which key? `factsheet keys revoke ID`; `factsheet keys list` has the ids")
    async with Database(settings.database_url) as database:
        await KeyStore(database).revoke(key_id)


def seconds(written: str) -> int:
    """A span of time such as 90d. Raises UsageError."""
    read = re.fullmatch(r"([1-9]\d{0,4})([hdw])", written)
    if read is None:
        raise UsageError(f"--expires {written!r}: write 12h, 90d or 4w")
    return int(read[1]) * UNITS_S[read[2]]


def key_table(keys: tuple[ApiKey, ...]) -> Table:
    """The keys, one a row."""
    table = Table(*COLUMNS)
    for key in keys:
        scopes = ",".join(sorted(key.scopes))
        days = _day(key.created_at), _day(key.expires_at), key.used_on or "", _day(key.revoked_at)
        table.add_row(*map(Text, (key.id, key.tenant, key.name, scopes, *days)))
    return table


def _day(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).date().isoformat()
