"""Gold answers: what careful readers hold a document to say, in our own form.

One JSON file per company: ``deal`` and ``facilities`` hold values with quotes, ``absent`` lists
what the documents do not state, ``unscored`` what two careful readers could differ on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from factsheet_schemas import FieldSpec, FieldType, Lender, Schema
from factsheet_schemas.errors import explain
from factsheet_schemas.record import JsonValue
from pydantic import ValidationError

from factsheet_service.core.errors import UsageError
from factsheet_service.core.normalise import NotAValue, normalise
from factsheet_service.core.questions import WITHIN

NOT_FOUND = "NOT_FOUND"
ENTAILED_TYPES = (
    *(FieldType.YES_NO, FieldType.ENUM, FieldType.ENUM_LIST, FieldType.COUNTRY),
    *(FieldType.CURRENCY, FieldType.CURRENCY_LIST),
)


class Kind(StrEnum):
    """How a gold value stands in its quotes."""

    LITERAL = "literal"  # as such, after normalisation
    ENTAILED = "entailed"  # the quote shows it
    DERIVED = "derived"  # computed; the quotes are all its sources
    CLAUSE = "clause"  # free text, scored by its place


@dataclass(frozen=True, slots=True)
class GoldValue:
    """One answer with all answers that are just as right, in wire form."""

    values: tuple[JsonValue, ...]  # the labelled one first; empty where unscored
    kind: Kind = Kind.LITERAL
    quotes: tuple[str, ...] = ()
    accepts_absence: bool = False
    is_unscored: bool = False
    superseded: tuple[JsonValue, ...] = ()  # what another document says and this one overrides
    is_of_margin: bool | None = None  # None: the gold does not say what it is a share of


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A facility, or a row of another kind. An optional row scores neither way."""

    names: tuple[str, ...]  # the labelled one first
    values: Mapping[str, GoldValue]
    is_optional: bool = False
    entity: str = ""  # the kind of row; empty: the schema's first
    within: str | None = None  # the name of the row that it lies within

    @property
    def called(self) -> str:
        """Its name behind that of the row it lies within."""
        return WITHIN.join(filter(None, (self.within, self.names[0])))


@dataclass(frozen=True, slots=True)
class Gold:
    """All that is labelled of one company."""

    name: str
    documents: tuple[str, ...]
    deal: Mapping[str, GoldValue]
    rows: tuple[GoldRow, ...]
    absent: frozenset[str]
    unscored: frozenset[str]
    is_core_only: bool = False  # fields that are not listed are not labelled
    lender_of_interest: Lender | None = None  # whose commitment and share it gives

    def of_deal(self, key: str) -> GoldValue | None:
        """The deal's answer; None where it is absent."""
        return self._or_unlabelled(self.deal.get(key), key)

    def of_row(self, row: GoldRow, key: str) -> GoldValue | None:
        """A facility's answer; None where it is absent."""
        return self._or_unlabelled(row.values.get(key), key)

    def of_no_row(self, key: str) -> GoldValue | None:
        """The answer for a facility that is none: absent, unless nobody labelled the field."""
        if key in self.unscored:
            return UNSCORED
        is_known = key in self.absent or any(key in row.values for row in self.rows)
        return None if is_known or not self.is_core_only else UNSCORED

    def _or_unlabelled(self, value: GoldValue | None, key: str) -> GoldValue | None:
        if value is None and (key in self.unscored or self._is_unlabelled(key)):
            return UNSCORED
        return value

    def _is_unlabelled(self, key: str) -> bool:
        return self.is_core_only and key not in self.absent


UNSCORED = GoldValue(values=(), is_unscored=True)


def read_gold(path: Path, schema: Schema) -> Gold:
    """Read one gold file; keys that the schema does not have are passed by.

    Raises:
        UsageError: it is not JSON, or holds a value that its field's type cannot hold.
    """
    data = read_json(path)
    if not isinstance(data, dict) or "facilities" not in data:
        raise UsageError(f"{path}: no gold of ours: it has no 'facilities'")
    rows = [*data["facilities"], *({**r, "optional": True} for r in _optional_rows(data))]
    return Gold(
        name=path.name.removesuffix(".json").removesuffix(".gold").removesuffix(".facilities"),
        documents=_documents(data, path),
        deal=_values(data.get("deal", {}), schema, f"{path}: deal"),
        rows=tuple(_row(row, schema, f"{path}: facilities.{n}") for n, row in enumerate(rows)),
        absent=frozenset(_listed(data.get("absent", {}))),
        unscored=frozenset(data.get("unscored", {})),
        is_core_only=bool(data.get("core_only", False)),
        lender_of_interest=_lender(data.get("lender_of_interest"), path),
    )


def _lender(written: JsonValue, path: Path) -> Lender | None:
    """The lender of interest: a name, or an object of name and aliases."""
    if not written:
        return None
    try:
        return Lender.model_validate({"name": written} if isinstance(written, str) else written)
    except ValidationError as error:
        raise UsageError(f"{path}: lender_of_interest: {explain(error)}") from error


def read_json(path: Path) -> Any:  # noqa: ANN401 - any JSON
    """A JSON file's content. Raises UsageError naming the file if it cannot be had."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: cannot be read as JSON: {error}") from error


def _optional_rows(data: dict[str, Any]) -> list[dict[str, Any]]:
    """``optional_facilities``: rows as in ``facilities``, or bare names."""
    listed = data.get("optional_facilities", [])
    return [row if isinstance(row, dict) else {"facility_name": {"value": row}} for row in listed]


def _documents(data: dict[str, Any], path: Path) -> tuple[str, ...]:
    if "documents" in data:
        return tuple(data["documents"])
    return (str(data.get("document", path.name.split(".gold")[0])),)


def _listed(absent: dict[str, Any] | list[str]) -> Iterable[str]:
    if isinstance(absent, list):
        return absent
    return [key for keys in absent.values() for key in keys]


def _row(data: dict[str, Any], schema: Schema, where: str) -> GoldRow:
    entity = schema.entity_by_key.get(data.get("entity", schema.entity.key))
    if entity is None:
        raise UsageError(f"{where}: the schema has no rows of the kind {data['entity']!r}")
    named = data.get(entity.name_field, {})
    names = [named.get("value"), *named.get("alt", []), *named.get("aliases", [])]
    return GoldRow(
        names=tuple(dict.fromkeys(name for name in names if name and name != NOT_FOUND)),
        values=_values(data, schema, where),
        is_optional=bool(data.get("optional", False)),
        entity=entity.key,
        within=data.get("within"),
    )


def _values(data: dict[str, Any], schema: Schema, where: str) -> dict[str, GoldValue]:
    return {
        key: _value(schema.by_key[key], cell, f"{where}.{key}")
        for key, cell in data.items()
        if key in schema.by_key
    }


def _value(spec: FieldSpec, cell: dict[str, Any], where: str) -> GoldValue:
    if cell.get("value") is None:
        return UNSCORED
    others = [*cell.get("alt", []), *cell.get("aliases", [])]
    return GoldValue(
        values=tuple(
            to_wire(spec, one, where) for one in (cell["value"], *others) if one != NOT_FOUND
        ),
        kind=_kind(spec, cell),
        quotes=tuple(dict.fromkeys([*filter(None, [cell.get("quote")]), *cell.get("quotes", [])])),
        accepts_absence=NOT_FOUND in others,
        superseded=tuple(_superseded(spec, cell)),
        is_of_margin=cell["basis"] == "of_margin" if "basis" in cell else None,
    )


def _kind(spec: FieldSpec, cell: dict[str, Any]) -> Kind:
    if "kind" in cell:
        return Kind(cell["kind"])
    if spec.type is FieldType.CLAUSE:
        return Kind.CLAUSE
    if cell.get("derived"):
        return Kind.DERIVED
    return Kind.ENTAILED if spec.type in ENTAILED_TYPES else Kind.LITERAL


def _superseded(spec: FieldSpec, cell: dict[str, Any]) -> Iterable[JsonValue]:
    """Values that lost; one that the type cannot hold (a range) could not be answered anyway."""
    for one in cell.get("superseded", []):
        try:
            yield to_wire(spec, one["value"] if _is_cell(one) else one, "superseded")
        except UsageError:
            continue


def _is_cell(one: JsonValue) -> bool:
    return isinstance(one, dict) and "value" in one


def to_wire(spec: FieldSpec, written: JsonValue, where: str) -> JsonValue:
    """A gold value in its type's wire form. Raises UsageError saying where it cannot be."""
    if spec.type is FieldType.SCHEDULE and isinstance(written, list):
        return [_step(step) for step in written]
    if spec.type in _OBJECTS and isinstance(written, dict):
        return written
    if isinstance(written, list):
        if spec.type not in _LISTS:
            raise UsageError(f"{where}: a list is no {spec.type.value}")
        written = "; ".join(map(str, written))
    if isinstance(written, int | float) and spec.type in _NUMBERS:
        return written
    try:
        return normalise(spec, str(written)).value
    except NotAValue as error:
        raise UsageError(f"{where}: no {spec.type.value}: {error}") from error


_LISTS = (
    *(FieldType.TEXT_LIST, FieldType.ENUM_LIST),
    *(FieldType.CURRENCY_LIST, FieldType.TENOR_SET, FieldType.NUMBER_LIST),
)
_OBJECTS = (FieldType.AMOUNT, FieldType.RANGE, FieldType.TALLY)
_NUMBERS = (
    *(FieldType.PERCENT, FieldType.RATIO, FieldType.NUMBER),
    *(FieldType.INTEGER, FieldType.YEAR, FieldType.MONTH),
)


def _step(step: dict[str, Any]) -> dict[str, JsonValue]:
    month, _, year = str(step["date"]).rpartition("/")
    level = {"amount": step["amount"]} if "amount" in step else {"percent": step["pct"]}
    return {"date": f"{year}-{month}" if month else year, **level}
