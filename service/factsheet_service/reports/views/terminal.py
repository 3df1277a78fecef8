"""The views as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from factsheet_schemas import Evidence, Status
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from factsheet_service.reports.cells import place, shortened
from factsheet_service.reports.tables import plain_table

from .data import Chain, Ladder, Miss, Timeline, Views

LONGEST_QUOTE, LONGEST_PLACE = 90, 44


def view_tables(company: str, views: Views) -> RenderableType:
    """Each view under its heading; those without content are left out."""
    parts: list[RenderableType] = []
    found: dict[str, list[RenderableType]] = {
        "timelines": [_timeline(one) for one in views.timelines],
        "ladders": [_ladder(one) for one in views.ladders],
        "definitions": [_chain(one) for one in views.definitions],
        "looked for and not found": [_misses(views.missing)] if views.missing else [],
    }
    for heading, tables in found.items():
        if tables:
            parts += [Text(f"{company}: {heading}", style="bold underline"), *tables, Text()]
    return Group(*(parts or [Text(f"{company}: nothing to show in these views")]))


def _table(title: str, columns: Iterable[tuple[str, int]]) -> Table:
    table = plain_table(title)
    for name, ratio in columns:
        table.add_column(name, ratio=ratio)
    return table


def _titled(row: str | None, label: str) -> str:
    return f"{row}: {label}" if row else label


def _timeline(one: Timeline) -> Table:
    columns = (("From", 2), ("When", 5), ("Level", 2), ("Evidence", 4))
    table = _table(_titled(one.row, one.label), columns)
    for step in one.steps:
        style = "dim strike" if step.overruled else "bold"
        when = f"{step.when} ({step.overruled})" if step.overruled else step.when
        level = Text(step.shown, style=style)
        table.add_row(step.starts or "", Text(when), level, _where(step.evidence))
    return table


def _ladder(one: Ladder) -> Table:
    table = _table(_titled(one.row, one.metric), (("At", 3), ("Level", 2), ("Evidence", 8)))
    for rung in one.rungs:
        bound = {"min": "below", "max": "above"}.get(rung.comparator or "", "")
        sure = "" if rung.status is Status.PRESENT else f" ({rung.status.value})"
        level = f"{bound} {rung.shown}{sure}" if rung.shown else rung.status.value
        table.add_row(rung.consequence, level, _quoted(rung.evidence[:1]))
    return table


def _chain(one: Chain) -> Group:
    lines = [Text(_titled(one.row, one.label), style="bold")]
    for term in one.terms:
        uses = f" → {', '.join(term.uses)}" if term.uses else ""
        lines += [
            Text.assemble("  " * term.depth, (term.term, "bold"), uses),
            Text.assemble("  " * term.depth, "  ", _quoted((term.definition,))),
        ]
    return Group(*lines)


def _misses(missing: tuple[Miss, ...]) -> Table:
    table = _table("", (("Field", 4), ("Status", 2), ("Windows read", 1), ("Nearest lines", 6)))
    for one in missing:
        near = _quoted(one.near) if one.near else Text(one.reason or "")
        label = _titled(one.row, one.label)
        table.add_row(Text(label), one.status.value, str(one.windows_asked), near)
    return table


def _where(cited: Evidence | None) -> Text:
    return Text(place(cited, LONGEST_PLACE) if cited else "", style="cyan")


def _quoted(cited: Iterable[Evidence]) -> Text:
    return Text("\n").join(_with_place(one) for one in cited)


def _with_place(one: Evidence) -> Text:
    quote = f"“{shortened(one.quote, LONGEST_QUOTE)}”"
    return Text.assemble((place(one, LONGEST_PLACE), "cyan"), " ", (quote, "dim"))
