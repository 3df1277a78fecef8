"""Derivations and rules over all rows of a sheet, each with what it inherits under it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from factsheet_schemas import DEAL, FieldValue, Schema
from factsheet_schemas.record import Conflict
from factsheet_schemas.rules import Rule

from factsheet_service.core.document import Document

from .derive import derived
from .names import Facility
from .rules import Finding, findings, inapplicable
from .totals import products, totalled

Cells = Mapping[str, FieldValue]
Rows = Sequence[tuple[Facility, Cells]]


@dataclass(frozen=True, slots=True)
class Checked:
    """A sheet's cells after derivations and rules, and what the rules have to say."""

    deal: Cells
    rows: tuple[tuple[Facility, Cells], ...]
    conflicts: tuple[Conflict, ...]
    warnings: tuple[str, ...]


def checked(
    deal: Cells,
    rows: Rows,
    schema: Schema,
    documents: Sequence[Document],
    configured: Collection[str],
) -> Checked:
    """Derivations, then rules; each sees a row with the cells of the rows above it and the deal's
    under it.

    Rules over deal-wide fields alone are checked with the rows of the first kind, which may differ
    from them, or once where there are none. One row of several neither dates a deal-wide cell nor
    makes it inapplicable.
    """
    return _Checking(schema, documents, configured).run({**deal}, rows)


@dataclass(slots=True)
class _Checking:
    schema: Schema
    documents: Sequence[Document]
    configured: Collection[str]
    conflicts: dict[tuple[str, str | None, str], Conflict] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)

    def run(self, deal: dict[str, FieldValue], rows: Rows) -> Checked:
        deal |= _own(derived(deal, self.schema, self.documents), deal)
        first = {facility.id for facility, _ in rows if facility.entity == self._first}
        if not first:
            deal = self._settled(None, deal, {}, decided=deal)
        settled: dict[str, dict[str, FieldValue]] = {}
        for facility, cells in rows:
            above = settled[facility.parent.id] if facility.parent else deal
            both = {**above, **cells}
            is_only = facility.id in first and len(first) == 1
            both = self._settled(facility, both, cells, decided=both if is_only else cells)
            if facility.id in first:
                deal = {key: deal[key] if key in cells else both[key] for key in deal}
            settled[facility.id] = both
        deal |= {f.field: f.repaired for f in inapplicable(deal, self.schema) if f.repaired}
        kept = tuple((f, {key: settled[f.id][key] for key in cells}) for f, cells in rows)
        whole, all_rows, odd = totalled(deal, kept, self.schema)
        return Checked(whole, all_rows, tuple(self.conflicts.values()), (*self.warnings, *odd))

    @property
    def _first(self) -> str | None:
        return self.schema.entity.key if self.schema.entities else None

    def _settled(
        self, facility: Facility | None, cells: Cells, own: Cells, decided: Cells
    ) -> dict[str, FieldValue]:
        """One row's cells, inherited ones among them, with those of ``decided`` derived and
        repaired; findings are noted as the row's where they are about its ``own`` cells."""
        both = {**cells, **_own(derived(cells, self.schema, self.documents), decided)}
        both |= _own(products(both, self.schema), decided)
        for finding in findings(both, self.schema, self.configured, self._rules(facility)):
            if finding.repaired and (finding.rule or finding.field in decided):
                both[finding.field] = finding.repaired
            self._note(finding, facility if finding.field in own else None)
        return both

    def _rules(self, facility: Facility | None) -> Iterator[Rule]:
        """The rules to check on a row, or on the deal where no row of the first kind is."""
        if facility is None or facility.entity == self._first:
            yield from self.schema.rules_at(DEAL)
        if facility is not None:
            yield from self.schema.rules_at(facility.entity)

    def _note(self, finding: Finding, facility: Facility | None) -> None:
        if finding.rule == 0:  # a cell that does not apply is no finding to report
            return
        name = facility.called if facility else None
        if finding.is_conflict:
            conflict = Conflict(
                field=finding.field, facility=name, message=finding.message, rule=finding.rule
            )
            self.conflicts[finding.field, name, finding.message] = conflict
        else:
            self.warnings[f"{name or 'deal'}: {finding.message} (rule {finding.rule})"] = None


def _own(found: Cells, cells: Cells) -> dict[str, FieldValue]:
    return {key: value for key, value in found.items() if key in cells}
