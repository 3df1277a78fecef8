"""Rows of several kinds: which row of the right kind a name means.

A name of a row within another stands behind that row's: "Experiment 1 > control".
"""

from __future__ import annotations

from collections.abc import Sequence

from factsheet_schemas import Schema

from factsheet_service.core.questions import WITHIN

from .names import Facility, Mention, resolve


def of_kind(rows: Sequence[Facility], entity: str) -> tuple[Facility, ...]:
    """The rows of one kind, in order."""
    return tuple(row for row in rows if row.entity == entity)


def resolve_in(
    name: str, entity: str, rows: Sequence[Facility], schema: Schema
) -> tuple[Facility, ...]:
    """The rows of a kind that a name means; empty where it fits none.

    The name of a row above means all rows within it; of a row below, the one it lies in.
    """
    kind, own = schema.entity_by_key[entity], of_kind(rows, entity)
    parts = [part.strip() for part in name.split(WITHIN)] if _is_nested(schema) else [name]
    above, last = parts[: _depth(schema, entity)][:-1], parts[: _depth(schema, entity)][-1]
    found = resolve(last, own, kind)
    if kind.parent is None:
        return found
    if above:
        inside = resolve_in(WITHIN.join(above), kind.parent, rows, schema)
        return _within(found, inside)
    return found or _within(own, resolve_in(last, kind.parent, rows, schema))


def parents_of(
    mention: Mention, entity: str, rows: Sequence[Facility], schema: Schema
) -> tuple[Facility, ...]:
    """The rows of the kind ``entity`` that a mention lies within: those it names, the only one
    there is, or the one named last before it."""
    known = of_kind(rows, entity)
    if mention.within:
        return resolve_in(mention.within, entity, rows, schema)
    if len(known) < 2:
        return known
    before = [(place, row) for row in known if (place := _last_before(mention, row)) >= 0]
    return (max(before, key=lambda found: found[0])[1],) if before else ()


def _last_before(mention: Mention, row: Facility) -> int:
    """The offset at which a row was last named before a mention in its document; -1: nowhere."""
    start = mention.spans[0][0] if mention.spans else 0
    places = (
        span[0]
        for one in row.mentions
        if one.document.id == mention.document.id
        for span in one.spans
        if span[0] <= start
    )
    return max(places, default=-1)


def _within(rows: Sequence[Facility], above: Sequence[Facility]) -> tuple[Facility, ...]:
    inside = {row.id for row in above}
    return tuple(row for row in rows if row.parent and row.parent.id in inside)


def _is_nested(schema: Schema) -> bool:
    return any(entity.parent for entity in schema.entities)


def _depth(schema: Schema, entity: str) -> int:
    return len(schema.ancestry(entity)) - 1
