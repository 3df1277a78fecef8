"""Dates that are only as precise as the source: day, month or year."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta
from factsheet_schemas.record import JsonValue

_FORMATS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


def add_offset(value: JsonValue, offset: relativedelta) -> dict[str, str]:
    """A date value ({"date", "precision"}) moved on; it stays as precise as it was."""
    moved = as_date(value) + offset
    precision = str(value["precision"])
    return {"date": moved.strftime(_FORMATS[precision]), "precision": precision}


def as_date(value: JsonValue) -> date:
    """The first day that a date value can mean."""
    parts = [int(part) for part in str(value["date"]).split("-")]
    return date(*([*parts, 1, 1])[:3])
