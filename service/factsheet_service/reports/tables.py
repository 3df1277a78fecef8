"""The look that all tables in a terminal share."""

from __future__ import annotations

from rich import box
from rich.table import Table
from rich.text import Text


def plain_table(title: str | None = None) -> Table:
    """A table with lines below its head alone; its columns are the caller's."""
    return Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        box=box.HORIZONTALS,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
    )
