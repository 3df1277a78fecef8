"""Instalments that words give by their number and first and last dates, written out."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from dateutil.relativedelta import relativedelta
from factsheet_schemas.record import JsonValue

from .amounts import find_amounts
from .dates import Found, find_dates
from .figures import find_percents
from .numbers import nearly
from .ordinals import read_count
from .words import RUN

Step = dict[str, JsonValue]
MOST_INSTALMENTS = 400  # monthly for more than thirty years
SLACK = 0.005
_TO = re.compile(
    r"\s*(?:to|until|through|till|bis|hasta|al?|jusqu['’]?au|do|[-–—])\s*", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?P<first>\d{1,3})\s*(?:to|[-–—])\s*(?P<last>\d{1,3})\D*$", re.IGNORECASE)
_MONTHS = {
    1: r"monthly|(?:each|every|per)\s+month",
    3: r"quarterly|(?:each|every|per)\s+quarter",
    6: r"semi-?\s?annual(?:ly)?|half-?\s?yearly|bi-?annual(?:ly)?|every\s+six\s+months",
    12: r"annual(?:ly)?|yearly|(?:each|every|per)\s+year",
}
_FREQUENCY = "|".join(rf"(?P<every{months}>\b(?:{words})\b)" for months, words in _MONTHS.items())
_EVERY = re.compile(_FREQUENCY, re.IGNORECASE)
_EQUAL = re.compile(
    rf"\b(?P<count>\d{{1,3}}|{RUN})(?:\s*\(\d+\))?\s+(?P<kind>(?:[\w-]+\s+){{0,4}}?)"
    r"(?:instal+ments?|payments?)\b(?P<rest>.{0,600})",
    re.IGNORECASE | re.DOTALL,
)
_FIRST = re.compile(
    r"\b(?:commencing|beginning|starting|first|with\s+effect)\b[^.;]{0,80}$", re.IGNORECASE
)


_FINAL = re.compile(
    r"\b(?:final|last|balloon)\s+(?:and\s+\w+\s+)?(?:principal\s+)?(?:instal+ment|payment)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Series:
    """Instalments at even distances, each of one level."""

    first: Found
    months: int
    count: int
    level: Step

    def steps(self) -> Iterator[Step]:
        """Each with its date; those of a month's last day stay on last days."""
        for number in range(self.count):
            yield {"date": _moved(self.first, number * self.months), **self.level}


def regular_steps(text: str) -> list[Step]:
    """The instalments of "Nos. 1 to 8 (31 March 2022 to 31 December 2023) 1.50 each", row by row,
    or of "twelve equal quarterly instalments commencing on 30 June 2027"; empty for other words."""
    steps = [step for one in _rows(text) or list(_equal(text)) for step in one.steps()]
    return _levelled(steps) if len(steps) <= MOST_INSTALMENTS else []


def _rows(text: str) -> list[_Series]:
    """A series for each pair of dates, and for each date between them; none where one row of them
    cannot be told."""
    spans = [one for one in _spans(text) if one[1] or not _FIRST.search(text[: one[0].start])]
    starts = [first.start for first, _ in spans]
    months = _distance(spans)
    found, before = [], 0
    for (first, last), end in zip(spans, [*starts[1:], len(text)][: len(spans)], strict=True):
        lead, figures = text[before : first.start], text[(last or first).end : end]
        before = (last or first).end
        series = _series(first, last, lead, figures, months) if last else _single(first, figures)
        if series is None:
            return []
        found.append(series)
    return found if has_ranges(text) else []


def has_ranges(text: str) -> bool:
    """Whether a text has dates of which one is another's end: "March 31, 2022 to ..."."""
    return any(last for _, last in _spans(text))


def _distance(spans: Sequence[tuple[Found, Found | None]]) -> int | None:
    """The months from a row's last date to the next row's first one, where they are always the
    same."""
    gaps = {
        _months_between(last, following)
        for (_, last), (following, _) in pairwise(spans)
        if last is not None
    }
    return gaps.pop() if len(gaps) == 1 and min(gaps) > 0 else None


def _spans(text: str) -> Iterator[tuple[Found, Found | None]]:
    """The dates of a text, two together where one is the other's end."""
    dates = list(find_dates(text))
    while dates:
        first = dates.pop(0)
        is_pair = dates and _TO.fullmatch(text[first.end : dates[0].start])
        yield first, dates.pop(0) if is_pair else None


def _single(first: Found, figures: str) -> _Series | None:
    level = _level(figures)
    return _Series(first, 0, 1, level) if level else None


def _series(
    first: Found, last: Found, lead: str, figures: str, months: int | None
) -> _Series | None:
    level = _level(figures)
    span = _months_between(first, last)
    count = _count(lead, figures, span) or (span // months + 1 if months else None)
    if level is None or not count or count < 2 or span <= 0 or span % (count - 1):
        return None
    return _Series(first, span // (count - 1), count, level)


def _count(lead: str, figures: str, span: int) -> int | None:
    """How many instalments: by their numbers, their frequency, or their total."""
    if numbered := _NUMBERED.search(lead):
        return int(numbered["last"]) - int(numbered["first"]) + 1
    if months := _every(lead + figures):
        return span // months + 1
    bare = [figure.value for figure in find_percents(figures)]
    if len(bare) > 1 and bare[0] > 0 and nearly(bare[1] / bare[0], round(bare[1] / bare[0])):
        return round(bare[1] / bare[0])
    return None


def _every(text: str) -> int | None:
    found = _EVERY.search(text)
    return int(found.lastgroup.removeprefix("every")) if found and found.lastgroup else None


def _level(text: str) -> Step | None:
    """An instalment's percentage or amount; a bare figure may be either."""
    percents = [figure for figure in find_percents(text) if figure.is_marked]
    if percents:
        return {"percent": percents[0].value}
    amounts = find_amounts(text)
    return {"amount": amounts[0].amount} if amounts else None


def _equal(text: str) -> Iterator[_Series]:
    """Equal instalments by their number, frequency and first date, and a last one on its date."""
    for match in _EQUAL.finditer(text):
        rest = match["rest"]
        dates = find_dates(rest)
        lead = rest[: dates[0].start] if dates else ""
        count = read_count(match["count"], is_english=True)
        months = _every(f"{match['kind']} {lead}")
        if not count or not months or not (dates and _FIRST.search(lead)):
            continue
        level = _level(lead)
        if level is None and "equal" in match["kind"].casefold():
            level = {"percent": round(100 / count, 4)}
        if level is not None:
            series = _Series(dates[0], months, count, level)
            yield series
            yield from _last(rest, dates[1:], level)
            return


def _last(rest: str, dates: Sequence[Found], level: Step) -> Iterator[_Series]:
    """The final instalment of another size, where its date and figure are given."""
    final = _FINAL.search(rest)
    for found in dates if final else ():
        if final and found.start > final.end():
            own = _level(rest[final.end() : found.start]) or _level(rest[found.end :])
            if own is not None and own.keys() == level.keys():
                yield _Series(found, 0, 1, own)
            return


def _levelled(steps: Sequence[Step]) -> list[Step]:
    """Bare figures as percentages where they sum to 100."""
    total = sum(step.get("amount", 0.0) for step in steps)
    if not steps or abs(total - 100) > 100 * SLACK:
        return [_plain(step) for step in steps]
    return [{"date": step["date"], "percent": step["amount"]} for step in steps]


def _plain(step: Step) -> Step:
    amount = step.get("amount")
    return {**step, "amount": int(amount)} if amount and amount == int(amount) else step


def _months_between(first: Found, last: Found) -> int:
    return 12 * (last.year - first.year) + (last.month or 1) - (first.month or 1)


def _moved(first: Found, months: int) -> str:
    if first.day is None:
        moved = date(first.year, first.month or 1, 1) + relativedelta(months=months)
        return moved.isoformat()[:7]
    is_last_day = first.day == monthrange(first.year, first.month or 1)[1]
    day = 31 if is_last_day else first.day
    moved = date(first.year, first.month or 1, 1) + relativedelta(months=months)
    return (moved + relativedelta(day=day)).isoformat()
