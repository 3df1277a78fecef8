"""Answers as lines of JSON: what is exported from one memo replays a run from another.

A line has the request's hash and not its key: whoever takes it in has salts of their own. Lines of
another kind have what runs noted, such as what the server can do.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from factsheet_service.core.memo import PaidCall

from .database import Database
from .ledger import Owned
from .memo import NOTED, RunMemo
from .tables import answers, facts

_PAGE = 200  # answers held at a time
_PAID = tuple(field.name for field in fields(PaidCall))
_FORM = TypeAdapter(PaidCall)


async def exported(database: Database, whose: Owned) -> AsyncIterator[str]:
    """All notes and somebody's answers, in the order of their keys. Raises StoreUnavailable."""
    query = select(facts).where(facts.c.name.startswith(NOTED)).order_by(facts.c.name)
    for name, value in await database.rows(query):
        yield json.dumps({"note": name.removeprefix(NOTED), "text": value})
    last = ""
    while rows := await _page(database, whose, last):
        for row in rows:
            yield _line(row)
        last = rows[-1]["key"]


async def imported(lines: Iterable[str], memo: RunMemo) -> int:
    """Keep what was exported, under the run's salt and name; returns how many answers there were.

    Raises ValueError for other lines, StoreUnavailable.
    """
    number = 0
    for line in lines:
        match json.loads(line):
            case {"note": str(name), "text": str(text)}:
                await memo.note(name, text)
            case {"key": str(request), **paid}:
                await memo.keep(request, _FORM.validate_python(paid))
                number += 1
            case _:
                raise ValueError("a line is none of an export's")
    return number


async def _page(database: Database, whose: Owned, last: str) -> list[Mapping[Any, Any]]:
    query = select(answers).where(*whose.conditions(), answers.c.key > last)
    rows = await database.rows(query.order_by(answers.c.key).limit(_PAGE))
    return [row._mapping for row in rows]


def _line(row: Mapping[Any, Any]) -> str:
    told = {"key": row["request"], **{name: row[name] for name in _PAID}}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
