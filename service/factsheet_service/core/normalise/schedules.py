"""Schedules: dated percentages or amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factsheet_schemas.record import JsonValue, Qualifiers

from .amounts import find_amounts
from .dates import find_dates
from .numbers import nearly
from .percents import find_percents
from .result import Normalised, NotAValue

Step = dict[str, JsonValue]
_AT_MATURITY = re.compile(
    r"\bbullet\b|\bat\s+(?:\w+\s+)?maturity\b"
    r"|\b(?:final\s+)?(?:maturity|termination|repayment)\s+date\b",
    re.IGNORECASE,
)


def normalise_schedule(written: str, quote: str = "") -> Normalised:
    """``[{"date": "2027-06", "percent": 2.5}]``, or with amounts, from "06/2027 2.5%; ...".

    All at an undated maturity gives no value but the anchor. Percentages that do not sum to 100
    say so in ``rule``.

    Raises:
        NotAValue: there is no date with a percentage or amount.
    """
    steps = _steps(written)
    if steps:
        return Normalised(steps, Qualifiers(rule=_sum_rule(steps)))
    if names_maturity(written):
        marked = [figure.value for figure in find_percents(written) if figure.is_marked]
        level = {"condition": "at maturity", "value": marked[0] if marked else 100.0}
        return Normalised(None, Qualifiers(anchor="Maturity Date", steps=(level,)))
    raise NotAValue(f"no dated percentage or amount in {written!r}")


def names_maturity(text: str) -> bool:
    """Whether the words put a payment at maturity without saying when that is."""
    return _AT_MATURITY.search(text) is not None


def _steps(text: str) -> list[Step]:
    """Each date with the figure that follows it, or else the one before it."""
    dates = find_dates(text)
    bounds = [*(found.start for found in dates), len(text)]
    steps = []
    for found, end in zip(dates, bounds[1:], strict=True):
        figure = _figure(text[found.end : end])
        if figure:
            steps.append({"date": found.wire["date"], **figure})
    return steps or _figures_first(text)


def _figures_first(text: str) -> list[Step]:
    steps, last = [], 0
    for found in find_dates(text):
        figure = _figure(text[last : found.start])
        if figure:
            steps.append({"date": found.wire["date"], **figure})
        last = found.end
    return steps


def _figure(text: str) -> Step | None:
    percents = [figure.value for figure in find_percents(text) if figure.is_marked]
    if percents:
        return {"percent": percents[0]}
    amounts = find_amounts(text)
    if not amounts:
        return None
    best = next((amount for amount in amounts if amount.currency or amount.has_scale), amounts[0])
    return {"amount": int(best.amount) if best.amount == int(best.amount) else best.amount}


def _sum_rule(steps: Sequence[Step]) -> str | None:
    percents = [step["percent"] for step in steps if "percent" in step]
    total = sum(percents)
    if len(percents) < len(steps) or abs(total - 100) < 0.5:
        return None
    return f"percentages sum to {round(total, 4):g}"


def same_schedule(first: Sequence[Step], second: Sequence[Step]) -> bool:
    """Equal month by month; several entries of one month are added up."""
    one, other = _by_month(first), _by_month(second)
    return one.keys() == other.keys() and all(
        abs(one[key] - other[key]) <= 0.01 or nearly(one[key], other[key]) for key in one
    )


def _by_month(steps: Sequence[Step]) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str], float] = {}
    for step in steps:
        kind = "percent" if step.get("percent") is not None else "amount"
        key = (str(step["date"])[:7], kind)
        sums[key] = sums.get(key, 0.0) + float(step[kind])
    return sums
