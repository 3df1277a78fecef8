"""All cells of a subject from all candidates: rows, choices, derivations, rules, conflicts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from factsheet_schemas import DEAL as DEAL_WIDE
from factsheet_schemas import FacilityRecord, FieldSpec, FieldValue, Schema, Status
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
from .checking import checked
from .choose import Choice
from .gathering import decide_all
from .names import Facility, Mention
from .placing import places_of
from .rows import named, rows_of


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
            FacilityRecord(
                id=f.id,
                name=f.name,
                entity=f.entity,
                parent=f.parent.id if f.parent else None,
                aliases=f.aliases,
                fields=dict(cells),
            )
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
    second: Sequence[Candidate] | None = None  # the lexical reader's, as a second opinion


def assemble(sources: Sources, schema: Schema) -> Sheet:
    """Decide every cell. Pure: the same sources give the same sheet, in any order of arrival."""
    places = places_of(schema, sources.candidates, sources.mentions)
    mentions = [said for one in sources.mentions if (said := places.mention(one))]
    facilities, warnings = rows_of(mentions, sources.roles, schema)
    ordered = sorted(
        (places.candidate(one, facilities) for one in sources.candidates),
        key=lambda c: (c.document.name, c.window, c.start, c.written),
    )
    placed = sort_candidates(ordered, facilities, schema)
    second = _second_opinion(sources, facilities, schema)
    choices: dict[Cell, Choice] = {}
    deal = _cells(DEAL, schema.of_scope(DEAL_WIDE), (placed, second), sources, choices)
    rows = [
        (
            f,
            named(
                f,
                schema,
                _cells(f.id, _fields_of_row(f, schema, placed), (placed, second), sources, choices),
            ),
        )
        for f in facilities
    ]
    found = checked(deal, rows, schema, _binding(sources), sources.configured)
    return Sheet(
        deal=found.deal,
        rows=found.rows,
        choices=choices,
        conflicts=(*_contradictions(choices, facilities), *found.conflicts),
        warnings=(*warnings, *_homeless(placed, schema), *found.warnings),
    )


def _second_opinion(
    sources: Sources, facilities: Sequence[Facility], schema: Schema
) -> Sorted | None:
    return None if sources.second is None else sort_candidates(sources.second, facilities, schema)


def _fields_of_row(facility: Facility, schema: Schema, placed: Sorted) -> tuple[FieldSpec, ...]:
    """The row's own fields, and deal-wide ones that the documents set apart for it."""
    own = schema.of_scope(facility.entity)
    apart = (f for f in schema.of_scope(DEAL_WIDE) if (facility.id, f.key) in placed.cells)
    return (*own, *apart)


def _cells(
    row: str,
    fields: Iterable[FieldSpec],
    placed: tuple[Sorted, Sorted | None],
    sources: Sources,
    choices: dict[Cell, Choice],
) -> dict[str, FieldValue]:
    """The cells of a row, from what was said of it and from what the lexical reader says."""
    said, second = placed
    cells = {}
    for spec in fields:
        found = said.cells.get((row, spec.key), ())
        others = second.cells.get((row, spec.key), ()) if second else None
        settle = decide_all if spec.is_many else decide
        cells[spec.key], choice = settle(found, spec, sources.roles, sources.asked(spec), others)
        if choice:
            choices[row, spec.key] = choice
    return cells


def _binding(sources: Sources) -> tuple[Document, ...]:
    """The documents whose definitions count, by name: those that bind; all where none does."""
    spoken = {one.document.id: one.document for one in sources.candidates}
    spoken |= {one.document.id: one.document for one in sources.mentions}
    found = sorted(spoken.values(), key=lambda one: one.name)
    kept = [one for one in found if is_binding(sources.roles.get(one.id, DocumentRole(None)))]
    return tuple(kept or found)


def _contradictions(
    choices: Mapping[Cell, Choice], facilities: Sequence[Facility]
) -> Iterable[Conflict]:
    names = {facility.id: facility.called for facility in facilities}
    for (row, key), choice in choices.items():
        if other := choice.contradicted:
            message = f"{choice.chosen.best.written!r} stands against {other.best.written!r}"
            yield Conflict(field=key, facility=names.get(row), message=message)


def _homeless(placed: Sorted, schema: Schema) -> Iterable[str]:
    for one in placed.homeless:
        if one.value is not None and not one.withdrawn:
            kind = schema.entity if one.spec.is_deal_wide else schema.entity_by_key[one.spec.scope]
            said = f" is said of {', '.join(one.names)!r}, which is" if one.names else ":"
            yield (
                f"{one.spec.label}: {one.written!r}{said} no {kind.label} found here"
                f" ({one.document.name})"
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
