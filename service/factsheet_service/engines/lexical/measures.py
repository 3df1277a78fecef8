"""Numbers with units, lists and ranges of them, and tallies, in a stretch of text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from factsheet_schemas import FieldSpec

from factsheet_service.core.normalise.measurement_units import unit_named
from factsheet_service.core.normalise.numbers import find_numbers
from factsheet_service.core.normalise.quantities import Quantity, find_quantities
from factsheet_service.core.normalise.result import NotAValue
from factsheet_service.core.normalise.tallies import normalise_tally

from .quantities import Found


def measures(spec: FieldSpec, text: str, start: int, end: int) -> Iterator[Found]:
    """Single numbers of the field's unit, where it has one that is known; no ends of ranges."""
    for one in _marked(spec, text[start:end]):
        if not (one.opens_range or one.closes_range):
            yield _found(spec, one, start)


def several(spec: FieldSpec, text: str, start: int, end: int) -> Iterator[Found]:
    """Numbers of the field's unit, ends of ranges too, and words that stand for one."""
    for one in _marked(spec, text[start:end]):
        yield _found(spec, one, start)
    for word, number in spec.number_words.items():
        for match in re.finditer(rf"\b{re.escape(word)}\b", text[start:end], re.IGNORECASE):
            yield Found(start + match.start(), start + match.end(), f"{number:.9g}", number)


def ranges(spec: FieldSpec, text: str, start: int, end: int) -> Iterator[Found]:
    """Both ends of each range."""
    found = find_quantities(text[start:end], spec.unit)
    for index, low in enumerate(found):
        if low.opens_range:
            high = found[index + 1]
            written = f"{low.value:.9g}-{high.value:.9g}"
            yield Found(start + low.start, start + high.end, written, low.value)


def counts(spec: FieldSpec, text: str, start: int, end: int) -> Iterator[Found]:
    """Whole numbers, in figures or words."""
    for one in find_numbers(text[start:end]):
        if one.grouped == int(one.grouped) and one.grouped >= 0:
            number = int(one.grouped)
            yield Found(start + one.start, start + one.end, str(number), float(number))


def tallies(spec: FieldSpec, text: str, start: int, end: int) -> Iterator[Found]:
    """All counts of a stretch together."""
    try:
        value = normalise_tally(spec, text[start:end]).value
    except NotAValue:
        return
    written = "; ".join(f"{count} {option}" for option, count in value.items())
    yield Found(start, end, written)


def _marked(spec: FieldSpec, text: str) -> list[Quantity]:
    found = find_quantities(text, spec.unit)
    needs_unit = spec.unit is not None and unit_named(spec.unit) is not None
    is_alone = len(found) == 1 and text.strip(" ±") == text[found[0].start : found[0].end].strip()
    return [one for one in found if one.has_unit or is_alone or not needs_unit]


def _found(spec: FieldSpec, one: Quantity, start: int) -> Found:
    value = abs(one.value) if spec.is_magnitude else one.value
    written = f"{value:.9g}"
    return Found(start + one.start, start + one.end, written, value)
