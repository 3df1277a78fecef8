"""Cells of fields that have many values: all that are surely stated, not the best of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from factsheet_schemas import FieldSpec, FieldValue, Status
from factsheet_schemas.record import Alternative

from factsheet_service.core.normalise import fold_name
from factsheet_service.core.roles import DocumentRole

from .cells import MAX_ALTERNATIVES, Asked, Said, decide, standing, unless_weak, withdrawn
from .choose import Choice, Reading, readings_of
from .confidence import confidence, signs_of, sureness
from .evidence import evidence_of


def decide_all(
    candidates: Said,
    spec: FieldSpec,
    roles: Mapping[str, DocumentRole],
    asked: Asked,
    others: Said | None = None,
) -> tuple[FieldValue, Choice | None]:
    """As ``cells.decide``, for a field whose value is a list."""
    if whole := gathered(standing(candidates), spec, roles, asked.windows, others):
        was = (*whole.alternatives, *withdrawn(candidates))
        return whole.model_copy(update={"alternatives": was}), None
    cell, choice = decide(candidates, spec, roles, asked, others)
    return cell if cell.value is None else cell.model_copy(update={"value": [cell.value]}), choice


def gathered(
    candidates: Said,
    spec: FieldSpec,
    roles: Mapping[str, DocumentRole],
    windows: int,
    others: Said | None = None,
) -> FieldValue | None:
    """The list of all values that are surely stated, in the order in which they stand.

    Words that name the row come before words that speak of all, and documents that bind before
    others. The list is as sure as its least sure value. None where no value is sure, or only
    documents state them that another replaces as a whole.
    """
    readings = readings_of(candidates, roles)
    sure = [reading for reading in readings if reading.is_sure]
    if not sure or sure[0].is_replaced:
        return None
    first = (sure[0].rank[0], sure[0].is_named)
    kept = distinct(one for one in sure if (one.rank[0], one.is_named) == first)
    kept.sort(key=lambda one: (one.best.document.name, first_place(one)))
    signs = [signs_of(Choice(one, ()), spec, others) for one in kept]
    held = FieldValue(
        status=Status.PRESENT,
        value=[one.best.value for one in kept],
        as_written="; ".join(one.best.written for one in kept),
        **sureness(min(signs, key=confidence)),
        evidence=tuple(evidence_of(one)[0] for one in kept),  # one for each value, in its place
        origin=kept[0].best.origin,
        alternatives=tuple(_left_out(readings, kept)),
        recovered=any(one.best.is_recovered for one in kept),
        windows_asked=windows,
    )
    return unless_weak(held, sure[0], roles)


def distinct(readings: Iterable[Reading]) -> list[Reading]:
    """Readings without those that only space tells from a surer one: a page's text may lose it."""
    found: dict[str, Reading] = {}
    for one in readings:
        value = one.best.value
        mark = fold_name(value).replace(" ", "") if isinstance(value, str) else repr(value)
        found.setdefault(mark, one)
    return list(found.values())


def first_place(reading: Reading) -> int:
    """Where a reading's value first stands in its document."""
    return min(one.start for one in reading.supporting if one.document is reading.best.document)


def _left_out(readings: Sequence[Reading], kept: Sequence[Reading]) -> Sequence[Alternative]:
    return [
        Alternative(
            value=one.best.value,
            as_written=one.best.written,
            evidence=evidence_of(one),
            confidence=round(one.score, 3),
            reason=one.best.reason or "not surely one of them",
        )
        for one in readings
        if one not in kept and one.best.value is not None
    ][:MAX_ALTERNATIVES]
