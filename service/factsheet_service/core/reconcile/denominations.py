"""Amounts that are stated without a currency, in the only one of their row or deal."""

from __future__ import annotations

from collections.abc import Mapping

from factsheet_schemas import FieldType, FieldValue, Origin, Schema, Status
from factsheet_schemas.record import Derivation, Grounding

from .confidence import inferred

_CURRENCIES = (FieldType.CURRENCY, FieldType.CURRENCY_LIST)


def denominated(cells: Mapping[str, FieldValue], schema: Schema) -> dict[str, FieldValue]:
    """The amounts of a row (with the deal's cells under it) that take over its currency."""
    found = (_only(key, cells) for key, spec in schema.by_key.items() if spec.type in _CURRENCIES)
    known = next((one for one in found if one is not None), None)
    if known is None:
        return {}
    return {
        key: _in(cell, *known)
        for key, cell in cells.items()
        if schema.by_key[key].type is FieldType.AMOUNT and _lacks_currency(cell)
    }


def _only(key: str, cells: Mapping[str, FieldValue]) -> tuple[str, str, FieldValue] | None:
    """The field, its only code and its cell."""
    cell = cells.get(key)
    if cell is None or cell.status is not Status.PRESENT or not cell.value:
        return None
    codes = cell.value if isinstance(cell.value, list) else [cell.value]
    return (key, str(codes[0]), cell) if len(codes) == 1 else None


def _lacks_currency(cell: FieldValue) -> bool:
    is_amount = cell.status is Status.PRESENT and isinstance(cell.value, dict)
    return is_amount and cell.value.get("currency") is None


def _in(cell: FieldValue, key: str, code: str, currency: FieldValue) -> FieldValue:
    return cell.model_copy(
        update={
            "value": {**cell.value, "currency": code},
            "origin": Origin.DERIVED,
            **inferred(cell.signs, Grounding.COMPUTED),
            "evidence": tuple(dict.fromkeys((*cell.evidence, *currency.evidence[:1]))),
            "derivation": Derivation(formula=f"in the only {key}", inputs={key: currency.value}),
        }
    )
