"""Numbers that follow from others: products within a row, sums over the rows within one."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose, prod

from factsheet_schemas import DEAL, FieldValue, Level, Origin, Schema, Status
from factsheet_schemas.record import Derivation
from factsheet_schemas.rules import Product, Sum

from .names import Facility
from .rules import has_value

TOTAL_CONFIDENCE = 0.75

Cells = Mapping[str, FieldValue]
Rows = tuple[tuple[Facility, Cells], ...]


def products(cells: Cells, schema: Schema) -> dict[str, FieldValue]:
    """The cells of one row that are products of others and are not stated, by field key."""
    found = {product.field: _product(product, cells) for product in schema.products}
    return {key: value for key, value in found.items() if value is not None}


def _product(product: Product, cells: Cells) -> FieldValue | None:
    stated = cells.get(product.field)
    factors = {key: cells[key] for key in product.factors if has_value(cells.get(key))}
    if stated is None or has_value(stated) or len(factors) < len(product.factors):
        return None
    total = prod(cell.value for cell in factors.values())
    return computed(stated, total, " x ".join(factors), factors)


def computed(
    stated: FieldValue, value: float, formula: str, sources: Mapping[str, FieldValue]
) -> FieldValue:
    """A cell with a value that follows from others, which stand behind it with their evidence."""
    evidence = (one for cell in sources.values() for one in cell.evidence[:1])
    inputs = {key: cell.value for key, cell in sources.items()}
    return stated.model_copy(
        update={
            "status": Status.PRESENT,
            "value": value,
            "as_written": None,
            "origin": Origin.DERIVED,
            "confidence": TOTAL_CONFIDENCE,
            "level": Level.MEDIUM,
            "evidence": tuple(dict.fromkeys(evidence)),
            "derivation": Derivation(formula=formula, inputs=inputs),
            "reason": None,
        }
    )


def totalled(deal: Cells, rows: Rows, schema: Schema) -> tuple[Cells, Rows, list[str]]:
    """The deal and the rows with sums over the rows within each, the innermost summed first; and
    a warning where a stated number is not what its parts come to.

    Nothing is summed where one of the parts is not known.
    """
    warnings: list[str] = []
    kept = {facility.id: dict(cells) for facility, cells in rows}
    above = dict(deal)
    for sum_ in schema.sums:
        for facility in (*(f for f, _ in rows), None):
            cells = kept[facility.id] if facility else above
            if sum_.field in cells and schema.by_key[sum_.field].scope == _scope(facility):
                parts = _parts(sum_, facility, rows, kept, schema)
                _total(sum_, facility, cells, parts, warnings)
    return above, tuple((facility, kept[facility.id]) for facility, _ in rows), warnings


def _scope(facility: Facility | None) -> str:
    return facility.entity if facility else DEAL


def _parts(
    sum_: Sum,
    facility: Facility | None,
    rows: Rows,
    kept: Mapping[str, Cells],
    schema: Schema,
) -> dict[str, FieldValue]:
    """The parts' cells by the names of their rows; none where one of them has no value."""
    kind = schema.by_key[sum_.parts].scope
    inside = [f for f, _ in rows if f.entity == kind and (facility in (None, f.parent))]
    cells = {f.called: kept[f.id][sum_.parts] for f in inside if sum_.parts in kept[f.id]}
    is_whole = len(cells) == len(inside) and all(has_value(cell) for cell in cells.values())
    return cells if is_whole and len(cells) > 1 else {}


def _total(
    sum_: Sum,
    facility: Facility | None,
    cells: dict[str, FieldValue],
    parts: Mapping[str, FieldValue],
    warnings: list[str],
) -> None:
    if not parts:
        return
    total, stated = sum(cell.value for cell in parts.values()), cells[sum_.field]
    if not has_value(stated):
        cells[sum_.field] = computed(stated, total, f"sum of {sum_.parts}", parts)
    elif not isclose(stated.value, total):  # 0.1 and 0.2 do not make 0.3
        name = facility.called if facility else "deal"
        warnings.append(f"{name}: {sum_.message} ({stated.value:g}, not {total:g})")
