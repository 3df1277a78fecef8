"""Schedules: dated percentages or amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from factsheet_schemas.record import JsonValue, Qualifiers

from .amounts import Amount, find_amounts
from .dates import find_dates
from .figures import find_basis, find_percents
from .instalments import has_ranges, regular_steps
from .numbers import nearly
from .result import Normalised, NotAValue

Step = dict[str, JsonValue]
LEAST_BARE = 1000  # of an amount without currency
MOST_EXAMPLES = 3  # dates that words give where the instalments go on from them
SLACK = 0.005  # how far instalments may miss the whole, for roundings
_AT_MATURITY = re.compile(
    r"\bbullet\b|\bat\s+(?:\w+\s+)?maturity\b"
    r"|\b(?:final\s+)?(?:maturity|termination|repayment)\s+date\b|\blast\s+day\s+of\s+the\s+term\b",
    re.IGNORECASE,
)
_ALL_AT_ONCE = re.compile(
    r"\b(?:single|one)\s+(?:advance|amount|borrowing|draw\w*|instal\w+|loan|payment|sum|utili[sz]ation)\b"
    r"|\bin\s+full\b|\blump\s+sum\b|\bentire\b|\bíntegramente\b|\bde\s+una\s+sola\s+vez\b"
    r"|\bint[eé]gralement\b|\ben\s+une\s+seule\s+fois\b|\bin\s+voller\s+Höhe\b|\bin\s+einem\s+Betrag\b"
    r"|\bintegralmente\b|\bin\s+(?:un'?)?unica\s+soluzione\b|\bjednorazowo\b|\bineens\b",
    re.IGNORECASE,
)
_ON_EVENT = re.compile(r"\b(?:on|as\s+of|at|upon)\s+the\s+(?P<event>(?:[A-Z][\w-]*\s+){1,5}Date)\b")
_ON_DUE_DATE = re.compile(r"\b(?:its|their|the)\s+(?:\w+\s+)?due\s+dates?\b", re.IGNORECASE)
_RECURS = re.compile(
    r"\bthereafter\b|\b(?:equal|consecutive)\s+(?:[\w-]+\s+){0,3}instal+ments\b", re.IGNORECASE
)
_BALANCE = re.compile(
    r"\b(?:remaining|unpaid|outstanding|entire)\s+(?:\w+\s+){0,4}(?:balance|principal|amount)\b"
    r"|\bbalance\b",
    re.IGNORECASE,
)
MATURITY = "Maturity Date"
BALANCE = "balance"  # of a step: what the others leave of the whole


def normalise_schedule(written: str, quote: str = "") -> Normalised:
    """``[{"date": "2027-06", "percent": 2.5}]``, or with amounts, from "06/2027 2.5%; ...".

    What falls on an undated event stands in ``steps`` with the event as the anchor: all of it, or
    the last instalment of a table ("Termination Date 6.25%"). Figures without a unit that sum to
    100 are percentages. Percentages that do not sum to 100 say so in ``rule``.

    Raises:
        NotAValue: there is no date with a percentage or amount.
    """
    regular = regular_steps(written)
    steps = regular or _steps(written) or _bare_percents(written)
    if not regular and len(steps) <= MOST_EXAMPLES and _RECURS.search(written):
        raise NotAValue(f"instalments that recur are not all given in {written!r}")
    if not regular and has_ranges(written):
        raise NotAValue(f"how often instalments are due is not said in {written!r}")
    if steps:
        last = _undated(written, steps)
        return Normalised(
            steps,
            Qualifiers(
                rule=sum_rule([*steps, *last]), anchor=MATURITY if last else None, steps=last
            ),
        )
    dates = find_dates(written)
    if len(dates) == 1 and _ALL_AT_ONCE.search(written):
        return Normalised([{"date": dates[0].wire["date"], "percent": 100.0}])
    if event := _event(written):
        marked = [figure.value for figure in find_percents(written) if figure.is_marked]
        level = {"condition": f"on {event}", "percent": marked[0] if marked else 100.0}
        return Normalised(None, Qualifiers(anchor=event, steps=(level,)))
    raise NotAValue(f"no dated percentage or amount in {written!r}")


def _bare_percents(text: str) -> list[Step]:
    """A column of figures without a unit, where it sums to 100."""
    steps = as_percents(_steps(text, is_bare=True))
    return steps if all("percent" in step for step in steps) else []


def _event(text: str) -> str | None:
    """The undated event that all of a schedule falls on."""
    if names_maturity(text) or (_ON_DUE_DATE.search(text) and _ALL_AT_ONCE.search(text)):
        return MATURITY
    found = _ON_EVENT.search(text)
    return " ".join(found["event"].split()) if found and _ALL_AT_ONCE.search(text) else None


def _undated(text: str, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The instalment at maturity that stands behind the last dated one, in the same unit."""
    tail = text[find_dates(text)[-1].end :]
    maturity = _AT_MATURITY.search(tail)
    if maturity is None:
        return ()
    if _BALANCE.search(tail):
        return ({"condition": f"on {MATURITY}", BALANCE: True},)
    if _figure(tail[: maturity.start()]) is None:
        return ()
    figure = _figure(tail[maturity.end() :])
    is_alike = figure is not None and all(figure.keys() <= step.keys() for step in steps)
    return ({"condition": f"on {MATURITY}", **figure},) if figure and is_alike else ()


def as_percents(steps: Sequence[Step], whole: float = 100.0) -> list[Step]:
    """Amounts that sum to a whole, within half a percent, as its percentages; else as they are."""
    amounts = [step["amount"] for step in steps if "amount" in step]
    if len(amounts) < len(steps) or not amounts or abs(sum(amounts) / whole - 1) > SLACK:
        return list(steps)
    kept = [{key: value for key, value in step.items() if key != "amount"} for step in steps]
    return [
        {**step, "percent": round(100 * amount / whole, 4)}
        for step, amount in zip(kept, amounts, strict=True)
    ]


def names_maturity(text: str) -> bool:
    """Whether the words put a payment at maturity without saying when that is."""
    return _AT_MATURITY.search(text) is not None


def _steps(text: str, *, is_bare: bool = False) -> list[Step]:
    """Each date with the figure that follows it, or the one before it where that gives more."""
    dates = find_dates(text)
    bounds = [*(found.start for found in dates), len(text)]
    steps = []
    for found, end in zip(dates, bounds[1:], strict=True):
        figure = _figure(text[found.end : end], is_bare=is_bare)
        if figure:
            steps.append({"date": found.wire["date"], **figure})
    before = _figures_first(text, is_bare=is_bare)
    return before if len(before) > len(steps) else steps


def _figures_first(text: str, *, is_bare: bool) -> list[Step]:
    steps, last = [], 0
    for found in find_dates(text):
        figure = _figure(text[last : found.start], is_bare=is_bare)
        if figure:
            steps.append({"date": found.wire["date"], **figure})
        last = found.end
    return steps


def _figure(text: str, *, is_bare: bool = False) -> Step | None:
    """An instalment: a percentage, or an amount with a currency, a scale or its thousands."""
    percents = [f for f in find_percents(text) if f.is_marked and not _is_rate(text, f.end)]
    if percents:
        return {"percent": percents[0].value}
    amounts = [a for a in find_amounts(text) if is_bare or _is_money(a)]
    if not amounts:
        return None
    best = next((amount for amount in amounts if amount.currency or amount.has_scale), amounts[0])
    return {"amount": int(best.amount) if best.amount == int(best.amount) else best.amount}


def _is_money(amount: Amount) -> bool:
    """Whether a number is more than a row's, a section's or an hour's."""
    return amount.currency is not None or amount.has_scale or amount.amount >= LEAST_BARE


def _is_rate(text: str, end: int) -> bool:
    return find_basis(text[end : end + 12]) == "per_annum"


def sum_rule(steps: Sequence[Step]) -> str | None:
    """What to say of percentages that do not sum to 100."""
    percents = [step["percent"] for step in steps if "percent" in step]
    total = sum(percents)
    if len(percents) < len(steps) or abs(total - 100) < 100 * SLACK:
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
