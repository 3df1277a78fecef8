"""Gold rows of others against records of ours: one row per subject, its rows rolled up.

The fields of the map become those of a schema of their own, answered once for the subject; gold
and record in that form are scored as any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from factsheet_schemas import DEAL, FieldSpec, FieldType, FieldValue, Record, Schema, Status
from factsheet_schemas.gold_map import GoldMap, MappedColumn
from factsheet_schemas.record import JsonValue
from factsheet_schemas.schema import Group

from factsheet_service.core.errors import UsageError
from factsheet_service.core.normalise import NotAValue, normalise, same

from .gold import UNSCORED, Gold, GoldValue, Kind

MAX_EVIDENCE = 4
_LISTS = {
    FieldType.ENUM: FieldType.ENUM_LIST,
    FieldType.TEXT: FieldType.TEXT_LIST,
    FieldType.NUMBER: FieldType.NUMBER_LIST,
}


def is_row(data: object, known: GoldMap) -> bool:
    """Whether a gold file's content is a row of such a sheet."""
    if not isinstance(data, dict) or "facilities" in data:
        return False
    return len(known.names & data.keys()) > len(data) / 2


def mapped_schema(known: GoldMap, schema: Schema) -> Schema:
    """The map's fields, each answered once for the subject."""
    fields = tuple(_spec(one, schema) for one in known.columns)
    group = Group(key="row", title="Row", fields=fields)
    changes = {"groups": (group,), "entities": (), "sheet_of": None}
    dropped = {"rules": (), "quotients": (), "products": (), "sums": (), "anchors": (), "roles": ()}
    return Schema.model_validate(schema.model_dump() | changes | dropped)


def _spec(one: MappedColumn, schema: Schema) -> FieldSpec:
    spec = schema.by_key[one.field]
    as_list = _LISTS.get(spec.type, spec.type) if one.rollup == "union" else spec.type
    update = {"scope": DEAL, "type": as_list, "applies_if": None, "is_named": False}
    return spec.model_copy(update=update | ({"pattern": None} if one.reduce else {}))


def mapped_gold(data: Mapping[str, str], path: Path, known: GoldMap, schema: Schema) -> Gold:
    """A row as gold. What is not labelled, and words that the map does not know, are not scored.

    ``schema`` is the map's own. Raises UsageError where a cell is no value of its field.
    """
    cells = {
        one.field: _gold(one, str(data.get(one.column, "")), schema, known) for one in known.columns
    }
    return Gold(
        name=path.name.removesuffix(".json").removesuffix(".gold"),
        documents=(str(data["document"]),) if data.get("document") else (),
        deal={key: value for key, value in cells.items() if value is not None},
        rows=(),
        absent=frozenset(key for key, value in cells.items() if value is None),
        unscored=frozenset(),
        is_core_only=True,
    )


def _gold(one: MappedColumn, cell: str, schema: Schema, known: GoldMap) -> GoldValue | None:
    """A cell's value; None where it says that nothing is reported."""
    cell = cell.strip()
    if cell in known.absent:
        return None
    written = list(_written(one, cell))
    if not written:
        return UNSCORED
    spec = schema.by_key[one.field]
    try:
        value = normalise(spec, "; ".join(written)).value
    except NotAValue as error:
        raise UsageError(
            f"column {one.column!r}: {cell!r} is no {spec.type.value}: {error}"
        ) from error
    return GoldValue(values=(_reduced(one, value),), kind=Kind.ENTAILED)


def _written(one: MappedColumn, cell: str) -> Iterator[str]:
    """The parts of a cell in the field's own words; none of a column that speaks of others."""
    parts = [part.strip() for part in (re.split(one.split, cell) if one.split else [cell])]
    meanings = {word.casefold(): options for word, options in one.values.items()}
    for part in filter(None, parts):
        if not one.values:
            yield part
        yield from meanings.get(part.casefold(), ())


def _reduced(one: MappedColumn, value: JsonValue) -> JsonValue:
    if one.reduce is None or not isinstance(value, list):
        return value
    return [_last_name(name) for name in value]


def _last_name(name: str) -> str:
    """ "Smith" of "A. B. Smith" and of "Smith, A. B."."""
    last, comma, _ = name.partition(",")
    return last if comma else name.rsplit(maxsplit=1)[-1]


def rolled_up(record: Record, known: GoldMap, schema: Schema, mapped: Schema) -> Record:
    """A record whose values are all the subject's, those of its rows rolled up."""
    deal = {one.field: _rolled(record, one, schema, mapped) for one in known.columns}
    return record.model_copy(update={"deal": deal, "facilities": ()})


def _rolled(record: Record, one: MappedColumn, schema: Schema, mapped: Schema) -> FieldValue:
    own = record.deal.get(one.field)
    cells = _cells(record, schema, one.field)
    if one.or_sum_of and not _is_present(own):
        return _summed(_cells(record, schema, one.or_sum_of))
    if one.rollup is None:
        cells = [own] if own else []
    present = [cell for cell in cells if _is_present(cell)]
    if not present:
        return cells[0] if cells else FieldValue(status=Status.NOT_ASKED)
    spec = mapped.by_key[one.field]
    values = [cell.value for cell in present]
    value = _union(values, spec) if one.rollup == "union" else values[0]
    is_shared = one.rollup != "shared" or all(same(spec, value, other) for other in values)
    evidence = tuple(dict.fromkeys(e for cell in present for e in cell.evidence))[:MAX_EVIDENCE]
    return FieldValue(
        status=Status.PRESENT if is_shared else Status.POSSIBLY_PRESENT,
        value=_reduced(one, value),
        evidence=evidence,
        reason=None if is_shared else "the rows have several values",
    )


def _cells(record: Record, schema: Schema, key: str) -> list[FieldValue]:
    """A field's cells: of the rows of its kind, and of the deal."""
    rows = [row.fields[key] for row in record.facilities if key in row.fields]
    return [*rows, *([record.deal[key]] if key in record.deal else [])]


def _is_present(cell: FieldValue | None) -> bool:
    return cell is not None and cell.status is Status.PRESENT


def _summed(cells: Sequence[FieldValue]) -> FieldValue:
    """The sum of the rows' numbers; nothing where one of them is not known."""
    if not cells or not all(map(_is_present, cells)):
        return FieldValue(status=Status.NOT_FOUND)
    evidence = tuple(dict.fromkeys(e for cell in cells for e in cell.evidence[:1]))
    total = sum(cell.value for cell in cells)
    return FieldValue(status=Status.PRESENT, value=total, evidence=evidence)


def _union(values: Sequence[JsonValue], spec: FieldSpec) -> list[JsonValue]:
    found: list[JsonValue] = []
    single = spec.model_copy(update={"type": _single(spec.type)})
    for value in values:
        for one in value if isinstance(value, list) else [value]:
            if not any(same(single, one, other) for other in found):
                found.append(one)
    return found


def _single(kind: FieldType) -> FieldType:
    return next((one for one, many in _LISTS.items() if many is kind), kind)
