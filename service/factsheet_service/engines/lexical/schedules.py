"""Schedules: rows of date and share, regular instalments, and all at one date."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from factsheet_schemas import FieldSpec
from factsheet_schemas.lexicon import ScheduleFinder, WholeFinder

from .calendar import Period, dates
from .flat import Span
from .instalments import regular, share
from .material import Candidate, Material, compiled
from .quantities import Found, amounts, percents

NEAR = 40  # between a row's date and its figure
HEAD = 120  # how far above the first row the table's head may stand
PERCENT_HEAD = re.compile(r"%|\bper ?cent", re.I)
BARE_SHARE = re.compile(r"(?: \([^()]{1,60}\))?[ |]{1,3}(\d{1,3}(?:\.\d{1,4})?)(?![\d.,/%])")
DOUBLE = re.compile(r"(?:\bdates?\b[^.;\d]{1,40}){2}(?=\d|[A-Z][a-z]+ \d)", re.IGNORECASE)
THROUGH = re.compile(r" (?:through|thru|to|until)(?: and including)? (?=[A-Z\d])")
ASIDE = re.compile(r" \([^()]{1,60}\)")  # words about a date
FAR = 160  # between two rows
TITLE = re.compile(r"(?:SCHEDULE|ANNEX|APPENDIX|EXHIBIT|PART) [A-Z\d]+\b|Part [A-Z]\b")
NO_SHARES = 0.8  # amounts that cannot be set against the whole are less sure


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A date with its share (percent) or amount."""

    date: str
    figure: Found
    is_share: bool


def find_schedules(
    spec: FieldSpec, finder: ScheduleFinder, material: Material
) -> Iterator[Candidate]:
    """A table of dates behind a match, else the instalments that its sentence describes."""
    for match in material.matches(finder.regex, finder):
        for bound in material.candidate(spec, finder, "", (match.span(),)):
            for entity in bound.entities or (None,):
                found = _table(finder, material, match, entity) or _instalments(
                    finder, material, match, entity
                )
                if found:
                    yield _made(bound, entity, found)


def _made(bound: Candidate, entity: int | None, found: _Schedule) -> Candidate:
    return replace(
        bound,
        entities=() if entity is None else (entity,),
        value=found.text,
        spans=found.spans,
        score=bound.score if "%" in found.text else bound.score * NO_SHARES,
        qualifiers=found.qualifiers,
    )


@dataclass(frozen=True, slots=True)
class _Schedule:
    text: str
    spans: tuple[Span, ...]
    qualifiers: Mapping[str, str]


def _table(
    finder: ScheduleFinder, material: Material, match: re.Match[str], entity: int | None
) -> _Schedule | None:
    rows, end = _rows(finder, material, match.end(), entity)
    start = match.start()
    if len(rows) < 2 and (place := _place(finder, material, match)):
        rows, end = _rows(finder, material, place, entity)
        start = place
    if len(rows) < 2:
        return None
    text = _written(rows, _whole(finder, material, entity))
    last = material.best(finder.end, entity) if finder.end else None
    dated = last.spans if last and rows[-1].date == last.value[:7] else ()
    anchored = last.qualifiers if last and dated and "anchor" in last.qualifiers else {}
    clause = () if start == match.start() else (match.span(),)
    return _Schedule(text, ((start, end), *clause, *dated), anchored) if text else None


def _place(finder: ScheduleFinder, material: Material, match: re.Match[str]) -> int | None:
    """Where the table stands that the match's sentence refers to: ``set out in Schedule 4``."""
    text = material.flat.text
    end = material.flat.sentence(match.end() - 1)[1]
    named = finder.place and compiled(finder.place).search(text, match.start(), end)
    if not named:
        return None
    part, _, whole = named.group().rpartition(" of ")
    found = _titled(material, whole.removeprefix("the "), match.end(), last=True)
    return _titled(material, part, found, last=False) if part and found else found


def _titled(material: Material, title: str, after: int, *, last: bool) -> int | None:
    """A line behind an offset that begins with a title: the last one or the first."""
    pattern = re.compile(rf"{re.escape(title)}\b(?!\.\d)", re.IGNORECASE)
    text, starts = material.flat.text, material.flat.line_starts
    found = [start for start in starts if start > after and pattern.match(text, start)]
    return found[-1 if last else 0] if found else None


def _rows(
    finder: ScheduleFinder, material: Material, start: int, entity: int | None
) -> tuple[list[ScheduleRow], int]:
    text = material.flat.text
    end = min(len(text), start + finder.reach, _next_title(material, start))
    rows: list[ScheduleRow] = []
    last, opened = start, None
    is_double = bool(DOUBLE.search(text, max(0, start - HEAD), min(end, start + 4 * FAR)))
    for found in dates(text, start, end):
        if found.start - last > (FAR if rows else 4 * FAR):
            break
        if THROUGH.match(text, found.end):
            opened = found.value[:7]
            continue
        aside = ASIDE.match(text, found.end)
        limit = min(end, (aside.end() if aside else found.end) + NEAR)
        share = next(iter(percents(text, found.end, limit)), None)
        if share is None and (
            rows or PERCENT_HEAD.search(text, max(0, found.start - HEAD), found.start)
        ):
            share = _bare_share(text, found.end, limit) if not rows or rows[-1].is_share else None
        figure = share or next(iter(amounts(text, found.end, limit + 20)), None)
        if figure is None or re.search(r"[.;]\s", text[found.end : figure.start]):
            continue
        if rows and found.value[:7] < rows[-1].date and not is_double:
            break  # the next table
        ends = (opened, found.value[:7]) if opened else (found.value[:7],) * 2
        rows += [ScheduleRow(date, figure, share is not None) for date in _quarters(*ends)]
        last, opened = figure.end, None
    rows.sort(key=lambda row: row.date)
    if len(rows) > 1 and (final := _final(finder, material, last, rows[-1].is_share, entity)):
        rows.append(final)
        last = final.figure.end
    return rows, last


def _quarters(first: str, last: str) -> Iterator[str]:
    """The months of a period's quarterly instalments."""
    date = first
    while date <= last:
        yield date
        date = Period(0, 0, 3, "months").after(date)


def _next_title(material: Material, start: int) -> int:
    """Where the next schedule or part begins."""
    text, starts = material.flat.text, material.flat.line_starts
    behind = starts[bisect_right(starts, start) :]
    return next((line for line in behind if TITLE.match(text, line)), len(text))


def _bare_share(text: str, start: int, end: int) -> Found | None:
    """A figure without a sign under a head that says percent."""
    match = BARE_SHARE.match(text, start, end)
    return Found(*match.span(1), f"{float(match[1]):g}%", float(match[1])) if match else None


def _final(
    finder: ScheduleFinder, material: Material, last: int, is_share: bool, entity: int | None
) -> ScheduleRow | None:
    """A last row whose date is a defined term ("Termination Date ... $10,312,500")."""
    best = material.best(finder.end, entity) if finder.end else None
    limit = min(len(material.flat.text), last + 90)
    recognise = percents if is_share else amounts
    figure = next(iter(recognise(material.flat.text, last, limit)), None)
    if (
        best is None
        or figure is None
        or not re.search(r"\bDate\b", material.flat.text[last : figure.start], re.I)
    ):
        return None
    return ScheduleRow(best.value[:7], figure, is_share)


def _whole(finder: ScheduleFinder, material: Material, entity: int | None) -> float | None:
    best = material.best(finder.whole, entity) if finder.whole else None
    return amount_of(best.value) if best else None


def amount_of(written: str) -> float | None:
    """The number of ``USD 165,000,000``."""
    figure = re.search(r"\d[\d,]*(?:\.\d+)?", written)
    return float(figure.group().replace(",", "")) if figure else None


def _written(rows: list[ScheduleRow], whole: float | None) -> str:
    if all(row.is_share for row in rows):
        return "; ".join(f"{row.date} {row.figure.value}" for row in rows)
    if any(row.is_share for row in rows):
        return ""
    if whole and sum(row.figure.number or 0 for row in rows) <= whole * 1.01:
        return "; ".join(f"{row.date} {share(row.figure.number or 0, whole)}" for row in rows)
    return "; ".join(f"{row.date} {row.figure.value}" for row in rows)


def _instalments(
    finder: ScheduleFinder, material: Material, match: re.Match[str], entity: int | None
) -> _Schedule | None:
    """Instalments that the match's sentence describes, the rest at the end."""
    start = material.flat.sentence(match.start())[0]
    end = max(material.flat.sentence(match.end() - 1)[1], match.end())
    last = material.best(finder.end, entity) if finder.end else None
    whole = _whole(finder, material, entity)
    found = regular(material.flat.text[start:end], whole, last.value[:7] if last else None)
    if found is None:
        return None
    computed = {"anchor": found.first, "rule": found.rule}
    spans = ((start, end), *(last.spans if last and found.is_to_end else ()))
    return _Schedule(found.written, spans, computed)


def find_wholes(spec: FieldSpec, finder: WholeFinder, material: Material) -> Iterator[Candidate]:
    """100 % at the date that another field holds."""
    for match in material.matches(finder.regex, finder):
        for made in material.candidate(spec, finder, "", (match.span(),)):
            if "date" in match.groupdict():
                yield from _all_on(material, match, made)
                continue
            for entity in made.entities or range(len(material.entities.all)):
                date = material.best(finder.date, entity)
                if date:
                    yield replace(
                        made,
                        entities=(entity,),
                        value=f"{date.value[:7]} 100%",
                        spans=(match.span(), *date.spans),
                        qualifiers=date.qualifiers if "anchor" in date.qualifiers else {},
                    )


def _all_on(material: Material, match: re.Match[str], made: Candidate) -> Iterator[Candidate]:
    """All at the date that the match itself states."""
    found = next(iter(dates(material.flat.text, *match.span("date"))), None)
    if found:
        yield replace(made, value=f"{found.value[:7]} 100%", spans=(match.span(),))
