"""What was paid for: its ledger, exporting and importing it, forgetting it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from factsheet_service.composition import keys_of
from factsheet_service.core.errors import UsageError
from factsheet_service.core.memo import Payer
from factsheet_service.settings import AppSettings
from factsheet_service.stores.database import Database
from factsheet_service.stores.exporting import exported, imported
from factsheet_service.stores.folder_files import replacing
from factsheet_service.stores.ledger import Ledger, Limits, Owned, accounts, erase, shrink
from factsheet_service.stores.memo import AnswerMemo

from .exits import ending
from .parameters import Work, settings_at

COLUMNS = ("company", "job", "calls", "prompt tokens", "of these cached", "output tokens")
NO_LIMIT = "set FACTSHEET_MEMO_MAX_AGE_DAYS or FACTSHEET_MEMO_MAX_MB to say what is too much"


class Action(StrEnum):
    """What to do with the memo."""

    LEDGER = "ledger"
    EXPORT = "export"
    IMPORT = "import"
    ERASE = "erase"
    SHRINK = "shrink"


def command(
    action: Annotated[Action, typer.Argument(help="what to do")],
    file: Annotated[
        Path | None, typer.Argument(help="of export and import; default: stdout and stdin")
    ] = None,
    company: Annotated[str | None, typer.Option(help="only what this company paid for")] = None,
    job: Annotated[str | None, typer.Option(help="only what this job paid for")] = None,
    tenant: Annotated[str, typer.Option(help="whose; default: who runs the service alone")] = "",
    work: Work = None,
) -> None:
    """The ledger, as a table; export and import of answers, which replay a run without a server;
    erase what a tenant, company or job paid for; shrink to the limits of the environment.
    """
    with ending("nothing was lost"):
        settings = settings_at(work)
        whose = Owned(tenant, company, job)
        sys.stderr.write(asyncio.run(run(action, whose, settings, file)) + "\n")


async def run(action: Action, whose: Owned, settings: AppSettings, file: Path | None) -> str:
    """Do it; returns what was done in words. Raises UsageError, StoreUnavailable."""
    settings.work.mkdir(parents=True, exist_ok=True)
    async with Database(settings.database_url) as database:
        match action:
            case Action.LEDGER:
                return _told(await accounts(database, whose))
            case Action.EXPORT:
                return f"{await _export(database, whose, file)} lines exported"
            case Action.IMPORT:
                return f"{await _import(database, whose, settings, file)} answers imported"
            case Action.ERASE:
                return f"{await erase(database, whose)} answers forgotten"
            case Action.SHRINK:
                return f"{await _shrink(database, settings.memo)} answers forgotten"


def _told(found: Mapping[tuple[str, str], Ledger]) -> str:
    """Writes the ledger as tab-separated lines; returns the sum in words."""
    sys.stdout.write("\t".join(COLUMNS) + "\n")
    for (company, job), sums in found.items():
        numbers = (sums.calls, sums.prompt_tokens, sums.cached_tokens, sums.output_tokens)
        sys.stdout.write("\t".join((company, job or "-", *map(str, numbers))) + "\n")
    calls = sum(sums.calls for sums in found.values())
    tokens = sum(sums.prompt_tokens + sums.output_tokens for sums in found.values())
    return f"{calls} calls, {tokens} tokens"


async def _export(database: Database, whose: Owned, file: Path | None) -> int:
    number = 0
    with _written(file) as write:
        async for line in exported(database, whose):
            write(f"{line}\n")
            number += 1
    return number


@contextmanager
def _written(file: Path | None) -> Iterator[Callable[[str], object]]:
    if file is None:
        yield sys.stdout.write
        return
    with replacing(file) as out:
        yield lambda text: out.write(text.encode())


async def _import(
    database: Database, whose: Owned, settings: AppSettings, file: Path | None
) -> int:
    keys = await keys_of(whose.tenant, settings, database)
    payer = Payer(whose.tenant, whose.company or "", whose.job or "")
    answers = AnswerMemo(database)
    try:
        with _read(file) as lines:
            return await imported(lines, answers.of(payer, keys.memo_salt()))
    except ValueError as error:
        raise UsageError(f"this is no export of a memo: {error}") from error
    finally:
        await answers.aclose()


@contextmanager
def _read(file: Path | None) -> Iterator[Iterable[str]]:
    if file is None:
        yield sys.stdin
        return
    with file.open(encoding="utf-8") as lines:
        yield lines


async def _shrink(database: Database, limits: Limits) -> int:
    if limits == Limits():
        raise UsageError(NO_LIMIT)
    return await shrink(database, limits, time.time())
