"""The figures that are to be reached, judged by the arms that were run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.results import Measured


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure that is to be reached."""

    what: str
    wanted: float
    is_floor: bool  # at least; else at most
    got: float

    @property
    def is_met(self) -> bool:
        """Whether it is reached."""
        return self.got >= self.wanted if self.is_floor else self.got <= self.wanted


def bars(arms: Mapping[str, Measured], document_tokens: int) -> list[Bar]:
    """The bar's figures, as far as their arms were run."""
    found: list[Bar] = []
    full = arms.get("full")
    if full is None:
        return found
    if replay := arms.get("replay"):
        found.append(Bar("makespan of full / replay", 1.10, False, full.wall_s / replay.wall_s))
    if turned := arms.get("question-first"):
        found.append(Bar("question first / full, time", 5, True, turned.wall_s / full.wall_s))
        ratio = turned.uncached_tokens / full.uncached_tokens
        found.append(Bar("question first / full, uncached tokens", 7, True, ratio))
    if uncapped := arms.get("original-uncapped"):
        ratio = uncapped.wall_of_all_s / full.wall_s
        found.append(Bar("original uncapped / full, time", 6, True, ratio))
    swept = full.swept_uncached_tokens / document_tokens
    found.append(Bar("uncached of detection and sweep / document", 1.45, False, swept))
    whole = full.uncached_tokens / document_tokens
    return [*found, Bar("uncached of the whole job / document", 1.6, False, whole)]


def bar_table(found: Sequence[Bar]) -> str:
    """A line per figure."""
    head = "| bar | wanted | measured | |\n|---|---|---|---|"
    lines = (
        f"| {one.what} | {'at least' if one.is_floor else 'at most'} {one.wanted:g} "
        f"| {one.got:.2f} | {'met' if one.is_met else 'MISSED'} |"
        for one in found
    )
    return "\n".join([head, *lines])
