"""All cells of a subject from all candidates: rows, choices, derivations, rules, conflicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from factsheet_schemas import (
    FacilityRecord,
    FieldSpec,
    FieldValue,
    Schema,
    Scope,
    Status,
)
from factsheet_schemas.record import Conflict

from factsheet_service.core.document import Document
from factsheet_service.core.roles import DocumentRole, is_binding

from .candidates import Candidate
from .cells import (
    DEAL,
    Asked,
    Cell,
    Sorted,
    decide,
    sort_candidates,
)
from .choose import Choice
from .derive import derived
from .names import Facility, Mention
from .rows import named, rows_of
from .rules import Finding, findings, inapplicable


@dataclass(frozen=True, slots=True)
class Sheet:
    """The fact sheet before it becomes a record; ``choices`` say how each cell was decided."""

    deal: Mapping[str, FieldValue]
    rows: tuple[tuple[Facility, Mapping[str, FieldValue]], ...]
    choices: Mapping[Cell, Choice]
    conflicts: tuple[Conflict, ...]
    warnings: tuple[str, ...]

    def records(self) -> tuple[FacilityRecord, ...]:
        """The rows on the wire."""
        return tuple(
            FacilityRecord(id=f.id, name=f.name, aliases=f.aliases, fields=dict(cells))
            for f, cells in self.rows
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """What a sheet is assembled from."""

    candidates: Sequence[Candidate]
    mentions: Sequence[Mention]
    roles: Mapping[str, DocumentRole]
    asked: Callable[[FieldSpec], Asked]
    configured: Collection[str] = ()


def assemble(sources: Sources, schema: Schema) -> Sheet:
    """Decide every cell. Pure: the same sources give the same sheet, in any order of arrival."""
    facilities, warnings = rows_of(sources.mentions, sources.roles, schema)
    ordered = sorted(
        sources.candidates, key=lambda c: (c.document.name, c.window, c.start, c.written)
    )
    placed = sort_candidates(ordered, facilities, schema)
    choices: dict[Cell, Choice] = {}
    deal = _cells(DEAL, schema.of_scope(Scope.DEAL), placed, sources, choices)
    rows = [
        (
            f,
            named(
                f, schema, _cells(f.id, _fields_of_row(f, schema, placed), placed, sources, choices)
            ),
        )
        for f in facilities
    ]
    deal, rows, found = _checked(deal, rows, schema, sources)
    return Sheet(
        deal=deal,
        rows=tuple(rows),
        choices=choices,
        conflicts=(*_contradictions(choices, facilities), *found.conflicts),
        warnings=(*warnings, *_homeless(placed, schema), *found.warnings),
    )


def _fields_of_row(facility: Facility, schema: Schema, placed: Sorted) -> tuple[FieldSpec, ...]:
    """The row's own fields, and deal-wide ones that the documents set apart for it."""
    own = schema.of_scope(Scope.FACILITY)
    apart = (f for f in schema.of_scope(Scope.DEAL) if (facility.id, f.key) in placed.cells)
    return (*own, *apart)


def _cells(
    row: str,
    fields: Iterable[FieldSpec],
    placed: Sorted,
    sources: Sources,
    choices: dict[Cell, Choice],
) -> dict[str, FieldValue]:
    cells = {}
    for spec in fields:
        found = placed.cells.get((row, spec.key), ())
        cells[spec.key], choice = decide(found, spec, sources.roles, sources.asked(spec))
        if choice:
            choices[row, spec.key] = choice
    return cells


Rows = list[tuple[Facility, dict[str, FieldValue]]]


@dataclass(frozen=True, slots=True)
class _Found:
    conflicts: tuple[Conflict, ...]
    warnings: tuple[str, ...]


def _checked(
    deal: dict[str, FieldValue], rows: Rows, schema: Schema, sources: Sources
) -> tuple[dict[str, FieldValue], Rows, _Found]:
    """Derivations, then rules; each sees a row with the deal's cells under it.

    One row of several neither dates a deal-wide cell nor makes it inapplicable.
    """
    documents = _binding(sources)
    deal = {**deal, **_own(derived(deal, schema, documents), deal)}
    conflicts: dict[tuple[str, str | None, str], Conflict] = {}
    warnings: dict[str, None] = {}
    checked: Rows = []
    for facility, cells in rows:
        both = {**deal, **cells}
        decided = cells if len(rows) > 1 else both
        both |= _own(derived(both, schema, documents), decided)
        for finding in findings(both, schema, sources.configured):
            if finding.repaired and (finding.rule or finding.field in decided):
                both[finding.field] = finding.repaired
            _note(finding, facility if finding.field in cells else None, conflicts, warnings)
        deal = {key: both[key] if key not in cells else deal[key] for key in deal}
        checked.append((facility, {key: both[key] for key in cells}))
    deal |= {f.field: f.repaired for f in inapplicable(deal, schema) if f.repaired}
    return deal, checked, _Found(tuple(conflicts.values()), tuple(warnings))


def _binding(sources: Sources) -> tuple[Document, ...]:
    """The documents whose definitions count, by name: those that bind; all where none does."""
    spoken = {one.document.id: one.document for one in sources.candidates}
    spoken |= {one.document.id: one.document for one in sources.mentions}
    found = sorted(spoken.values(), key=lambda one: one.name)
    kept = [one for one in found if is_binding(sources.roles.get(one.id, DocumentRole(None)))]
    return tuple(kept or found)


def _own(found: Mapping[str, FieldValue], cells: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    return {key: value for key, value in found.items() if key in cells}


def _note(
    finding: Finding,
    facility: Facility | None,
    conflicts: dict[tuple[str, str | None, str], Conflict],
    warnings: dict[str, None],
) -> None:
    if finding.rule == 0:  # a cell that does not apply is no finding to report
        return
    name = facility.name if facility else None
    if finding.is_conflict:
        conflict = Conflict(
            field=finding.field, facility=name, message=finding.message, rule=finding.rule
        )
        conflicts[finding.field, name, finding.message] = conflict
    else:
        warnings[f"{name or 'deal'}: {finding.message} (rule {finding.rule})"] = None


def _contradictions(
    choices: Mapping[Cell, Choice], facilities: Sequence[Facility]
) -> Iterable[Conflict]:
    names = {facility.id: facility.name for facility in facilities}
    for (row, key), choice in choices.items():
        if other := choice.contradicted:
            message = f"{choice.chosen.best.written!r} stands against {other.best.written!r}"
            yield Conflict(field=key, facility=names.get(row), message=message)


def _homeless(placed: Sorted, schema: Schema) -> Iterable[str]:
    for one in placed.homeless:
        if one.value is not None:
            yield (
                f"{one.spec.label}: {one.written!r} is said of {', '.join(one.names)!r}, which is "
                f"no {schema.entity.label} found here ({one.document.name})"
            )


def open_cells(sheet: Sheet, include_missing: bool) -> list[tuple[Facility | None, str]]:
    """Cells worth a deep question, the likeliest first: unsure, contradicted or pointing elsewhere,
    then missing."""
    cells: list[tuple[Facility | None, Mapping[str, FieldValue]]] = [(None, sheet.deal)]
    cells += [(facility, row) for facility, row in sheet.rows]
    unsure, missing = [], []
    for facility, row in cells:
        for key, cell in row.items():
            choice = sheet.choices.get((facility.id if facility else DEAL, key))
            is_doubtful = choice and (choice.contradicted or choice.unfollowed)
            if cell.status is Status.POSSIBLY_PRESENT or is_doubtful:
                unsure.append((facility, key))
            elif include_missing and cell.status in (Status.NOT_FOUND, Status.NOT_ASKED):
                missing.append((facility, key))
    return unsure + missing
