"""Regular instalments: how much, how often, from when, until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .calendar import MONTHS, Period, dates
from .quantities import COUNT, amounts, number_in_words, percents

LONGEST = 400
LEAST_SHARE = 0.02  # percent; less is an interest rate's rounding or no instalment
FREQUENCIES = (
    (re.compile(r"\bsemi-?annual|\bhalf-?yearly|\beach half-year|\bsix[- ]month", re.I), 6),
    (
        re.compile(
            r"\bquarter(?:ly|-annual)|\beach (?:fiscal |calendar )?quarter|\bthree months", re.I
        ),
        3,
    ),
    (re.compile(r"\bmonthly|\beach (?:calendar )?month|\bevery month", re.I), 1),
    (
        re.compile(r"\bannual|\byearly|\beach (?:calendar |fiscal )?year|\beach anniversary", re.I),
        12,
    ),
)
_MONTH = "|".join(MONTHS)
LISTED = re.compile(rf"\b(?:each|every) ((?:(?:{_MONTH})(?: \d{{1,2}})?(?:,? and |, )?)+)")
EACH_DAY = re.compile(
    rf"\b(?:each|every) (?:\d{{1,2}} (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}})"
    rf"(?P<more>(?:,| and) (?:\d{{1,2}} (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}}))*"
)
YEARS = re.compile(
    rf"\b(?:each|every) (?P<day>\d{{1,2}} (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}}),? (?:in|from) "
    r"(?:each of )?(?P<first>(?:19|20)\d\d) (?:to|through|until) (?P<last>(?:19|20)\d\d)"
)
NUMBER_OF = re.compile(
    rf"\b(?P<count>\d{{1,3}}|{COUNT})(?: \(\d{{1,3}}\))?,? "
    r"(?:(?:substantially |approximately )?(?:equal|consecutive|successive|structured|monthly"
    r"|quarterly|quarter-annual|semi-?annual|half-?yearly|annual|yearly|principal)(?:,| and)? )+"
    r"(?:instal?lments|payments)",
    re.IGNORECASE,
)
UNTIL = re.compile(
    r"(?:to and including|through and including|through|until|ending(?: on)?|to|final\w*"
    r" (?:instal?lment|payment)[^.;]{0,40} on) (?:the )?$"
)
REST = re.compile(r"balance|remain|balloon|outstanding|unpaid|entire|maturity|termination", re.I)
FIRST = re.compile(r"(?:commenc|beginning|starting|first|from)[^.;]{0,60}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instalments:
    """A schedule in words made into rows."""

    written: str
    first: str  # the words of the first date
    rule: str
    is_to_end: bool  # the last row is at the date given from elsewhere


def regular(text: str, whole: float | None, last: str | None) -> Instalments | None:
    """The instalments that a sentence describes.

    ``whole`` is the amount that amounts are shares of, ``last`` the month in which the rest falls
    due. None where first date, step or share are not told.
    """
    begin, step = _first(text), _step(text)
    count = _count(text)
    each = _each(text, whole, count)
    if begin is None or step is None or each is None:
        return None
    first, words = begin
    limit = _until(text, first) or last
    rests = bool(REST.search(text)) or count is None
    rows = _rows(first, step, each, limit, count)
    left = 100.0 - sum(percent for _, percent in rows)
    is_to_end = rests and left > LEAST_SHARE and last is not None and last >= rows[-1][0]
    if is_to_end and last:
        is_same = last == rows[-1][0]
        rows = [*rows[:-1], (last, rows[-1][1] + left)] if is_same else [*rows, (last, left)]
    elif left > 1.0:
        return None
    rule = f"{_shown(each)} every {step} months, the rest at the end"
    return Instalments("; ".join(f"{at} {_shown(p)}" for at, p in rows), words, rule, is_to_end)


def _rows(
    first: str, step: int, each: float, limit: str | None, count: int | None
) -> list[tuple[str, float]]:
    rows: list[tuple[str, float]] = []
    left, at = 100.0, first
    while left > each * 0.02 and len(rows) < min(count or LONGEST, LONGEST):
        if rows and limit and at > limit:
            break
        rows.append((at, min(each, left)))
        left -= min(each, left)
        at = Period(0, 0, step, "months").after(at)
    return rows


def _first(text: str) -> tuple[str, str] | None:
    """The month of the first instalment and its words."""
    if years := YEARS.search(text):
        found = next(iter(dates(f"{years['day']} {years['first']}", 0, 40)), None)
        return (found.value[:7], years.group()) if found else None
    found_all = list(dates(text, 0, len(text)))
    led = [
        found for found in found_all if FIRST.search(text, max(0, found.start - 80), found.start)
    ]
    first = next(iter(led or found_all), None)
    return (first.value[:7], text[first.start : first.end]) if first else None


def _until(text: str, first: str) -> str | None:
    """The month up to which the instalments run, where the words say so."""
    if years := YEARS.search(text):
        return f"{years['last']}-{first[5:]}"
    return next(
        (
            found.value[:7]
            for found in dates(text, 0, len(text))
            if found.value[:7] > first
            and UNTIL.search(text[max(0, found.start - 60) : found.start])
        ),
        None,
    )


def _step(text: str) -> int | None:
    if listed := LISTED.search(text):
        named = len(re.findall(_MONTH, listed[1]))
        if named > 1 or re.search(rf"(?:{_MONTH})(?! \d)", listed[1]):
            return 12 // named if named in (1, 2, 3, 4, 6, 12) else None
    if each := EACH_DAY.search(text):
        named = len(re.findall(_MONTH, each.group()))
        return 12 // named if named in (1, 2, 3, 4, 6) else None
    return next((months for pattern, months in FREQUENCIES if pattern.search(text)), None)


def _count(text: str) -> int | None:
    """How many instalments there are."""
    found = NUMBER_OF.search(text)
    if found is None:
        return None
    written = found["count"]
    number = int(written) if written.isdigit() else number_in_words(written)
    return int(number) if number and number > 1 else None


def _each(text: str, whole: float | None, count: int | None) -> float | None:
    """The share of one instalment, in percent."""
    figure = next(iter(amounts(text, 0, len(text))), None)
    if figure and figure.number and whole and figure.number < whole:
        return figure.number / whole * 100
    percent = next((p for p in percents(text, 0, len(text)) if 0 < (p.number or 0) <= 50), None)
    if percent and percent.number:
        behind = text[percent.end : percent.end + 120]
        is_yearly = re.match(r"[ ,]*(?:per annum|per year|annually)", behind)
        step = _step(text)
        return percent.number * step / 12 if is_yearly and step else percent.number
    return 100 / count if count else None


def _shown(percent: float) -> str:
    text = f"{Decimal(percent):.4f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def share(amount: float, whole: float) -> str:
    """``amount`` as a percentage of ``whole``, to four places."""
    return _shown(float(Decimal(amount) / Decimal(whole) * 100))
