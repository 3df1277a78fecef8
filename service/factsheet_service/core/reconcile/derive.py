"""Values that follow from others: dates counted from an event, quotients of two fields.

Never a guess: a date whose anchor has no date in the documents stays without a value, and so does
one whose words are in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from factsheet_schemas import FieldValue, Level, Origin, Schema, Status
from factsheet_schemas.record import Derivation, JsonValue
from factsheet_schemas.schema import Anchor, Quotient

from factsheet_service.core.normalise import NotAValue, shift

from .choose import SURE

DERIVED_CONFIDENCE = 0.75

Cells = Mapping[str, FieldValue]  # one row with the deal's cells under it, by field key


def derived(cells: Cells, schema: Schema) -> dict[str, FieldValue]:
    """The cells of one row that can be computed from others, by field key."""
    dated = _all_dated(cells, schema)
    quotients = {
        quotient.field: value
        for quotient in schema.quotients
        if (value := _quotient(quotient, {**cells, **dated})) is not None
    }
    return dated | quotients


def _all_dated(cells: Cells, schema: Schema) -> dict[str, FieldValue]:
    """The cells that events date, also those counted from one that is dated so itself."""
    dated: dict[str, FieldValue] = {}
    while True:
        known = {**cells, **dated}
        found = {
            key: value
            for key, cell in known.items()
            if (value := _dated(cell, known, schema.anchors)) is not None
        }
        if not found:
            return dated
        dated |= found


def _dated(cell: FieldValue, cells: Cells, anchors: tuple[Anchor, ...]) -> FieldValue | None:
    """A cell that is counted from an event, dated by the field that holds the event's date."""
    anchor, offset = cell.qualifiers.anchor, cell.qualifiers.offset
    is_doubted = cell.confidence is not None and cell.confidence < SURE
    if cell.value is not None or not anchor or not offset or is_doubted:
        return None
    base_key = _field_of(anchor, anchors)
    base = cells.get(base_key or "")
    if base is None or base.status is not Status.PRESENT or base.value is None:
        return None
    try:
        moved = shift(base.value, offset)
    except NotAValue:
        return None
    return cell.model_copy(
        update={
            "status": Status.PRESENT,
            "value": moved,
            "origin": Origin.DERIVED,
            "confidence": DERIVED_CONFIDENCE,
            "level": Level.MEDIUM,
            "evidence": (*cell.evidence, *base.evidence[:1]),
            "derivation": Derivation(
                formula=f"{base_key} + {offset}", inputs={str(base_key): base.value}
            ),
            "reason": None,
        }
    )


def _field_of(anchor: str, anchors: tuple[Anchor, ...]) -> str | None:
    folded = _fold(anchor)
    for known in anchors:
        if any(_fold(phrase) == folded for phrase in known.phrases):
            return known.field
    return None


def _fold(phrase: str) -> str:
    words = re.findall(r"[^\W_]+", phrase.casefold())
    return " ".join(word for word in words if word not in ("the", "such", "this"))


def _quotient(quotient: Quotient, cells: Cells) -> FieldValue | None:
    """numerator / denominator x 100, where both stand in the same currency and it is not stated."""
    stated = cells.get(quotient.field)
    above, below = cells.get(quotient.numerator), cells.get(quotient.denominator)
    if stated is None or stated.status is Status.PRESENT or above is None or below is None:
        return None
    if above.status is not Status.PRESENT or below.status is not Status.PRESENT:
        return None
    share = _share(above.value, below.value)
    if share is None:
        return None
    return stated.model_copy(
        update={
            "status": Status.PRESENT,
            "value": share,
            "origin": Origin.DERIVED,
            "confidence": DERIVED_CONFIDENCE,
            "level": Level.MEDIUM,
            "evidence": (*above.evidence[:1], *below.evidence[:1]),
            "derivation": Derivation(
                formula=f"{quotient.numerator} / {quotient.denominator} x 100",
                inputs={quotient.numerator: above.value, quotient.denominator: below.value},
            ),
            "reason": None,
        }
    )


def _share(above: JsonValue, below: JsonValue) -> float | None:
    mine, mine_in = _number(above)
    whole, whole_in = _number(below)
    if mine is None or not whole or mine_in != whole_in:
        return None
    return round(mine / whole * 100, 4)


def _number(value: JsonValue) -> tuple[float | None, str | None]:
    if isinstance(value, dict):
        return value.get("amount"), value.get("currency")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (float(value) if is_number else None), None
