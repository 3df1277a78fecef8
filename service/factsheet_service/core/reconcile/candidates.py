"""Candidates: what engines answered, normalised and tied to the source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from factsheet_schemas import FieldSpec, FieldType, Origin
from factsheet_schemas.record import Check, Grounding, JsonValue, Qualifiers

from factsheet_service.core.document import Document, Window
from factsheet_service.core.lines import fold, seen
from factsheet_service.core.normalise import NotAValue, normalise
from factsheet_service.core.normalise.texts import SEPARATOR, has_text
from factsheet_service.core.questions import Answer, Kind, Question, Row

from .citing import Span, cited_with_unit
from .columns import is_in_anothers_column
from .support import counted, support_of

POINTING_CHARS = 600  # of a stretch that points elsewhere: two lines
UNSUPPORTED = 0.4  # and where the quote does not contain the value
HIDDEN = 0.3  # and where the quote is not seen on its page: by no number of windows PRESENT
UNSEEN = "the cited words are not seen on their page"
UNDATED = "counted from an event without a date"
_POINTER = re.compile(r"^\s*see\s+(?P<target>.+)$", re.IGNORECASE)
_NONE_GIVEN = Qualifiers()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer for one field, with the stretches of source that it rests on.

    ``value`` is None where the field is only mentioned, points elsewhere, or could not be read;
    ``reason`` then says which.
    """

    spec: FieldSpec
    names: tuple[str, ...]  # facilities as the source writes them; empty: the deal, or all
    value: JsonValue
    written: str
    qualifiers: Qualifiers
    document: Document
    window: str
    spans: tuple[Span, ...]
    score: float
    origin: Origin
    is_grounded: bool = False  # the spans support the value
    support: Grounding | None = None  # and how
    engine_score: float = 1.0  # how sure the engine said it is
    is_by_words: bool = False  # found by patterns, without a model
    probability: float | None = None  # the engine's own, where it offers one
    check: Check | None = None  # what verification made of it
    withdrawn: str | None = None  # verification put another in its place: which, and why
    names_other_row: bool = False
    is_recovered: bool = False
    formula: str | None = None  # how the value follows from what the spans state
    pointer: str | None = None
    followed: tuple[str, ...] = ()  # lines elsewhere that pointed here
    reason: str | None = None

    @property
    def is_checkable(self) -> bool:
        """Whether it makes a claim: a value that its words bear out, or a date to be counted."""
        return self.qualifiers.anchor is not None or (self.value is not None and self.is_grounded)

    @property
    def start(self) -> int:
        """Offset of the first span; the document's end where there is none."""
        return self.spans[0][0] if self.spans else len(self.document.text)

    @property
    def is_hidden(self) -> bool:
        """Whether it rests on words that are not seen on their page."""
        return not self.is_grounded and any(self.document.is_hidden(*span) for span in self.spans)

    def quote(self) -> str:
        """All spans' text as it is seen, in order."""
        return " ".join(seen(self.document.seen(start, end)) for start, end in self.spans)

    def lines(self) -> tuple[str, ...]:
        """All spans' text as it is seen, line by line as the document has it."""
        parts = (seen(self.document.seen(start, end)) for start, end in self.spans)
        return tuple(line for part in parts for line in part.split("\n") if line.strip())

    def pointing(self) -> tuple[str, ...]:
        """Its lines as a deep question quotes them; empty where it does not point elsewhere."""
        spans = self.spans if self.pointer else ()
        return tuple(fold(self.document.text[start:end])[:POINTING_CHARS] for start, end in spans)


def candidates_of(window: Window, question: Question, answer: Answer) -> Iterator[Candidate]:
    """The candidates of a group or deep answer; rows of unknown fields are none."""
    specs = {spec.key: spec for spec in question.fields}
    origin = Origin.DEEP if question.kind is Kind.DEEP else Origin.SWEEP
    for row in answer.rows:
        if row.field in specs:
            names = row.facilities or ((question.facility,) if question.facility else ())
            for one in _each(specs[row.field], row):
                yield candidate(specs[row.field], names, one, window, origin, question.pointers)


def _each(spec: FieldSpec, row: Row) -> Iterator[Row]:
    """A row per value, where a field has many and a row joins several of them."""
    parts = SEPARATOR.split(row.value) if spec.is_many else [row.value]
    yield from (replace(row, value=part) for part in parts if part or len(parts) == 1)


def candidate(
    spec: FieldSpec,
    names: tuple[str, ...],
    row: Row,
    window: Window,
    origin: Origin,
    followed: tuple[str, ...] = (),
) -> Candidate:
    """One row as a candidate: spans sliced, value normalised, support checked.

    ``followed`` are lines elsewhere that point to the window; they are sources too.
    """
    bare = Candidate(
        spec=spec,
        names=names,
        value=None,
        written=row.value.strip(),
        qualifiers=_given(row),
        document=window.document,
        window=window.key,
        spans=cited_with_unit(window, spec, row),
        score=row.score,
        origin=origin,
        is_recovered=row.is_recovered,
        engine_score=1.0 if row.is_recovered else row.score,
        is_by_words=row.is_by_words,
        probability=row.probability,
        followed=followed,
    )
    return valued_in(window, bare, row.lines)


def valued_in(window: Window, bare: Candidate, lines: tuple[int, ...]) -> Candidate:
    """The candidate with its value read, or with the reason why it has none; less sure where a
    table has the value in the column of another row."""
    valued = _valued(bare)
    if valued.is_hidden:
        valued = replace(valued, score=valued.score * HIDDEN, reason=UNSEEN)
    if not valued.is_grounded or valued.value is None:
        return valued
    if not is_in_anothers_column(valued.spec, valued.value, valued.names, window, lines):
        return valued
    return replace(
        valued,
        is_grounded=False,
        support=None,
        score=valued.score * UNSUPPORTED,
        reason="the table has the value in the column of another row",
    )


def _given(row: Row) -> Qualifiers:
    """The row's own; a run holds a candidate per answer, so those without share one."""
    return Qualifiers.model_validate(dict(row.qualifiers)) if row.qualifiers else _NONE_GIVEN


def _valued(bare: Candidate) -> Candidate:
    """The candidate with its value read, or with the reason why it has none."""
    if not bare.spans:
        return replace(bare, reason="no line was cited, and no quote found in the text")
    if pointer := _POINTER.match(bare.written):
        return replace(bare, pointer=pointer["target"], reason=f"points to {pointer['target']}")
    if bare.spec.type is FieldType.CLAUSE:
        return _clause(bare)
    if not bare.written:
        return replace(bare, reason="mentioned, but not stated here")
    if bare.spec.type is FieldType.PASSAGE and not has_text(bare.written, bare.quote()):
        return replace(bare, value=fold(bare.quote()), is_grounded=True)
    return _read(bare)


def _clause(bare: Candidate) -> Candidate:
    """A clause is the cited words themselves, as far as they are seen."""
    if not (words := fold(bare.quote())):
        return replace(bare, value=bare.written or None, reason=UNSEEN)
    return replace(bare, value=words, is_grounded=True, support=Grounding.CITED)


def _read(bare: Candidate) -> Candidate:
    try:
        read = normalise(bare.spec, bare.written, bare.quote())
    except NotAValue as error:
        return replace(bare, reason=str(error))
    qualifiers = _merged(read.qualifiers, bare.qualifiers)
    if read.value is None:
        return replace(bare, qualifiers=qualifiers, reason=UNDATED)
    return _supported(replace(bare, value=read.value, qualifiers=qualifiers))


def _merged(read: Qualifiers, given: Qualifiers) -> Qualifiers:
    if given is _NONE_GIVEN:
        return _NONE_GIVEN if read == _NONE_GIVEN else read
    return read.model_copy(update=given.model_dump(exclude_defaults=True))


def _supported(valued: Candidate) -> Candidate:
    """Whether the quote bears the value out, with the lines that pointed to it; of a date that is
    counted from an event, whether it is its offset away from a date there. If not, the event's
    date is looked for: an engine's sum is not taken on trust."""
    lines = (*valued.lines(), *valued.followed)
    anchor, offset = valued.qualifiers.anchor, valued.qualifiers.offset
    support = support_of(valued.spec, valued.value, valued.names, lines)
    if valued.spec.type is FieldType.DATE and anchor is not None:
        support = counted(valued.value, anchor, offset, " ".join(lines)) or support
    if support is None and valued.spec.type is FieldType.DATE and anchor and offset:
        return replace(valued, value=None, reason=UNDATED)
    if support is None:
        reason = "the cited words do not contain the value"
        return replace(valued, score=valued.score * UNSUPPORTED, reason=reason)
    return replace(
        valued,
        is_grounded=True,
        support=support.grounding,
        score=valued.score * support.weight,
        formula=support.formula,
    )
