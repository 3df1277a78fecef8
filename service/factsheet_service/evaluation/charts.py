"""The geometry of a report's charts, in units of the drawing; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .calibration import Bin
from .counts import Counts

PLOT = 300.0  # side of the reliability diagram's square
LEAST_RADIUS, MOST_RADIUS = 3.0, 16.0
BAR, GAP = 11.0, 9.0  # height of a bar, and the gap between the bars of two names
LABELS, LENGTH = 210.0, 360.0  # width of the names, and of a bar of 1.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin of the reliability diagram; ``y`` grows downwards."""

    x: float
    y: float
    radius: float
    bin: Bin


def dots(bins: Sequence[Bin]) -> tuple[Dot, ...]:
    """Bins at (mean confidence, share right); areas go by their counts."""
    most = max((one.num for one in bins), default=0)
    return tuple(_dot(one, most) for one in bins if one.num)


def _dot(one: Bin, most: int) -> Dot:
    radius = max(LEAST_RADIUS, MOST_RADIUS * math.sqrt(one.num / most))
    share, confidence = one.share_right or 0.0, one.mean_confidence or 0.0
    return Dot(PLOT * confidence, PLOT * (1 - share), radius, one)


@dataclass(frozen=True, slots=True)
class Bar:
    """One reader's F1 under one name; ``ratio`` None: nothing to count."""

    reader: int  # which of the readers, from 0
    y: float
    length: float
    ratio: float | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of one name, one per reader."""

    name: str
    y: float  # middle of its bars
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class BarChart:
    """F1 by name, readers side by side."""

    names: tuple[Bars, ...]
    height: float


def bar_chart(titles: Mapping[str, str], readers: Sequence[Mapping[str, Counts]]) -> BarChart:
    """F1 of every reader under every name that the first has something to count under.

    ``titles`` are the names as shown, by the keys of the readers' counts.
    """
    kept = [key for key in titles if readers[0].get(key, Counts()).f1 is not None]
    step = BAR * len(readers) + GAP
    names = tuple(
        Bars(
            name=titles[key],
            y=GAP + step * at + BAR * len(readers) / 2,
            bars=tuple(_bars(key, GAP + step * at, readers)),
        )
        for at, key in enumerate(kept)
    )
    return BarChart(names, GAP + step * len(kept))


def _bars(key: str, top: float, readers: Sequence[Mapping[str, Counts]]) -> Iterator[Bar]:
    for number, reader in enumerate(readers):
        counts = reader.get(key, Counts())
        yield Bar(number, top + BAR * number, LENGTH * (counts.f1 or 0.0), counts.f1, counts)
