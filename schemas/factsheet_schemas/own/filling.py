"""From a record back to the user's own JSON: each value in its leaf, nothing invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from factsheet_schemas.record import (
    AnswerProblem,
    FacilityRecord,
    FieldValue,
    JsonValue,
    LeafSource,
    Record,
    Status,
)

from .shape import Branch, Constant, Leaf, Node, OwnSchema, Path, Rows
from .writing import Unwritable, written

_NOTHING: Any = object()  # no value, and none to be written
NOT_ASKED = FieldValue(status=Status.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Filled:
    """The user's JSON, where its leaves come from, and why leaves that may not be null have none.

    What has no value is null where the JSON Schema allows null, else left out.
    """

    value: JsonValue
    leaves: Mapping[str, LeafSource]
    gaps: tuple[AnswerProblem, ...]


def fill(own: OwnSchema, record: Record) -> Filled:
    """The record in its user's shape."""
    filling = _Filling(own, record)
    value = filling.branch(own.root, None, "")
    return Filled({} if value is _NOTHING else value, filling.leaves, tuple(filling.gaps))


@dataclass
class _Filling:
    own: OwnSchema
    record: Record
    leaves: dict[str, LeafSource] = field(default_factory=dict)
    gaps: list[AnswerProblem] = field(default_factory=list)

    def branch(self, branch: Branch, row: FacilityRecord | None, at: str) -> JsonValue:
        """An object; null, or nothing, where none of its leaves has a value."""
        gaps, found = len(self.gaps), {}
        for name, node in branch.properties.items():
            value = self._node(node, row, f"{at}/{escaped(name)}")
            if value is not _NOTHING:
                found[name] = value
        if not branch.path or _says_something(branch, found):
            return found
        if branch.is_nullable or branch.required - found.keys():
            self.gaps[gaps:] = [gap for gap in self.gaps[gaps:] if _is_failure(gap)]
            return None if branch.is_nullable else _NOTHING
        return found

    def _node(self, node: Node, row: FacilityRecord | None, at: str) -> JsonValue:
        match node:
            case Constant(value=value):
                return value
            case Branch():
                return self.branch(node, row, at)
            case Rows():
                return self._rows(node, row, at)
            case Leaf():
                return self._leaf(node, row, at)

    def _rows(self, rows: Rows, row: FacilityRecord | None, at: str) -> JsonValue:
        found = list(self._within(self.own.keys[rows.path], row))
        if not found:
            return None if rows.is_nullable else []
        items = (self.branch(rows.item, one, f"{at}/{n}") for n, one in enumerate(found))
        return [{} if item is _NOTHING else item for item in items]

    def _within(self, entity: str, row: FacilityRecord | None) -> Iterator[FacilityRecord]:
        for one in self.record.facilities:
            if one.entity == entity and (row is None or one.parent in (row.id, None)):
                yield one

    def _leaf(self, leaf: Leaf, row: FacilityRecord | None, at: str) -> JsonValue:
        key = self.own.keys[leaf.source]
        row, cell = self._cell(key, row)
        self.leaves[at] = LeafSource(field=key, row=row.id if row else None)
        if cell.status is not Status.PRESENT or cell.value is None:
            return self._gap(leaf, at, _why(cell), is_failed=cell.status is Status.FAILED)
        if self._is_many(leaf.source):
            return self._list(leaf, cell, at)
        try:
            return written(leaf, cell.value)
        except Unwritable as error:
            return self._gap(leaf, at, str(error))

    def _list(self, leaf: Leaf, cell: FieldValue, at: str) -> JsonValue:
        """The values that can be written, each with its own source; the others are gaps."""
        found: list[JsonValue] = []
        for number, one in enumerate(cell.value):
            where = f"{at}/{len(found)}"
            try:
                found.append(written(leaf, one))
            except Unwritable as error:
                self.gaps.append(AnswerProblem(pointer=at, message=str(error)))
            else:
                self.leaves[where] = self.leaves[at].model_copy(update={"item": number})
        return found

    def _is_many(self, source: Path) -> bool:
        return self.own.schema.by_key[self.own.keys[source]].is_many

    def _gap(self, leaf: Leaf, at: str, reason: str, *, is_failed: bool = False) -> JsonValue:
        """Null or an empty list where that is allowed. An answer that could not be had is told of
        all the same: it says nothing of what the documents say."""
        is_many = self._is_many(leaf.source)
        if is_failed or not (leaf.is_nullable or is_many):
            self.gaps.append(AnswerProblem(pointer=at, message=reason))
        if leaf.is_nullable:
            return None
        return [] if is_many else _NOTHING

    def _cell(
        self, key: str, row: FacilityRecord | None
    ) -> tuple[FacilityRecord | None, FieldValue]:
        """The cell that a leaf is read from, and its row.

        A value of the whole that the documents give by row is taken where all rows say the same.
        """
        if row is not None and not self.own.schema.by_key[key].is_deal_wide:
            return row, row.fields.get(key, NOT_ASKED)
        cell = self.record.deal.get(key, NOT_ASKED)
        by_row = [(one, one.fields.get(key, NOT_ASKED)) for one in self._first_rows()]
        if cell.status is not Status.PRESENT and by_row and _is_agreed([one for _, one in by_row]):
            return by_row[0]
        return None, cell

    def _first_rows(self) -> list[FacilityRecord]:
        """The rows that may differ from what is said of the whole."""
        kinds = [entity.key for entity in self.own.schema.entities[:1]]
        return [row for row in self.record.facilities if row.entity in kinds]


def escaped(name: str) -> str:
    """A property's name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def pointer_to(path: Iterable[str | int]) -> str:
    """The JSON pointer to what lies at the end of some steps."""
    return "".join(f"/{escaped(str(step))}" for step in path)


def _is_agreed(cells: Sequence[FieldValue]) -> bool:
    """Whether all cells have the same value."""
    values = [cell.value for cell in cells if cell.status is Status.PRESENT]
    return len(values) == len(cells) and all(value == values[0] for value in values)


def _is_failure(gap: AnswerProblem) -> bool:
    return gap.message.startswith(Status.FAILED)


def _says_something(branch: Branch, found: Mapping[str, JsonValue]) -> bool:
    """Whether an object has any value that was read, its constants aside."""
    return any(
        value not in (None, [], {}) and not isinstance(branch.properties[name], Constant)
        for name, value in found.items()
        if not isinstance(branch.properties[name], Branch) or _is_telling(branch, name, value)
    )


def _is_telling(branch: Branch, name: str, value: JsonValue) -> bool:
    inner = branch.properties[name]
    return isinstance(inner, Branch) and bool(value) and _says_something(inner, value)


def _why(cell: FieldValue) -> str:
    """Why a cell has no value that may be relied on."""
    words = cell.status.value
    if cell.status is Status.NOT_FOUND and cell.windows_asked:
        words = f"{words} in {cell.windows_asked} windows"
    return f"{words}: {cell.reason}" if cell.reason else words
