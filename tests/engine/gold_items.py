"""Gold answers as a reader would word them: one item per value, with where it stands.

The wording is each type's plain form as the prompt asks for it; dates are given as the quote writes
them, where it does.
"""

from __future__ import annotations

import json
import re
from calendar import month_name
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from factsheet_schemas import FieldSpec, FieldType, Schema, Scope
from factsheet_service.core.normalise import NotAValue, normalise, same

_DATES = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?(?: day of)? [A-Z][a-z]+,? \d{4}|[A-Z][a-z]+ \d{1,2}, ?\d{4}"
    r"|[A-Z][a-z]+ \d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}"
)
_COUNTED = re.compile(
    r"(?:the\s+)?\S+\s+anniversary\s+of.*|(?:the\s+)?(?:date|day)\s+(?:that\s+is|falling).*|"
    r"\S+\s+(?:years?|months?|days?)\s+(?:after|from|following).*",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One value, worded, with the names of its row and its quotes."""

    field: str
    names: tuple[str, ...]  # empty: the deal's
    value: str
    quotes: tuple[str, ...]
    needs_all: bool = False  # derived: only from all quotes together
    is_core: bool = True  # False: what another document overrides


@dataclass(frozen=True, slots=True)
class Book:
    """All items of one company, and the names of its facilities."""

    rows: tuple[tuple[str, ...], ...]
    items: tuple[Item, ...]

    def dump(self) -> dict[str, Any]:
        return asdict(self)


def read_book(path: Path, schema: Schema) -> Book:
    """The items of a gold file."""
    data = json.loads(path.read_text("utf-8"))
    rows = tuple(tuple(_names(row, schema)) for row in data["facilities"])
    cells = [((), data["deal"]), *zip(rows, data["facilities"], strict=True)]
    items = [
        item
        for names, values in cells
        for key, cell in values.items()
        if key in schema.by_key and isinstance(cell, dict)
        for item in _items(schema.by_key[key], names, cell)
    ]
    return Book(rows, tuple(items))


def _names(row: dict[str, Any], schema: Schema) -> Iterator[str]:
    named = row[schema.entity.name_field]
    every = [named["value"], *named.get("alt", []), *named.get("aliases", [])]
    yield from dict.fromkeys(name for name in every if name and name != "NOT_FOUND")


def _items(spec: FieldSpec, names: Sequence[str], cell: dict[str, Any]) -> Iterator[Item]:
    if cell.get("value") is None:
        return
    quotes = tuple(dict.fromkeys(filter(None, [cell.get("quote"), *cell.get("quotes", [])])))
    of_row = tuple(names) if spec.scope is Scope.FACILITY or names else ()
    is_computed = cell.get("kind") == "derived" and spec.type is not FieldType.DATE
    yield Item(spec.key, of_row, worded(spec, cell, quotes), quotes, needs_all=is_computed)
    for lost in cell.get("superseded", []):
        if isinstance(lost, dict) and lost.get("quote"):
            value = worded(spec, lost, (lost["quote"],))
            yield Item(spec.key, of_row, value, (lost["quote"],), is_core=False)


def worded(spec: FieldSpec, cell: dict[str, Any], quotes: Sequence[str]) -> str:
    """The value in its type's plain form."""
    value = cell["value"]
    basis = " of the Margin" if cell.get("basis") == "of_margin" else ""
    plain: dict[FieldType, Callable[[], str]] = {
        FieldType.PERCENT: lambda: f"{value}%{basis}",
        FieldType.RATIO: lambda: f"{value}x",
        FieldType.AMOUNT: lambda: f"{value['currency']} {value['amount']:,}",
        FieldType.MONTH: lambda: month_name[int(value)],
        FieldType.DATE: lambda: _as_written(spec, str(value), quotes),
        FieldType.SCHEDULE: lambda: "; ".join(f"{one['date']} {_level(one)}" for one in value),
        FieldType.CLAUSE: lambda: str(value)[: spec.max_chars],
    }
    if spec.type in plain:
        return plain[spec.type]()
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _level(step: dict[str, Any]) -> str:
    if "pct" in step:
        return f"{step['pct']}%"
    amount = step["amount"]
    return f"{amount['currency']} {amount['amount']:,}" if isinstance(amount, dict) else str(amount)


def _as_written(spec: FieldSpec, value: str, quotes: Sequence[str]) -> str:
    """The date in a quote's own words: where it is counted from an event, the words that say so."""
    wanted = normalise(spec, value).value
    for written in (found for quote in quotes for found in _DATES.findall(quote)):
        try:
            if same(spec, wanted, normalise(spec, written).value):
                return str(written)
        except NotAValue:
            continue
    return next((quote[: spec.max_chars] for quote in map(_counted, quotes) if quote), value)


def _counted(quote: str) -> str:
    found = _COUNTED.search(quote)
    return found.group() if found else ""
