"""What changed between two records of a subject: documents, rows and cells, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from .comparing import folded, same_value
from .record import DocumentRecord, FacilityRecord, FieldValue, JsonValue, Record, Status, Wire

LEAST_EQUAL = 2  # cells that a renamed row has in common with what it was
LEAST_SHARE = 0.5  # of the cells that both have a value for


class Change(StrEnum):
    """What became of a document, a row or a cell's value."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"  # a row
    REPLACED = "replaced"  # a document by another of its name
    CHANGED = "changed"  # a cell's value
    STATUS = "status"  # a cell's status, its value being the same


class DocumentChange(Wire):
    """A document that only one of the runs had, or that differs under its name."""

    change: Change
    name: str
    role: str | None = None


class RowChange(Wire):
    """A row that only one of the runs has, or that goes by another name."""

    change: Change
    old: str | None = None
    new: str | None = None


class CellChange(Wire):
    """A cell that differs; rows that are new or gone are not repeated cell by cell."""

    change: Change
    field: str
    row: str | None = Field(default=None, description="its name in the newer run; None: the deal")
    old: FieldValue
    new: FieldValue
    reason: str | None = Field(default=None, description="which document or run brought it about")


class RunName(Wire):
    """Which run a side of the comparison is."""

    company: str
    id: str
    engine: str
    schema_version: str
    started_at: str


class RecordDiff(Wire):
    """All that changed from the run ``old`` to the run ``new``."""

    schema_name: str
    old: RunName
    new: RunName
    documents: tuple[DocumentChange, ...] = ()
    rows: tuple[RowChange, ...] = ()
    cells: tuple[CellChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.documents or self.rows or self.cells)


def compare_records(old: Record, new: Record) -> RecordDiff:
    """What changed from one record to the other, rows paired by their names, then their values.

    Raises:
        ValueError: the records are of two schemas.
    """
    if old.run.schema_name != new.run.schema_name:
        names = f"{old.run.schema_name} and {new.run.schema_name}"
        raise ValueError(f"the runs have two schemas: {names}")
    pairs = _pairs(old, new)
    return RecordDiff(
        schema_name=new.run.schema_name,
        old=_name(old),
        new=_name(new),
        documents=tuple(_documents(old, new)),
        rows=tuple(_rows(old, new, pairs)),
        cells=tuple(_cells(old, new, pairs)),
    )


Pair = tuple[FacilityRecord, FacilityRecord]


def _name(record: Record) -> RunName:
    return RunName(company=record.company, **dict(record.run))


def _documents(old: Record, new: Record) -> Iterator[DocumentChange]:
    before, after = _by_name(old), _by_name(new)
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        known = now or was
        if was and now and was.sha256 == now.sha256:
            continue
        change = Change.REMOVED if not now else Change.REPLACED if was else Change.ADDED
        yield DocumentChange(change=change, name=name, role=known.role if known else None)


def _by_name(record: Record) -> dict[str, DocumentRecord]:
    return {document.name: document for document in record.documents}


def _pairs(old: Record, new: Record) -> list[Pair]:
    """Rows that are the same: by name, by one of their names, then by what they say."""
    left, right = list(old.facilities), list(new.facilities)
    pairs: list[Pair] = []
    for are_same in (_same_name, _share_names, _say_the_same):
        for was in tuple(left):
            now = next((one for one in right if are_same(was, one, old, new)), None)
            if now is not None:
                pairs.append((was, now))
                left.remove(was)
                right.remove(now)
    return pairs


def _same_name(was: FacilityRecord, now: FacilityRecord, old: Record, new: Record) -> bool:
    return folded(old.called(was)) == folded(new.called(now))


def _share_names(was: FacilityRecord, now: FacilityRecord, old: Record, new: Record) -> bool:
    return was.parent == now.parent and bool(_names(was) & _names(now))


def _say_the_same(was: FacilityRecord, now: FacilityRecord, old: Record, new: Record) -> bool:
    """Whether most of the cells that both have a value for have the same."""
    both = [
        (cell.value, now.fields[key].value)
        for key, cell in was.fields.items()
        if cell.value is not None and key in now.fields and now.fields[key].value is not None
    ]
    equal = sum(same_value(*values) for values in both)
    return equal >= LEAST_EQUAL and equal >= LEAST_SHARE * len(both)


def _names(row: FacilityRecord) -> set[str]:
    return {folded(name) for name in (row.name, *row.aliases)}


def _rows(old: Record, new: Record, pairs: Sequence[Pair]) -> Iterator[RowChange]:
    paired = {id(row) for pair in pairs for row in pair}
    for was, now in pairs:
        if not _same_name(was, now, old, new):
            yield RowChange(change=Change.RENAMED, old=old.called(was), new=new.called(now))
    for row in old.facilities:
        if id(row) not in paired:
            yield RowChange(change=Change.REMOVED, old=old.called(row))
    for row in new.facilities:
        if id(row) not in paired:
            yield RowChange(change=Change.ADDED, new=new.called(row))


def _cells(old: Record, new: Record, pairs: Sequence[Pair]) -> Iterator[CellChange]:
    yield from _changed(old.deal, new.deal, None, old, new)
    for was, now in pairs:
        keys = dict.fromkeys((*was.fields, *now.fields))
        mine, theirs = _held(was, keys, old), _held(now, keys, new)
        yield from _changed(mine, theirs, new.called(now), old, new)


def _held(row: FacilityRecord, keys: Iterable[str], record: Record) -> dict[str, FieldValue]:
    """What a row holds, its own or the deal's."""
    cells = {key: row.fields.get(key) or record.deal.get(key) for key in keys}
    return {key: cell for key, cell in cells.items() if cell is not None}


NOT_ASKED = FieldValue(status=Status.NOT_ASKED)


def _changed(
    before: Mapping[str, FieldValue],
    after: Mapping[str, FieldValue],
    row: str | None,
    old: Record,
    new: Record,
) -> Iterator[CellChange]:
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key, NOT_ASKED), after.get(key, NOT_ASKED)
        change = _change(was, now)
        if change is not None:
            reason = _why(was, now, old, new)
            yield CellChange(change=change, field=key, row=row, old=was, new=now, reason=reason)


def _change(was: FieldValue, now: FieldValue) -> Change | None:
    if was.value is None and now.value is None:
        return Change.STATUS if was.status is not now.status else None
    if was.value is None:
        return Change.ADDED
    if now.value is None:
        return Change.REMOVED
    if not same_value(was.value, now.value) or _qualified(was) != _qualified(now):
        return Change.CHANGED
    return Change.STATUS if was.status is not now.status else None


def _qualified(cell: FieldValue) -> tuple[JsonValue, ...]:
    """What a number is of, and its levels."""
    return (cell.qualifiers.basis, list(cell.qualifiers.steps))


def _why(was: FieldValue, now: FieldValue, old: Record, new: Record) -> str | None:
    """The document or the run that brought a change about, as far as the records tell."""
    lost = next((one for one in now.alternatives if same_value(one.value, was.value)), None)
    if lost is not None and was.value is not None:
        return lost.reason
    if brought := _only_in(now, old):
        return f"{', '.join(brought)} was not read before"
    if gone := _only_in(was, new):
        return f"{', '.join(gone)} is no longer among the documents"
    return now.reason or _other_way_of_reading(old, new)


def _only_in(cell: FieldValue, other: Record) -> list[str]:
    """The documents of a cell's evidence that the other run did not have."""
    had = {document.id for document in other.documents}
    cited = {one.document: one.document_name for one in cell.evidence}
    return [name for key, name in cited.items() if key not in had]


def _other_way_of_reading(old: Record, new: Record) -> str | None:
    for what in ("engine", "schema_version", "options"):
        was, now = getattr(old.run, what), getattr(new.run, what)
        if was != now:
            how = f": {was}, then {now}" if isinstance(now, str) else ""
            return f"the runs differ in their {what.replace('_', ' ')}{how}"
    return None
