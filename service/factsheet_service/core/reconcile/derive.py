"""Values that follow from others: dates counted from an event, quotients of two fields.

Never a guess: a date whose anchor has no date in the documents stays without a value, and so does
one whose words are in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factsheet_schemas import Evidence, FieldValue, Origin, Schema, Status
from factsheet_schemas.record import Derivation, Grounding, JsonValue
from factsheet_schemas.rules import Quotient

from factsheet_service.core.document import Document
from factsheet_service.core.normalise import NotAValue, shift
from factsheet_service.core.normalise.schedules import BALANCE, as_percents, sum_rule

from .choose import SURE
from .confidence import inferred, weakest
from .denominations import denominated
from .events import Calendar, Event

_LEVELS = frozenset({"percent", "amount"})  # of a schedule's step

Cells = Mapping[str, FieldValue]  # one row with the deal's cells under it, by field key


def derived(
    cells: Cells, schema: Schema, documents: Sequence[Document] = ()
) -> dict[str, FieldValue]:
    """The cells of one row that can be computed from others, by field key.

    ``documents`` may define the events that dates are counted from.
    """
    priced = denominated(cells, schema)
    dated = _all_dated({**cells, **priced}, schema, documents)
    quotients = {
        quotient.field: value
        for quotient in schema.quotients
        if (value := _quotient(quotient, {**cells, **priced, **dated})) is not None
    }
    return priced | dated | quotients


def _all_dated(
    cells: Cells, schema: Schema, documents: Sequence[Document]
) -> dict[str, FieldValue]:
    """The cells that events date, also those counted from one that is dated so itself."""
    dated: dict[str, FieldValue] = {}
    while True:
        calendar = Calendar(schema.anchors, {**cells, **dated}, documents)
        found = {
            key: value
            for key, cell in calendar.cells.items()
            if key not in dated
            and (value := _dated(key, cell, calendar, _whole_of(key, schema, calendar))) is not None
        }
        if not found:
            return dated
        dated |= found


def _whole_of(key: str, schema: Schema, calendar: Calendar) -> FieldValue | None:
    """The cell that a schedule's amounts are shares of."""
    shared = [q.denominator for q in schema.quotients if q.field == q.numerator == key]
    return calendar.cells.get(shared[0]) if shared else None


def _dated(
    key: str, cell: FieldValue, calendar: Calendar, whole: FieldValue | None
) -> FieldValue | None:
    """A cell that is counted from an event, or whose last instalment falls on one, dated by it."""
    anchor, offset = cell.qualifiers.anchor, cell.qualifiers.offset
    is_counted = offset is not None and cell.value is None
    is_doubted = cell.confidence is not None and cell.confidence < SURE
    if not anchor or is_doubted or not (is_counted or _has_undated(cell)):
        return None
    event = calendar.date_of(anchor, but_not=key)
    if event is None:
        return None
    return _scheduled(cell, event, whole) if offset is None else _counted(cell, event, offset)


def _counted(cell: FieldValue, event: Event, offset: str) -> FieldValue | None:
    try:
        moved = shift(event.value, offset)
    except NotAValue:
        return None
    how = Derivation(formula=f"{event.formula} + {offset}", inputs=dict(event.inputs))
    return _computed(cell, moved, event.evidence, how)


def _has_undated(cell: FieldValue) -> bool:
    """Whether a schedule has a step that waits for its date."""
    is_schedule = cell.value is None or isinstance(cell.value, list)
    steps = cell.qualifiers.steps
    return is_schedule and len(steps) == 1 and bool((_LEVELS | {BALANCE}) & steps[0].keys())


def _scheduled(cell: FieldValue, event: Event, whole: FieldValue | None) -> FieldValue | None:
    """The schedule with the step that the event dates; a balance is what the others leave."""
    (undated,) = cell.qualifiers.steps
    level = {k: v for k, v in undated.items() if k in _LEVELS}
    if BALANCE in undated:
        level = _left(cell.value or (), whole)
    if not level:
        return None
    last = {"date": event.value["date"], **level}
    steps = as_percents([*(cell.value or ()), last])
    rule = cell.qualifiers.model_copy(update={"rule": sum_rule(steps)})
    how = Derivation(formula=f"{undated['condition']} = {event.formula}", inputs=dict(event.inputs))
    filled = cell.model_copy(update={"qualifiers": rule})
    return _computed(filled, steps, event.evidence, how)


def _left(steps: Sequence[dict[str, JsonValue]], whole: FieldValue | None) -> dict[str, JsonValue]:
    """What dated instalments leave of 100 % or of the whole amount; nothing where that is not
    known, or all of it is repaid before."""
    percents = [step["percent"] for step in steps if "percent" in step]
    amounts = [step["amount"] for step in steps if "amount" in step]
    if percents and not amounts:
        left = round(100 - sum(percents), 4)
        return {"percent": left} if left > 0 else {}
    total, _ = _number(whole.value) if whole and whole.status is Status.PRESENT else (None, None)
    left = round(total - sum(amounts), 2) if total and amounts and not percents else 0
    return {"amount": left} if left > 0 else {}


def _computed(
    cell: FieldValue, value: JsonValue, sources: Sequence[Evidence], how: Derivation
) -> FieldValue:
    """A cell with a computed value, whose further sources stand behind its own."""
    return cell.model_copy(
        update={
            "status": Status.PRESENT,
            "value": value,
            "origin": Origin.DERIVED,
            **inferred(cell.signs, Grounding.COMPUTED),
            "evidence": tuple(dict.fromkeys((*cell.evidence, *sources))),
            "derivation": how,
            "reason": None,
        }
    )


def _quotient(quotient: Quotient, cells: Cells) -> FieldValue | None:
    """numerator / denominator x 100, where both stand in the same currency and it is not stated."""
    stated = cells.get(quotient.field)
    above, below = cells.get(quotient.numerator), cells.get(quotient.denominator)
    if stated is None or above is None or below is None:
        return None
    if above.status is not Status.PRESENT or below.status is not Status.PRESENT:
        return None
    is_own = quotient.field == quotient.numerator
    if stated.status is Status.PRESENT and not is_own:
        return None
    share = (_shares if is_own else _share)(above.value, below.value)
    return None if share is None else _divided(quotient, share, stated, above, below)


def _divided(
    quotient: Quotient, share: JsonValue, stated: FieldValue, above: FieldValue, below: FieldValue
) -> FieldValue:
    """The share with its sources: what both fields rest on, not what fell short of stating it."""
    earlier = above.derivation.inputs if above.derivation else {}
    inputs = {quotient.numerator: above.value, quotient.denominator: below.value}
    formula = f"{quotient.numerator} / {quotient.denominator} x 100"
    sources = above.evidence if quotient.field == quotient.numerator else above.evidence[:1]
    return _computed(
        stated.model_copy(update={"evidence": (), "signs": weakest((above, below))}),
        share,
        (*sources, *below.evidence[:1]),
        Derivation(formula=formula, inputs={**earlier, **inputs}),
    )


def _shares(steps: JsonValue, whole: JsonValue) -> JsonValue | None:
    """A schedule's amounts as percentages of the whole that they sum to."""
    total, _ = _number(whole)
    if not isinstance(steps, list) or not total:
        return None
    shares = as_percents(steps, total)
    return shares if shares != steps else None


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
