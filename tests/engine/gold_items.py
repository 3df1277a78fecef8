"""Gold answers as a reader would word them: one item per value, with where it stands.

The wording is each type's plain form as the prompt asks for it; dates are given as the quote writes
them, where it does, and a schedule's table as the table that it is.
"""

from __future__ import annotations

import json
import re
from calendar import month_name
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.page import WITHIN, squeezed
from factsheet_schemas import FieldSpec, FieldType, Schema
from factsheet_service.core.normalise import NotAValue, normalise, regular_steps, same
from factsheet_service.core.normalise.dates import find_dates
from factsheet_service.core.normalise.numbers import find_numbers
from factsheet_service.engines.vllm.answers import TABLE
from factsheet_service.evaluation.gold import Gold, GoldRow, GoldValue, Kind, read_gold

GIST_WORDS = 8  # of a clause, whose place is what counts
_DATES = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?(?: day of)? [A-Z][a-z]+,? \d{4}|[A-Z][a-z]+ \d{1,2}, ?\d{4}"
    r"|[A-Z][a-z]+ \d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}"
)
_COUNTED = re.compile(
    r"(?:the\s+)?\S+\s+anniversary\s+of.*|(?:the\s+)?(?:date|day)\s+(?:that\s+is|falling).*|"
    r"\S+\s+(?:years?|months?|days?)\s+(?:after|from|following).*",
    re.DOTALL,
)
_DEFINED = re.compile(r"[\"“](?P<term>[^\"”“]{2,80})[\"”]\s*(?:\([^)]*\)\s*)?(?:shall\s+)?means?\b")


@dataclass(frozen=True, slots=True)
class Item:
    """One value, worded, with the names of its row and its quotes."""

    field: str
    names: tuple[str, ...]  # empty: the deal's
    value: str
    quotes: tuple[str, ...]  # that it is read from
    sources: tuple[str, ...]  # all that the gold gives, which its evidence is to show
    terms: tuple[str, ...]  # per quote: the term in whose definition it stands
    kind: str = Kind.LITERAL
    document: str | None = None  # its name, where the gold says it
    needs_all: bool = False  # derived: only from all quotes together
    is_table: bool = False  # its quotes are rows, cited from the first to the last
    is_core: bool = True  # False: what another document overrides, or an optional row's


@dataclass(frozen=True, slots=True)
class Book:
    """All items of one company, and the names of its facilities, and of what may pass for one.

    ``nested`` are rows within others: the key of the field that names them, then their names.
    """

    rows: tuple[tuple[str, ...], ...]
    decoys: tuple[tuple[str, ...], ...]
    items: tuple[Item, ...]
    nested: tuple[tuple[str, ...], ...] = ()

    def dump(self) -> dict[str, Any]:
        """As the reader inside the server loads it."""
        return json.loads(json.dumps(asdict(self)))


def read_book(path: Path, schema: Schema, texts: Sequence[str]) -> Book:
    """The items of a gold file, whose documents have these texts."""
    data, gold = json.loads(path.read_text("utf-8")), read_gold(path, schema)
    wording = _Wording(schema, tuple(texts))
    return Book(
        rows=tuple(row.names for row in gold.rows if not (row.is_optional or row.within)),
        nested=tuple(
            (schema.entity_by_key[row.entity].name_field, *_called(row))
            for row in gold.rows
            if row.within
        ),
        decoys=tuple(row.names for row in gold.rows if row.is_optional),
        items=tuple(item for cell in _cells(data, gold) for item in wording.items(*cell)),
    )


def _called(row: GoldRow) -> tuple[str, ...]:
    """The row's names, behind that of the row it lies within."""
    return tuple(WITHIN.join(filter(None, (row.within, name))) for name in row.names)


def _cells(
    data: dict[str, Any], gold: Gold
) -> Iterator[tuple[str, tuple[str, ...], dict[str, Any], GoldValue, bool]]:
    """Key, row's names, cell as it stands in the file, cell as read, whether it is scored."""
    for key, value in gold.deal.items():
        yield key, (), data["deal"][key], value, True
    for row, cells in zip(gold.rows, data["facilities"], strict=False):
        for key, value in row.values.items():
            yield key, _called(row), cells[key], value, not row.is_optional


@dataclass(frozen=True, slots=True)
class _Wording:
    schema: Schema
    texts: tuple[str, ...]

    def items(
        self,
        key: str,
        names: tuple[str, ...],
        cell: dict[str, Any],
        gold: GoldValue,
        is_core: bool,
    ) -> Iterator[Item]:
        spec = self.schema.by_key[key]
        if gold.is_unscored:
            return
        of_row = names if not spec.is_deal_wide or names else ()
        item = self._item(spec, of_row, cell, gold.quotes, gold.kind)
        document = cell.get("document")
        yield _as_table(spec, _replaced(item, document=document, is_core=is_core), gold)
        for lost in cell.get("superseded", []):
            if isinstance(lost, dict) and lost.get("quote"):
                old = self._item(spec, of_row, lost, (lost["quote"],), Kind.LITERAL)
                yield _replaced(old, is_core=False)

    def _item(
        self,
        spec: FieldSpec,
        names: tuple[str, ...],
        cell: dict[str, Any],
        quotes: tuple[str, ...],
        kind: Kind,
    ) -> Item:
        value, sources = worded(spec, cell, quotes), quotes
        is_counted = spec.type is FieldType.DATE and _COUNTED.search(value) is not None
        if is_counted:  # by code, from what the other quotes say
            quotes = tuple(q for q in quotes if squeezed(value) in squeezed(q)) or quotes
        return Item(
            field=spec.key,
            names=names,
            value=value,
            quotes=quotes,
            sources=sources,
            terms=tuple(map(self._term, quotes)),
            kind=kind.value,
            needs_all=kind is Kind.DERIVED and not is_counted,
        )

    def _term(self, quote: str) -> str:
        """The term in whose definition a quote stands; empty where it stands in none."""
        for text in self.texts:
            words = r"\s+".join(map(re.escape, quote.split()))
            if found := re.search(words, text):
                before = list(_DEFINED.finditer(text, 0, found.end()))
                return " ".join(before[-1]["term"].split()) if before else ""
        return ""


def _replaced(item: Item, **changes: Any) -> Item:
    return Item(**{**asdict(item), **changes})


def _as_table(spec: FieldSpec, item: Item, gold: GoldValue) -> Item:
    """A schedule whose quotes are its rows, or put all on one date or event, as those lines."""
    if spec.type is not FieldType.SCHEDULE:
        return item
    bullet = [quote for quote in item.quotes if _states_schedule(spec, quote)]
    if len(gold.values[0]) == 1:
        return _cited_as(bullet[:1], item)
    if regular := [quote for quote in item.quotes if regular_steps(quote)][:1]:
        rows = [quote for quote in item.quotes if _is_row(quote) and regular_steps(quote)]
        return _cited_as(rows or regular, item)
    rows = [quote for quote in item.quotes if _is_row(quote)]
    return _cited_as(rows if _spans_all(spec, rows, gold) else [], item)


def _cited_as(rows: Sequence[str], item: Item) -> Item:
    if not rows:
        return item
    terms = tuple(item.terms[item.quotes.index(row)] for row in rows)
    table = {"value": TABLE, "quotes": rows, "terms": terms, "needs_all": False, "is_table": True}
    return _replaced(item, **table)


def _states_schedule(spec: FieldSpec, quote: str) -> bool:
    try:
        normalise(spec, quote)
    except NotAValue:
        return False
    return True


def _is_row(quote: str) -> bool:
    """Whether a quote has a figure beside a date."""
    dates = find_dates(quote)
    figures = [
        n for n in find_numbers(quote) if all(n.end <= d.start or n.start >= d.end for d in dates)
    ]
    return bool(dates and figures)


def _spans_all(spec: FieldSpec, rows: Sequence[str], gold: GoldValue) -> bool:
    """Whether the quotes are a table with the schedule's first and last dated row."""
    table = "; ".join(rows)
    dates = {found.wire["date"][:7] for found in find_dates(table)}
    wanted = [step["date"][:7] for step in gold.values[0]]
    is_whole = wanted[0] in dates and bool(dates & set(wanted[-2:]))
    return is_whole and _states_schedule(spec, table)


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
        FieldType.NUMBER: lambda: _measured(spec, value),
        FieldType.NUMBER_LIST: lambda: "; ".join(_measured(spec, one) for one in value),
        FieldType.RANGE: lambda: _measured(spec, f"{value['low']}-{value['high']}"),
        FieldType.TALLY: lambda: "; ".join(f"{count} {name}" for name, count in value.items()),
        FieldType.CLAUSE: lambda: " ".join(str(value).split()[:GIST_WORDS]),
    }
    if spec.type in plain:
        return plain[spec.type]()
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _measured(spec: FieldSpec, number: float | str) -> str:
    return f"{number} {spec.unit or ''}".strip()


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
