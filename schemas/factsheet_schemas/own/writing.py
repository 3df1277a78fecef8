"""One value of ours in the form of the user's JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from factsheet_schemas.record import JsonValue

from .shape import Form, Leaf


class Unwritable(ValueError):
    """The value is known, but not in the form that the JSON wants; the message says what is."""


def written(leaf: Leaf, value: JsonValue) -> JsonValue:
    """A value of a record as its leaf writes it. Raises Unwritable."""
    return _BY_FORM[leaf.form](leaf, value)


def _text(_: Leaf, value: JsonValue) -> JsonValue:
    return value if isinstance(value, str) else str(value)


def _boolean(_: Leaf, value: JsonValue) -> JsonValue:
    return value == "Yes"


def _number(_: Leaf, value: JsonValue) -> JsonValue:
    return tidy(float(value))


def _integer(_: Leaf, value: JsonValue) -> JsonValue:
    if float(value) != int(value):
        raise Unwritable(f"{value} is no whole number")
    return int(value)


def _fraction(_: Leaf, value: JsonValue) -> JsonValue:
    return tidy(round(float(value) / 100, 12))


def _basis_points(_: Leaf, value: JsonValue) -> JsonValue:
    return tidy(round(float(value) * 100, 8))


def _amount(_: Leaf, value: JsonValue) -> JsonValue:
    return tidy(value["amount"])


def _currency(leaf: Leaf, value: JsonValue) -> JsonValue:
    if value.get("currency") is None:
        raise Unwritable("the currency is not stated beside the amount")
    return _option(leaf, value["currency"]) if leaf.options else value["currency"]


def _option(leaf: Leaf, value: JsonValue) -> JsonValue:
    if value not in leaf.options:
        raise Unwritable(f"{value} is none of {', '.join(leaf.options)}")
    return leaf.options[value]


def _date(leaf: Leaf, value: JsonValue) -> JsonValue:
    """By the leaf's pattern; ISO, as precise as known, where it has none."""
    iso = str(value["date"])
    if not leaf.pattern:
        return iso
    parts = dict(zip(("%Y", "%m", "%d"), iso.split("-"), strict=False))
    if missing := [part for part in ("%m", "%d") if part in leaf.pattern and part not in parts]:
        raise Unwritable(f"only {iso} is known, without {'month' if len(missing) > 1 else 'day'}")
    text = leaf.pattern
    for part, digits in parts.items():
        text = text.replace(part, digits)
    return text


def tidy(number: float) -> float | int:
    """A whole number without decimals, as JSON's authors write it."""
    return int(number) if number == int(number) else number


_BY_FORM: Mapping[Form, Callable[[Leaf, JsonValue], JsonValue]] = {
    Form.TEXT: _text,
    Form.BOOLEAN: _boolean,
    Form.NUMBER: _number,
    Form.INTEGER: _integer,
    Form.FRACTION: _fraction,
    Form.BASIS_POINTS: _basis_points,
    Form.AMOUNT: _amount,
    Form.CURRENCY: _currency,
    Form.OPTION: _option,
    Form.DATE: _date,
}
