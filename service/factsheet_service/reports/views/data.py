"""The views as data; ``row`` is a row's name, None the deal."""

from __future__ import annotations

from factsheet_schemas import Evidence, Status
from factsheet_schemas.record import JsonValue, Wire
from pydantic import Field

VIEWS = ("timelines", "ladders", "definitions", "missing")


class TimelineStep(Wire):
    """One level, and from when or under what condition it holds."""

    when: str = Field(description="date, period or condition, as written where it is")
    starts: str | None = Field(default=None, description="ISO 8601, where the words name a date")
    value: JsonValue
    shown: str
    evidence: Evidence | None = None
    overruled: str | None = Field(default=None, description="why it no longer holds")


class Timeline(Wire):
    """How one field of one row goes over time: a margin, a repayment schedule."""

    row: str | None
    field: str
    label: str
    steps: tuple[TimelineStep, ...]


class Rung(Wire):
    """The level of a ratio at which one thing happens."""

    consequence: str
    field: str
    status: Status
    shown: str
    comparator: str | None = None
    evidence: tuple[Evidence, ...] = ()


class Ladder(Wire):
    """All levels of one ratio, the mildest consequence first."""

    metric: str
    row: str | None
    rungs: tuple[Rung, ...]


class Term(Wire):
    """A defined term, the sentence that defines it, and the terms that this is made of."""

    term: str
    depth: int
    definition: Evidence
    uses: tuple[str, ...] = ()


class Chain(Wire):
    """From the words behind a value to the terms that they rest on, each below what uses it."""

    row: str | None
    field: str
    label: str
    terms: tuple[Term, ...]


class Miss(Wire):
    """A field that was looked for and not found, with the lines that come nearest."""

    row: str | None
    field: str
    label: str
    status: Status
    windows_asked: int
    reason: str | None = None
    near: tuple[Evidence, ...] = ()


class Views(Wire):
    """All views of one record; those that were not asked for are empty."""

    timelines: tuple[Timeline, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    definitions: tuple[Chain, ...] = ()
    missing: tuple[Miss, ...] = ()
