"""Progress on the terminal: live bars, or plain lines where there is no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from factsheet_service.core.progress import (
    Event,
    FileRead,
    FileReplaced,
    Progress,
    StageAdvanced,
    StageStarted,
)

NUM_PLAIN_LINES = 4  # per stage, so that logs stay short


@contextmanager
def shown_on(console: Console) -> Iterator[Progress]:
    """A progress that shows what it is told on the console, until the block ends."""
    if not console.is_terminal:
        yield PlainLines(console)
        return
    columns = (
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        yield LiveBars(bars)


class LiveBars:
    """A bar per stage; files pass above the bars, one line each."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        """Show the event."""
        match event:
            case FileRead() | FileReplaced():
                self._bars.console.print(file_line(event))
            case StageStarted(stage=stage, total=total):
                self._bars.update(self._task(stage), total=total, completed=0)
            case StageAdvanced(stage=stage, done=done, total=total):
                self._bars.update(self._task(stage), completed=done, total=total)

    def _task(self, stage: str) -> TaskID:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=None)
        return self._tasks[stage]


class PlainLines:
    """A line per file and a few per stage, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._quarters: dict[str, int] = {}

    def __call__(self, event: Event) -> None:
        """Print the event, if it is due."""
        match event:
            case FileRead() | FileReplaced():
                self._console.print(file_line(event))
            case StageStarted(stage=stage, total=total):
                self._quarters[stage] = 0
                self._console.print(stage if total is None else f"{stage}: {total} steps")
            case StageAdvanced(stage=stage, done=done, total=total) if total:
                self._advance(stage, done, total)

    def _advance(self, stage: str, done: int, total: int) -> None:
        quarter = NUM_PLAIN_LINES * done // total
        if quarter > self._quarters.get(stage, 0):
            self._quarters[stage] = quarter
            self._console.print(f"{stage}: {done} of {total}")


def file_line(event: FileRead | FileReplaced) -> str:
    """One line on a file: replaced, read with so many pages, or not and why."""
    if isinstance(event, FileReplaced):
        return f"replaced   {event.name}: another file of this name was here before"
    pages = f" ({event.num_pages} pages)" if event.num_pages else ""
    reason = f": {event.reason}" if event.reason else ""
    return f"{event.status:<10} {event.name}{pages}{reason}"
