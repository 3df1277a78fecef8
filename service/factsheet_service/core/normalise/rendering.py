"""Values as people read them, in the CSV and on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.record import JsonValue


def render(spec: FieldSpec, value: JsonValue) -> str:
    """One value in the form that its label promises; empty for None.

    Amounts are shown in thousands where the label or unit says '000 ("EUR 250,000" for 250
    million), dates as MM/YYYY where the label or unit says so.
    """
    if value is None:
        return ""
    if spec.is_many and isinstance(value, list):
        return "; ".join(render(spec, one) for one in value)
    if spec.type is FieldType.AMOUNT:
        return _amount(value, in_thousands=_promises(spec, "'000"))
    if spec.type is FieldType.DATE:
        return _date(str(value["date"]), by_month=_promises(spec, "MM/YYYY"))
    return _BY_TYPE.get(spec.type, str)(value)


def _promises(spec: FieldSpec, form: str) -> bool:
    return form in spec.label or form in (spec.unit or "")


def _amount(value: JsonValue, *, in_thousands: bool) -> str:
    amount = value["amount"] / 1000 if in_thousands else value["amount"]
    return f"{value.get('currency') or ''} {_plain(amount, grouped=True)}".strip()


def _date(iso: str, *, by_month: bool) -> str:
    year, *rest = iso.split("-")
    return f"{rest[0]}/{year}" if rest and (by_month or len(rest) == 1) else iso


def _plain(number: float, *, grouped: bool = False) -> str:
    text = f"{number:{',' if grouped else ''}.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _decimals(number: float) -> str:
    """At least two decimals, as rates and ratios are written, and up to six."""
    whole, _, decimals = _plain(number).partition(".")
    return f"{whole}.{decimals:0<2}"


def _schedule(steps: JsonValue) -> str:
    return "; ".join(f"{_date(str(step['date']), by_month=True)}: {_level(step)}" for step in steps)


def _level(step: JsonValue) -> str:
    if step.get("percent") is not None:
        return f"{_decimals(float(step['percent']))}%"
    return _plain(float(step["amount"]), grouped=True)


def _listed(values: JsonValue) -> str:
    return ", ".join(_plain(float(one)) for one in values)


_BY_TYPE: Mapping[FieldType, Callable[[JsonValue], str]] = {
    FieldType.TEXT_LIST: "; ".join,
    FieldType.ENUM_LIST: "; ".join,
    FieldType.CURRENCY_LIST: "; ".join,
    FieldType.TENOR_SET: ", ".join,
    FieldType.PERCENT: lambda value: f"{_decimals(float(value))}%",
    FieldType.RATIO: lambda value: f"{_decimals(float(value))}x",
    FieldType.NUMBER: lambda value: _plain(float(value)),
    FieldType.NUMBER_LIST: _listed,
    FieldType.RANGE: lambda value: f"{_plain(value['low'])}-{_plain(value['high'])}",
    FieldType.TALLY: lambda value: "; ".join(f"{count} {name}" for name, count in value.items()),
    FieldType.MONTH: lambda value: f"{int(value):02}",
    FieldType.SCHEDULE: _schedule,
}
