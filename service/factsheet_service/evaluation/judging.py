"""One cell against its gold answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from factsheet_schemas import FieldSpec, FieldValue, Status
from factsheet_schemas.record import JsonValue

from factsheet_service.core.normalise import same

from .gold import GoldValue, Kind
from .spans import Sources, shows

NO_ANSWER = FieldValue(status=Status.NOT_ASKED)


class Outcome(StrEnum):
    """How a cell ended."""

    RIGHT = "right"  # true positive
    WRONG = "wrong"  # false positive and false negative
    INVENTED = "invented"  # false positive: nothing stands there, or nothing need be said
    MISSED = "missed"  # false negative
    ABSENT = "absent"  # rightly not found
    POSSIBLE = "possible"  # nothing stands there, and the answer was not sure either
    UNANSWERED = "unanswered"  # nothing stands there, but failed and unasked say nothing
    NEUTRAL = "neutral"  # scores neither way


@dataclass(frozen=True, slots=True)
class Verdict:
    """One cell: what was expected, what was answered, and how that counts."""

    field: str
    row: str | None  # the gold's or the record's name of the facility; None for the deal
    outcome: Outcome
    kind: Kind | None = None
    expected: JsonValue = None
    answered: JsonValue = None
    is_shown: bool | None = None  # the evidence shows the gold's quotes; None where not judged
    is_borne_out: bool = False  # right, and with the evidence that its kind asks for
    is_superseded: bool = False  # the answer is what another document overrides
    cell: FieldValue | None = None  # as the record has it
    quotes: tuple[str, ...] = ()  # the gold's


def judge(
    spec: FieldSpec, row: str | None, gold: GoldValue | None, field: FieldValue, sources: Sources
) -> Verdict:
    """Compare one answer with the gold; ``gold`` None means that the documents do not state it."""
    is_present = field.status is Status.PRESENT
    verdict = Verdict(
        field=spec.key,
        row=row,
        outcome=_where_absent(field),
        answered=field.value if is_present else None,
        cell=field,
    )
    if gold is None:
        return verdict
    if gold.is_unscored:
        return replace(verdict, outcome=Outcome.NEUTRAL)
    known = replace(verdict, kind=gold.kind, expected=gold.values[0], quotes=gold.quotes)
    if not is_present:
        return known if gold.accepts_absence else replace(known, outcome=Outcome.MISSED)
    outcome = _outcome(spec, gold, field, sources)
    shown = is_shown(gold, field, sources) if gold.quotes else None
    return replace(
        known,
        outcome=outcome,
        is_shown=shown,
        is_borne_out=outcome is Outcome.RIGHT and _is_borne_out(gold.kind, field, shown),
        is_superseded=any(same(spec, one, field.value) for one in gold.superseded),
    )


def _where_absent(field: FieldValue) -> Outcome:
    match field.status:
        case Status.PRESENT:
            return Outcome.INVENTED
        case Status.NOT_FOUND | Status.NOT_APPLICABLE:
            return Outcome.ABSENT
        case Status.POSSIBLY_PRESENT:
            return Outcome.POSSIBLE
        case _:
            return Outcome.UNANSWERED


def _outcome(spec: FieldSpec, gold: GoldValue, field: FieldValue, sources: Sources) -> Outcome:
    if is_right(spec, gold, field, sources):
        return Outcome.RIGHT
    return Outcome.INVENTED if gold.accepts_absence else Outcome.WRONG


def is_right(spec: FieldSpec, gold: GoldValue, field: FieldValue, sources: Sources) -> bool:
    """Whether an answer is right: a clause by its place, everything else by its value."""
    if gold.kind is Kind.CLAUSE:
        return is_shown(gold, field, sources)
    is_of_margin = field.qualifiers.basis == "of_margin"
    if gold.is_of_margin is not None and gold.is_of_margin != is_of_margin:
        return False
    return any(same(spec, one, field.value) for one in gold.values)


def _is_borne_out(kind: Kind, field: FieldValue, shown: bool | None) -> bool:
    """Whether a right value has what its kind asks for: the lines that show an entailed one, the
    formula and every source of a derived one."""
    match kind:
        case Kind.ENTAILED:
            return shown is not False
        case Kind.DERIVED:
            return shown is not False and field.derivation is not None
        case _:
            return True


def is_shown(gold: GoldValue, field: FieldValue, sources: Sources) -> bool:
    """Whether the evidence shows the answer: one of the quotes; every one if it is derived."""
    found = [any(shows(one, quote, sources) for one in field.evidence) for quote in gold.quotes]
    return all(found) if gold.kind is Kind.DERIVED else any(found)
