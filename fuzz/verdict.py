"""What is asked of every hostile file, and the table of how they ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from factsheet_schemas import DocumentStatus

from .measure import Outcome

MOST_SECONDS = 60
STARTING_S = 2  # of a process on a busy machine, and the end of one that is stopped
MOST_MB = 1024
_TYPED = frozenset(status.value for status in DocumentStatus)


def failing(outcome: Outcome) -> str | None:
    """What is wrong with how a file ended; None where nothing is."""
    if outcome.status not in _TYPED:
        return f"not typed: {outcome.status} {outcome.reason}"
    if outcome.status != DocumentStatus.OK and not outcome.reason:
        return "no reason"
    # The files inside a container have a time each, and one in all, which is longer.
    if outcome.num_documents == 1 and outcome.seconds > MOST_SECONDS + STARTING_S:
        return f"took {outcome.seconds} s"
    if outcome.child_mb > MOST_MB or outcome.grown_mb > MOST_MB:
        return f"took {max(outcome.child_mb, outcome.grown_mb)} MB"
    return None


def failings(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """The same of many, with their names."""
    for outcome in outcomes:
        if wrong := failing(outcome):
            yield f"{outcome.name}: {wrong}"


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Lines: how many ended how, and what they took; then the slowest."""
    kinds: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.status, _kind(outcome)].append(outcome)
    yield f"{'files':>6}  {'p50 s':>6} {'max s':>6} {'child MB':>8} {'grown MB':>8}  outcome"
    for (status, reason), ended in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        seconds = [one.seconds for one in ended]
        largest = max(one.child_mb for one in ended), max(one.grown_mb for one in ended)
        costs = f"{median(seconds):6.2f} {max(seconds):6.2f} {largest[0]:8.0f} {largest[1]:8.0f}"
        yield f"{len(ended):6}  {costs}  {status}{': ' if reason else ''}{reason}"
    slowest = sorted(outcomes, key=lambda one: -one.seconds)[:5]
    yield "slowest: " + ", ".join(f"{one.name} {one.seconds:.1f} s" for one in slowest)


def _kind(outcome: Outcome) -> str:
    """The reason without what differs from file to file."""
    reason = outcome.reason.partition(": ")[0].partition("; ")[0]
    words = ("N" if any(char.isdigit() for char in word) else word for word in reason.split())
    return " ".join(words)[:60]
