"""What a verification makes of the claims that were put to it."""

from __future__ import annotations

from dataclasses import replace

from factsheet_schemas import Origin
from factsheet_schemas.record import Check, Qualifiers

from factsheet_service.core.document import Window
from factsheet_service.core.questions import Answer, Question, Row

from .candidates import Candidate, valued_in
from .citing import Span, cited, cited_with_unit

DEMOTED = 0.3  # what is left of a score where verification found no support
CORRECTED = 0.8  # and where it put something else in a claim's place


def verified(
    window: Window, candidates: list[Candidate], question: Question, answer: Answer
) -> list[Candidate]:
    """Candidates of a window after a verification: rows name the claims that are wrong.

    ``candidates`` runs parallel to the claims that were put to the engine. A claim that is put
    right leaves what it was behind, withdrawn.
    """
    wrong = {row.field: row for row in answer.rows}
    unanswered = {failure.field for failure in answer.failures}
    checked: list[Candidate] = []
    for one, claim in zip(candidates, question.claims, strict=True):
        number = str(claim.number)
        if number in wrong:
            checked += _judged(window, one, wrong[number])
        else:
            outcome = None if number in unanswered else Check.CONFIRMED
            checked.append(replace(one, check=outcome))
    return checked


def _judged(window: Window, one: Candidate, row: Row) -> list[Candidate]:
    """A disputed claim: less sure where nothing replaces it, else put right beside what it was."""
    if not row.value and set(row.facilities) <= set(one.names):
        reason = "verification found no support"
        score = one.score * DEMOTED
        return [replace(one, score=score, reason=reason, check=Check.OVERTURNED)]
    fixed = _corrected(window, one, row)
    if _repeats(fixed, one):
        return [replace(one, check=Check.CONFIRMED)]
    return [fixed, replace(one, check=Check.CORRECTED, withdrawn=_why_withdrawn(one, fixed))]


def _repeats(fixed: Candidate, one: Candidate) -> bool:
    """Whether a dispute says what it disputes."""
    kept = (fixed.value, set(fixed.names), fixed.spans) == (one.value, set(one.names), one.spans)
    return kept and fixed.qualifiers == one.qualifiers


def _corrected(window: Window, one: Candidate, row: Row) -> Candidate:
    fixed = replace(
        one,
        names=row.facilities or one.names,
        written=row.value or one.written,
        qualifiers=Qualifiers() if row.value else one.qualifiers,
        spans=_corrected_spans(window, one, row),
        origin=Origin.VERIFICATION,
        check=Check.CORRECTED,
        score=one.score * CORRECTED,
        value=None,
        reason=None,
        is_grounded=False,
        support=None,
        formula=None,
        is_by_words=row.is_by_words,
        probability=row.probability,
    )
    return valued_in(window, fixed, row.lines)


def _why_withdrawn(one: Candidate, fixed: Candidate) -> str:
    """What verification put in a claim's place: another row, another value or other lines."""
    changes = []
    if set(fixed.names) != set(one.names):
        changes.append(f"gave it to {', '.join(fixed.names)}")
    if fixed.written != one.written:
        changes.append(f"corrected it to {fixed.written!r}")
    return f"verification {' and '.join(changes) or 'cited other lines for it'}"


def _corrected_spans(window: Window, one: Candidate, row: Row) -> tuple[Span, ...]:
    """What the correction cites; all that was cited before where that is only a part of it."""
    named = cited(window, row) if row.value else ()
    is_part = all(
        any(low <= start and end <= high for low, high in one.spans) for start, end in named
    )
    return one.spans if is_part else cited_with_unit(window, one.spec, row)
