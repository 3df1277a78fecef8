"""Whether cited words support a value: by stating it, by showing it, or by amounts that give it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.record import Grounding, JsonValue

from factsheet_service.core.lines import fold
from factsheet_service.core.normalise import (
    NotAValue,
    agrees,
    may_entail,
    quotient_of,
    regular_steps,
    same_schedule,
    shift,
)
from factsheet_service.core.normalise.dates import find_dates, months_of

JUDGEMENTS = (FieldType.YES_NO, FieldType.CODE)  # which no words contain
ENTAILED = 0.75  # what is left of a score where the words show a value without naming it
_PART = re.compile(r"\n|(?<=[;.])\s+(?=\()|\s+(?=\((?:[a-z]|[ivx]{1,4})\)\s)")


@dataclass(frozen=True, slots=True)
class Support:
    """How a value's words bear it out, how sure that makes it, and the formula where it follows."""

    grounding: Grounding
    weight: float = 1.0
    formula: str | None = None


def support_of(
    spec: FieldSpec, value: JsonValue, names: Sequence[str], lines: Sequence[str]
) -> Support | None:
    """What the cited lines do for a value said of the named rows; None where they do nothing."""
    source = " ".join(lines)
    if formula := _instalments(spec, value, source):
        return Support(Grounding.COMPUTED, ENTAILED, formula)
    if agrees(spec, value, source):
        return Support(Grounding.SHOWN if spec.type in JUDGEMENTS else Grounding.STATED)
    if may_entail(spec, value, source) or may_entail(spec, value, _about(names, lines)):
        return Support(Grounding.SHOWN, ENTAILED)
    formula = quotient_of(float(value), lines) if spec.type is FieldType.PERCENT else None
    return Support(Grounding.COMPUTED, ENTAILED, formula) if formula else None


def counted(value: JsonValue, anchor: str, offset: str | None, source: str) -> Support | None:
    """Whether a date that was counted from an event is its offset away from a date cited."""
    if offset is None:
        return None
    for found in find_dates(source):
        try:
            moved = shift(found.wire, offset)
        except NotAValue:
            continue
        if months_of(moved) == months_of(value):
            formula = f"{anchor} ({source[found.start : found.end]}) + {offset}"
            return Support(Grounding.COMPUTED, formula=formula)
    return None


def _instalments(spec: FieldSpec, value: JsonValue, source: str) -> str | None:
    """How a schedule is written out from the numbers and dates of its instalments."""
    steps = regular_steps(source) if spec.type is FieldType.SCHEDULE else []
    is_same = bool(steps) and same_schedule(steps, value)
    return f"{len(steps)} instalments at even distances" if is_same else None


def _about(names: Sequence[str], lines: Sequence[str]) -> str:
    """The parts of a list that name the rows; empty where none does, or all do."""
    parts = [part for line in lines for part in _PART.split(line) if part.strip()]
    own = [part for part in parts if any(_names(name, part) for name in names)]
    return "\n".join(own) if len(own) < len(parts) else ""


def _names(name: str, part: str) -> bool:
    words = re.escape(fold(name).casefold())
    return bool(words) and re.search(rf"(?<!\w){words}(?!\w)", fold(part).casefold()) is not None
