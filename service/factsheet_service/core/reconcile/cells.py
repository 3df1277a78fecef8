"""Cells of the fact sheet: which candidates speak of which row, and what a cell then holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from factsheet_schemas import (
    Evidence,
    FieldSpec,
    FieldValue,
    Schema,
    Status,
)
from factsheet_schemas.record import Alternative, Derivation, Signs
from factsheet_schemas.schema import Entity

from factsheet_service.core.normalise import same
from factsheet_service.core.roles import DocumentRole, is_binding

from .calling import Calling
from .candidates import Candidate
from .choose import Choice, Reading, choose, why_lost
from .confidence import confidence, level_of, signs_of
from .evidence import evidence, evidence_of
from .kinds import of_kind, resolve_in
from .names import Facility, is_misnamed

DEAL = ""  # the row id of deal-wide cells
MAX_ALTERNATIVES = 5
MISNAMED = 0.85  # how much surer words are that do not name another row

Said = Sequence[tuple[Candidate, bool]]  # of one cell; whether the source names the row
Cell = tuple[str, str]  # row id ("" for the deal), field key


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a field, to tell NOT_FOUND from NOT_ASKED and FAILED."""

    windows: int
    windows_due: int  # that could hold it
    unread_files: tuple[str, ...] = ()
    failure: str | None = None
    withheld: str | None = None  # why the run does not ask for it at all


@dataclass(frozen=True, slots=True)
class Sorted:
    """Candidates by cell; ``homeless`` name a row that there is none of."""

    cells: Mapping[Cell, tuple[tuple[Candidate, bool], ...]]
    homeless: tuple[Candidate, ...]


@dataclass(slots=True)
class _Sorting:
    cells: dict[Cell, list[tuple[Candidate, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    homeless: list[Candidate] = field(default_factory=list)


def sort_candidates(
    candidates: Iterable[Candidate], facilities: Sequence[Facility], schema: Schema
) -> Sorted:
    """Put each candidate to the cells it speaks of.

    A deal-wide field goes to the deal unless its source names one row of several of the first kind;
    a field per row goes to the rows named, or to all rows of its kind where none is, but to the one
    row that its document is about.
    """
    sorting = _Sorting()
    calling = {e.key: Calling(of_kind(facilities, e.key), e) for e in schema.entities}
    for one in candidates:
        kind = _kind_of(one.spec, schema)
        if kind is None:
            sorting.cells[DEAL, one.spec.key].append((one, False))
            continue
        sisters = of_kind(facilities, kind)
        if only := _only_row(one, calling[kind]):
            sorting.cells[only.id, one.spec.key].append((one, True))
            continue
        for row, is_named in _rows_of(one, kind, facilities, schema, sorting.homeless):
            said = _weighed(one, row, sisters, schema.entity_by_key[kind]) if is_named else one
            sorting.cells[row, one.spec.key].append((said, is_named))
    cells = {cell: tuple(found) for cell, found in sorting.cells.items()}
    return Sorted(cells, tuple(sorting.homeless))


def _only_row(one: Candidate, calling: Calling) -> Facility | None:
    """The row of a candidate that names none, where its document is about one row alone."""
    return None if one.names or one.spec.is_deal_wide else calling.only_row(one)


def _kind_of(spec: FieldSpec, schema: Schema) -> str | None:
    """The kind of rows that a field's values may name; deal-wide ones name the first, if any."""
    if not spec.is_deal_wide:
        return spec.scope
    return schema.entity.key if schema.entities else None


def _rows_of(
    one: Candidate,
    kind: str,
    facilities: Sequence[Facility],
    schema: Schema,
    homeless: list[Candidate],
) -> list[tuple[str, bool]]:
    sisters = of_kind(facilities, kind)
    resolved = [resolve_in(name, kind, facilities, schema) for name in one.names]
    named = list(dict.fromkeys(f.id for rows in resolved for f in rows))
    if one.spec.is_deal_wide and not named and _names_others(one, kind, facilities, schema):
        return [(DEAL, False)]
    if (one.names and not named) or not (sisters or one.spec.is_deal_wide):
        homeless.append(one)
        return []
    speaks_of_all = not named or len(named) == len(sisters)
    if one.spec.is_deal_wide:
        return [(DEAL, False)] if speaks_of_all else [(row, True) for row in named]
    if not named:
        return [(f.id, False) for f in sisters]
    return [(row, not speaks_of_all) for row in named]


def _names_others(
    one: Candidate, kind: str, facilities: Sequence[Facility], schema: Schema
) -> bool:
    """Whether a candidate's names are those of rows of other kinds."""
    others = [key for key in schema.entity_by_key if key != kind]
    return any(resolve_in(name, key, facilities, schema) for name in one.names for key in others)


def _weighed(one: Candidate, row: str, facilities: Sequence[Facility], entity: Entity) -> Candidate:
    """A candidate for a row that it names, less sure where its words name another row instead."""
    facility = next(f for f in facilities if f.id == row)
    if is_misnamed(facility, facilities, one.quote(), entity):
        return replace(one, score=one.score * MISNAMED, names_other_row=True)
    return one


def decide(
    cell_candidates: Said,
    spec: FieldSpec,
    roles: Mapping[str, DocumentRole],
    asked: Asked,
    others: Said | None = None,
) -> tuple[FieldValue, Choice | None]:
    """What one cell holds, and the choice behind it.

    ``others`` are the lexical reader's candidates for the cell; None where it was not asked.
    """
    choice = choose(standing(cell_candidates), roles)
    lost = tuple(_alternatives(choice, spec, roles)) if choice else ()
    was = withdrawn(cell_candidates)
    if choice is None or choice.chosen.is_replaced:
        return absent(asked).model_copy(update={"alternatives": (*lost, *was)}), None
    held = _held(choice, spec, asked, others).model_copy(update={"alternatives": (*lost, *was)})
    if other := choice.overruled:
        name = other.best.document.name
        held = _doubted(held, f"{name} takes precedence and says: {other.best.reason}")
    return unless_weak(held, choice.chosen, roles), choice


def unless_weak(held: FieldValue, chosen: Reading, roles: Mapping[str, DocumentRole]) -> FieldValue:
    """The value, in doubt where a document of higher standing should speak and does not."""
    if chosen.rank[0] == 0 and any(is_binding(role) for role in roles.values()):
        return _doubted(held, "only in a document that does not bind, beside one that does")
    return held


def _doubted(held: FieldValue, reason: str) -> FieldValue:
    """A value that may not stand, with why."""
    if held.status is not Status.PRESENT:
        return held
    return held.model_copy(update={"status": Status.POSSIBLY_PRESENT, "reason": reason})


def absent(asked: Asked) -> FieldValue:
    """A cell that nothing speaks of: not found only if all that could hold it was asked."""
    status, reason = _why_absent(asked)
    return FieldValue(status=status, reason=reason, windows_asked=asked.windows)


def _why_absent(asked: Asked) -> tuple[Status, str | None]:
    if asked.withheld:
        return Status.NOT_ASKED, asked.withheld
    if asked.failure:
        return Status.FAILED, asked.failure
    if asked.windows < asked.windows_due or not asked.windows_due:
        return Status.NOT_ASKED, f"asked of {asked.windows} of {asked.windows_due} windows"
    if asked.unread_files:
        return Status.NOT_ASKED, (
            f"in no window read, but not read: {', '.join(asked.unread_files)}"
        )
    return Status.NOT_FOUND, None


def _held(
    choice: Choice,
    spec: FieldSpec,
    asked: Asked,
    others: Said | None,
) -> FieldValue:
    chosen = choice.chosen
    best = chosen.best
    signs = signs_of(choice, spec, others)
    number = _sureness(chosen, signs)
    status = Status.PRESENT if chosen.is_sure else Status.POSSIBLY_PRESENT
    return FieldValue(
        status=status,
        value=best.value,
        as_written=best.written or None,
        qualifiers=best.qualifiers,
        confidence=number,
        level=level_of(number),
        signs=signs,
        evidence=(*evidence_of(chosen), *_pointing(choice)),
        derivation=_taken_over(choice),
        origin=best.origin,
        reason=None if chosen.is_sure else best.reason or "the evidence is weak",
        recovered=best.is_recovered,
        windows_asked=asked.windows,
    )


def _sureness(chosen: Reading, signs: Signs) -> float:
    """What is not PRESENT is never surer than its words; without a value, just as sure as they."""
    if chosen.best.value is None:
        return round(chosen.score, 3)
    number = confidence(signs)
    return number if chosen.is_sure else min(number, round(chosen.score, 3))


def standing(said: Said) -> list[tuple[Candidate, bool]]:
    """Candidates without the claims that verification put others in the place of."""
    return [one for one in said if not one[0].withdrawn]


def withdrawn(said: Said) -> tuple[Alternative, ...]:
    """Claims as they were before verification put others in their place."""
    return tuple(
        Alternative(
            value=one.value,
            as_written=one.written,
            evidence=tuple(evidence(one.document, span) for span in one.spans),
            reason=one.withdrawn,
        )
        for one, _ in said
        if one.withdrawn
    )


def _pointing(choice: Choice) -> Iterable[Evidence]:
    """The lines that said where the value stands."""
    spans = {(one.document.id, span): one for one in choice.pointing for span in one.spans}
    return (evidence(one.document, span) for (_, span), one in spans.items())


def _taken_over(choice: Choice) -> Derivation | None:
    """How a value came about that is computed, or that one place takes over from another."""
    targets = sorted({one.pointer for one in choice.pointing if one.pointer})
    formula = f"see {'; '.join(targets)}" if targets else choice.chosen.best.formula
    return Derivation(formula=formula) if formula else None


def _alternatives(
    choice: Choice, spec: FieldSpec, roles: Mapping[str, DocumentRole]
) -> Iterable[Alternative]:
    """Other values, which lost; where nothing is in force, all of what was."""
    all_lost = (choice.chosen, *choice.lost) if choice.chosen.is_replaced else choice.lost
    others = [reading for reading in all_lost if _says_otherwise(reading, choice, spec)]
    for reading in others[:MAX_ALTERNATIVES]:
        yield Alternative(
            value=reading.best.value,
            as_written=reading.best.written,
            evidence=evidence_of(reading),
            confidence=round(reading.score, 3),
            reason=why_lost(reading, choice.chosen, spec, roles),
        )


def _says_otherwise(reading: Reading, choice: Choice, spec: FieldSpec) -> bool:
    """Whether a reading has a value that is not the chosen one, said once more elsewhere."""
    mine, held = reading.best, choice.chosen.best
    if mine.value is None or choice.chosen.is_replaced:
        return mine.value is not None
    is_same = held.value is not None and same(spec, mine.value, held.value)
    return not is_same or mine.qualifiers.basis != held.qualifiers.basis
