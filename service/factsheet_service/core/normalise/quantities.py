"""Numbers with units: one, several, or a range, in the unit of their field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from factsheet_schemas import FieldSpec
from factsheet_schemas.record import JsonValue

from .folding import fold, has_words
from .measurement_units import factor, unit_behind, unit_named
from .numbers import find_numbers, nearly
from .result import Normalised, NotAValue

MOST_STEPS = 100  # of a range that says its step
POWER = re.compile(r"(?:e|\s?[x×·]\s?10\s?\^)(?P<power>[-−+]?\d{1,2})\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:[,;/&]|(?:[,;]\s*)?(?:and|or|vs\.?|versus)\b)\s*[±+]?\s*", re.I)
_RANGED = re.compile(r"\s*(?:[-–—−]|\bto\b|\bthrough\b|\.{2,3}|…)\s*[±+]?\s*", re.I)
_SPREAD = re.compile(r"\s*(?:±|\+/?[-−])\s*")
_BETWEEN = re.compile(r"\bbetween\s+\S{0,3}$", re.I)
_LEAD = 20  # characters
_AND = re.compile(r"\s*and\s*", re.I)
_STEP = re.compile(r"\s*,?\s*(?:by|in|at|every|with)\s+(?:(?:step|interval)s?\s+of\s+)?", re.I)
_DIGITS = 9  # decimals that a conversion keeps


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at ``text[start:end]``, its unit included, in the unit that was asked for."""

    value: float
    start: int
    end: int
    has_unit: bool = False
    opens_range: bool = False  # the next one is the range's other end
    closes_range: bool = False


@lru_cache(maxsize=512)
def find_quantities(text: str, unit: str | None) -> tuple[Quantity, ...]:
    """All numbers of a text in one unit, in order; a number of another measure is left out.

    A number without a unit takes that of the next one in its list or range: "2, 4 and 6 cm".
    """
    wanted = unit_named(unit) if unit else None
    found = list(_found(text, wanted))
    for index in range(len(found) - 2, -1, -1):
        found[index] = _like_the_next(text, found[index], found[index + 1])
    measured = [one for one, scale in found if scale is not None]
    return tuple(_ranged(text, measured))


Scaled = tuple[Quantity, float | None]  # and what a number was multiplied by; None: left out


def _found(text: str, wanted: str | None) -> Iterator[Scaled]:
    for number in find_numbers(text):
        figure = text[number.start : number.end]
        plain = number.grouped if "," in figure else number.plain
        power = POWER.match(text, number.end)
        factor_of_ten = 10.0 ** int(power["power"].replace("−", "-")) if power else 1.0
        end = power.end() if power else number.end
        bare = Quantity(plain * factor_of_ten, number.start, end)
        behind = unit_behind(text, end) if wanted else None
        if wanted is None or behind is None:
            yield bare, 1.0
            continue
        scale = factor(behind[0], wanted)
        yield replace(_scaled(bare, scale or 1.0), end=behind[1], has_unit=True), scale


def _scaled(bare: Quantity, scale: float) -> Quantity:
    return replace(bare, value=round(bare.value * scale, _DIGITS))


def _like_the_next(text: str, one: Scaled, following: Scaled) -> Scaled:
    (bare, _), (after, scale) = one, following
    between = text[bare.end : after.start]
    is_joined = any(form.fullmatch(between) for form in (_LISTED, _RANGED, _SPREAD))
    if bare.has_unit or not after.has_unit or not is_joined:
        return one
    return replace(_scaled(bare, scale or 1.0), has_unit=True), scale


def _ranged(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    opened = {a.start for a, b in pairwise(found) if _is_range(text, a, b)}
    closed = {b.start for a, b in pairwise(found) if a.start in opened}
    for one in found:
        yield replace(one, opens_range=one.start in opened, closes_range=one.start in closed)


def _is_range(text: str, low: Quantity, high: Quantity) -> bool:
    between = text[low.end : high.start]
    if _AND.fullmatch(between):
        return _BETWEEN.search(text[max(0, low.start - _LEAD) : low.start]) is not None
    return low.value < high.value and _RANGED.fullmatch(between) is not None


def normalise_number(spec: FieldSpec, written: str) -> Normalised:
    """The first number in the field's unit: 450.0 for "0.45 s" of a field in ms.

    Raises:
        NotAValue: there is none, the words give a range of two, or it is out of bounds.
    """
    if (named := _named(spec, written)) is not None:
        return Normalised(named)
    first = _measured(spec, written)[0]
    if first.opens_range:
        raise NotAValue(f"{written!r} is a range, no single number")
    return Normalised(_within(spec, first.value))


def normalise_number_list(spec: FieldSpec, written: str) -> Normalised:
    """All numbers in the field's unit, each once: [25.0, 75.0] for "±25° and ±75°".

    A range with its step is all that it goes through: "0 to 30° by 15°" is [0, 15, 30].

    Raises:
        NotAValue: there is none, one is out of bounds, or a range does not say its step.
    """
    if (named := _named(spec, written)) is not None:
        return Normalised([named])
    values: list[float] = []
    for one in _listed(written, _measured(spec, written)):
        value = _within(spec, one)
        if not any(nearly(value, other) for other in values):
            values.append(value)
    return Normalised(values)


def normalise_range(spec: FieldSpec, written: str) -> Normalised:
    """Both ends in the field's unit. Raises NotAValue where there are no two, or out of bounds."""
    found = _measured(spec, written)
    for low, high in pairwise(found):
        if low.opens_range:
            return Normalised({"low": _within(spec, low.value), "high": _within(spec, high.value)})
    raise NotAValue(f"{written!r} is no range")


def _named(spec: FieldSpec, written: str) -> float | None:
    folded = fold(written)
    named = (value for word, value in spec.number_words.items() if has_words(fold(word), folded))
    return None if find_numbers(written) else next(named, None)


def _measured(spec: FieldSpec, written: str) -> list[Quantity]:
    """The numbers, those with a unit alone where one has it."""
    found = find_quantities(written, spec.unit)
    marked = [one for one in found if one.has_unit]
    if not found:
        raise NotAValue(f"no number{f' of {spec.unit}' if spec.unit else ''} in {written!r}")
    return marked or list(found)


def _listed(written: str, found: Sequence[Quantity]) -> Iterator[float]:
    skipped: set[int] = set()
    for index, one in enumerate(found):
        if one.opens_range:
            high, step = found[index + 1], _step(written, found[index + 1 : index + 3])
            skipped |= {index + 1, index + 2}
            yield from _through(one.value, high.value, step, written)
        elif index not in skipped:
            yield one.value


def _step(written: str, found: Sequence[Quantity]) -> float | None:
    """How far apart the values of a range are, where the words behind it say so."""
    if len(found) < 2:
        return None
    high, step = found
    return step.value if _STEP.fullmatch(written[high.end : step.start]) else None


def _through(low: float, high: float, step: float | None, written: str) -> list[float]:
    if not step or step <= 0 or (high - low) / step > MOST_STEPS:
        raise NotAValue(f"{written!r} is a range, no list of numbers")
    return [low + index * step for index in range(int((high - low) / step + 1.000001))]


def _within(spec: FieldSpec, value: float) -> float:
    """The value, without a magnitude's sign. Raises NotAValue out of bounds."""
    value = abs(value) if spec.is_magnitude else value
    check_bounds(spec, value)
    return value


def check_bounds(spec: FieldSpec, value: float) -> None:
    """Refuse what the field cannot be. Raises NotAValue saying which bound it breaks."""
    if spec.bounds is None:
        return
    least, most = spec.bounds.least, spec.bounds.most
    if most == "this_year":
        most = datetime.now(UTC).year
    if least is not None and value < least:
        raise NotAValue(f"{value:g} is less than {least:g}, the least that it can be")
    if most is not None and value > most:
        raise NotAValue(f"{value:g} is more than {most:g}, the most that it can be")


def has_quantity(spec: FieldSpec, value: float, quote: str) -> bool:
    """Whether a quote gives the number in any unit, by itself and not as the end of a range."""
    if _is_shown_by_word(spec, value, quote):
        return True
    return any(
        _equals(spec, one, value)
        for one in find_quantities(quote, spec.unit)
        if not (one.opens_range or one.closes_range)
    )


def has_quantities(spec: FieldSpec, values: Sequence[float], quote: str) -> bool:
    """Whether a quote gives every number of a list, one by one or as a range with its step."""
    found = find_quantities(quote, spec.unit)
    if all(
        any(_equals(spec, one, value) for one in found) or _is_shown_by_word(spec, value, quote)
        for value in values
    ):
        return True
    try:
        given = normalise_number_list(spec, quote).value
    except NotAValue:
        return False
    return all(any(nearly(one, value) for one in given) for value in values)


def has_range(spec: FieldSpec, value: JsonValue, quote: str) -> bool:
    """Whether a quote gives both ends of a range."""
    found = find_quantities(quote, spec.unit)
    return all(any(_equals(spec, one, value[end]) for one in found) for end in ("low", "high"))


def _is_shown_by_word(spec: FieldSpec, value: float, quote: str) -> bool:
    folded = fold(quote)
    return any(
        nearly(named, value) and has_words(fold(word), folded)
        for word, named in spec.number_words.items()
    )


def _equals(spec: FieldSpec, one: Quantity, value: float) -> bool:
    given = abs(one.value) if spec.is_magnitude else one.value
    return nearly(given, value)
