"""Consistency rules over one row (with the deal's cells under it): kinds are code, rules data.

A rule may turn an unevidenced No into Yes where details are present; an evidenced No becomes a
conflict to show. Nothing else is changed by a rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from factsheet_schemas import FieldValue, Origin, Schema, Status
from factsheet_schemas.fields import Condition
from factsheet_schemas.record import Grounding, JsonValue
from factsheet_schemas.rules import (
    Excludes,
    Exclusive,
    Implies,
    Ordered,
    Requires,
    Rule,
    Together,
    Within,
)

from .confidence import inferred

_SPOKEN_OF = (Status.PRESENT, Status.POSSIBLY_PRESENT)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: a message, and for `implies` the cell as it should be."""

    rule: int
    field: str
    message: str
    is_conflict: bool = False
    repaired: FieldValue | None = None


def findings(
    cells: Mapping[str, FieldValue],
    schema: Schema,
    configured: Collection[str] = (),
    rules: Iterable[Rule] | None = None,
) -> Iterator[Finding]:
    """All findings on one row, of all rules or those given; ``configured`` names options set."""
    for rule in schema.rules if rules is None else rules:
        if not isinstance(rule, Requires) or rule.only_if_configured in (None, *configured):
            yield from _check(rule, cells)
    yield from inapplicable(cells, schema)


def _check(rule: Rule, cells: Mapping[str, FieldValue]) -> Iterator[Finding]:
    match rule:
        case Requires():
            yield from _requires(rule, cells)
        case Implies():
            yield from _implies(rule, cells)
        case Excludes():
            if holds(rule.when, cells) and (found := _valued(rule.fields, cells)):
                yield Finding(rule.number, found[0], rule.message, is_conflict=True)
        case Exclusive():
            if len(found := _valued(rule.fields, cells)) > 1:
                yield Finding(rule.number, found[0], rule.message)
        case Together():
            missing = [key for key in rule.fields if not has_value(cells.get(key))]
            if has_value(cells.get(rule.field)) and missing:
                yield Finding(rule.number, missing[0], rule.message)
        case Ordered():
            yield from _ordered(rule, cells)
        case Within():
            yield from _within(rule, cells)


def _requires(rule: Requires, cells: Mapping[str, FieldValue]) -> Iterator[Finding]:
    missing = [key for key in rule.fields if not has_value(cells.get(key))]
    is_short = missing if rule.need == "all" else len(missing) == len(rule.fields)
    if holds(rule.when, cells) and is_short:
        yield Finding(rule.number, missing[0], rule.message)


def _implies(rule: Implies, cells: Mapping[str, FieldValue]) -> Iterator[Finding]:
    details = _valued(rule.fields, cells)
    target = cells.get(rule.then.field)
    if not details or target is None or holds(rule.then, cells):
        return
    if target.status is Status.PRESENT and target.evidence:
        yield Finding(rule.number, rule.then.field, rule.message, is_conflict=True)
        return
    source = cells[details[0]]
    repaired = target.model_copy(
        update={
            "status": Status.PRESENT,
            "value": rule.then.values[0],
            "as_written": None,
            "origin": Origin.RULE,
            **inferred(source.signs, Grounding.IMPLIED),
            "evidence": source.evidence,
            "reason": f"rule {rule.number}: {rule.message}",
        }
    )
    yield Finding(rule.number, rule.then.field, rule.message, repaired=repaired)


def _ordered(rule: Ordered, cells: Mapping[str, FieldValue]) -> Iterator[Finding]:
    first, second = cells.get(rule.first), cells.get(rule.second)
    if first is None or second is None or not (has_value(first) and has_value(second)):
        return
    if _is_after(first.value, second.value):
        yield Finding(rule.number, rule.second, rule.message, is_conflict=True)


def _within(rule: Within, cells: Mapping[str, FieldValue]) -> Iterator[Finding]:
    field, range_ = cells.get(rule.field), cells.get(rule.range)
    if field is None or range_ is None or not (has_value(field) and has_value(range_)):
        return
    if not range_.value["low"] <= field.value <= range_.value["high"]:
        yield Finding(rule.number, rule.field, rule.message, is_conflict=True)


def _is_after(one: JsonValue, other: JsonValue) -> bool:
    """Dates of different precision compare as far as both go."""
    if isinstance(one, dict) and isinstance(other, dict):
        mine, theirs = str(one["date"]), str(other["date"])
        length = min(len(mine), len(theirs))
        return mine[:length] > theirs[:length]
    return bool(one > other)


def inapplicable(cells: Mapping[str, FieldValue], schema: Schema) -> Iterator[Finding]:
    """Absent cells whose evidenced parent excludes them are NOT_APPLICABLE."""
    for spec in schema.fields():
        cell = cells.get(spec.key)
        if spec.applies_if is None or cell is None or cell.status in _SPOKEN_OF:
            continue
        parent = cells.get(spec.applies_if.field)
        is_excluded = has_value(parent) and not holds(spec.applies_if, cells)
        if parent is not None and is_excluded and parent.evidence:
            reason = f"{spec.applies_if.field} is {parent.value}"
            update = {"status": Status.NOT_APPLICABLE, "reason": reason}
            yield Finding(0, spec.key, reason, repaired=cell.model_copy(update=update))


def _valued(keys: Collection[str], cells: Mapping[str, FieldValue]) -> list[str]:
    return [key for key in keys if has_value(cells.get(key)) and not _is_no(cells[key].value)]


def has_value(cell: FieldValue | None) -> bool:
    """Whether a cell holds a value that counts."""
    return cell is not None and cell.status is Status.PRESENT and cell.value is not None


def holds(condition: Condition, cells: Mapping[str, FieldValue]) -> bool:
    """Whether the field has one of the condition's values, or one of several that it has."""
    cell = cells.get(condition.field)
    if cell is None or not has_value(cell):
        return False
    values = cell.value if isinstance(cell.value, list) else [cell.value]
    return any(str(value) in condition.values for value in values)


def _is_no(value: JsonValue) -> bool:
    return bool(value == "No")
