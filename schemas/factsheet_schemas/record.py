"""The fact sheet on the wire: values with status, confidence, evidence and what lost."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

JsonValue = Any


class Wire(BaseModel):
    """A reply: frozen, and tolerant of fields that a newer server adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Status(StrEnum):
    """What is known of a value."""

    PRESENT = "PRESENT"  # has a value whose evidence checks out
    POSSIBLY_PRESENT = "POSSIBLY_PRESENT"  # mentioned, but not to be relied on
    NOT_FOUND = "NOT_FOUND"  # asked of every window that could hold it
    NOT_APPLICABLE = "NOT_APPLICABLE"  # an evidenced parent value excludes it
    NOT_ASKED = "NOT_ASKED"  # budget, preset or a file that could not be read
    FAILED = "FAILED"  # the answer could not be had; the reason says why


class Level(StrEnum):
    """Confidence in words."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


class Origin(StrEnum):
    """Which step settled the value."""

    SWEEP = "sweep"
    DEEP = "deep"
    VERIFICATION = "verification"
    DERIVED = "derived"
    RULE = "rule"


class Grounding(StrEnum):
    """How the cited words bear a value out."""

    STATED = "stated"  # they contain it
    SHOWN = "shown"  # they show it without naming it: a judgement, Yes or No
    COMPUTED = "computed"  # it follows from what they state
    CITED = "cited"  # a clause: they are it
    IMPLIED = "implied"  # a rule says so, since details were found


class Check(StrEnum):
    """What verification made of a value."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"  # the value, its row or its lines; what it was is an alternative
    OVERTURNED = "overturned"  # not borne out, and nothing put in its place


class SecondOpinion(StrEnum):
    """What the lexical reader says beside an engine with a model."""

    AGREES = "agrees"
    DISPUTES = "disputes"  # it finds another value
    SILENT = "silent"


class DocumentStatus(StrEnum):
    """How the reading of a file ended."""

    OK = "ok"
    NEEDS_OCR = "needs_ocr"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"


class Box(Wire):
    """A rectangle on a page, in PDF points from the page's lower left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Evidence(Wire):
    """A verbatim stretch of a document: ``text[start:end] == quote``."""

    document: str = Field(description="the document's id")
    document_name: str
    page: int | None = Field(description="from 1")
    place: str | None = Field(default=None, description="sheet!range of a spreadsheet")
    start: int = Field(description="offset in characters in the document's text")
    end: int
    quote: str
    is_hidden: bool = Field(
        default=False, description="some of it is not seen on its page: invisible, white, tiny, off"
    )
    boxes: tuple[Box, ...] = ()


class Qualifiers(Wire):
    """What a number is a number of."""

    basis: str | None = Field(default=None, description="per_annum, of_margin, of_limit, flat, ...")
    comparator: str | None = Field(default=None, description="min or max")
    applies_to: str | None = None
    steps: tuple[dict[str, JsonValue], ...] = Field(
        default=(), description="the levels of a grid or step list: {condition | date, value}"
    )
    rule: str | None = Field(default=None, description="how the headline value was chosen")
    anchor: str | None = Field(default=None, description="event that a date is counted from")
    offset: str | None = Field(default=None, description="ISO 8601 duration from the anchor")


class Signs(Wire):
    """What a value's confidence is computed from."""

    support: Grounding | None = Field(
        default=None, description="none: the words do not bear it out"
    )
    engine_score: float = Field(default=1.0, description="how sure the engine said it is")
    probability: float | None = Field(
        default=None, description="of the value's first token that was in doubt, where offered"
    )
    is_by_words: bool = Field(default=False, description="found by patterns, without a model")
    windows: int = Field(default=1, description="that say the same")
    names_field: bool = Field(default=False, description="the cited words speak of the field")
    names_row: bool = Field(default=True, description="its source names a row, if it has rows")
    names_other_row: bool = False
    verification: Check | None = Field(default=None, description="none: not verified")
    second_opinion: SecondOpinion | None = None
    recovered: bool = Field(default=False, description="came out of malformed JSON")
    rivals: int = Field(default=0, description="other values of equal standing")
    contradicted: bool = Field(default=False, description="one of them is nearly as sure")
    is_hidden: bool = Field(
        default=False, description="rests on words alone that are not seen on their page"
    )
    is_binding: bool = Field(default=True, description="stands in a document that binds")


class Alternative(Wire):
    """A value that lost, with why."""

    value: JsonValue
    as_written: str
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    reason: str


class Derivation(Wire):
    """How a computed value came about; its sources are the value's evidence."""

    formula: str
    inputs: dict[str, JsonValue] = {}


class FieldValue(Wire):
    """One cell of the fact sheet. ``value`` is written as its field's type says."""

    status: Status
    value: JsonValue = None
    as_written: str | None = None
    qualifiers: Qualifiers = Qualifiers()
    confidence: float | None = Field(default=None, ge=0, le=1)
    level: Level | None = None
    signs: Signs | None = Field(default=None, description="what the confidence is computed from")
    evidence: tuple[Evidence, ...] = ()
    origin: Origin | None = None
    alternatives: tuple[Alternative, ...] = ()
    derivation: Derivation | None = None
    reason: str | None = None
    recovered: bool = Field(default=False, description="came out of malformed JSON")
    windows_asked: int = 0


class FacilityRecord(Wire):
    """One row: a facility, or whatever else the schema has rows of."""

    id: str
    name: str
    entity: str = Field(default="facility", description="the kind of row: a key of the schema")
    parent: str | None = Field(default=None, description="the id of the row that it lies within")
    aliases: tuple[str, ...] = ()
    fields: dict[str, FieldValue]


class DocumentRecord(Wire):
    """A file of the company and what became of it."""

    id: str
    name: str
    sha256: str
    media_type: str
    status: DocumentStatus
    reason: str | None = None
    pages: int = 0
    characters: int = 0
    duplicate_of: str | None = None
    role: str | None = None
    is_draft: bool = False
    date: str | None = Field(default=None, description="ISO 8601, as precise as stated")
    amends: str | None = Field(default=None, description="the id of the document it amends")
    replaced_by: str | None = Field(
        default=None, description="the id of the document that restates it as a whole"
    )
    role_evidence: tuple[Evidence, ...] = ()


class Coverage(Wire):
    """What was read and what was not."""

    windows: int
    windows_asked: int
    lines: int = 0
    lines_left_out: int = 0  # judged hopeless, or less likely: no question was shown them
    questions_planned: int
    questions_answered: int
    questions_failed: int
    documents_read: int
    documents_not_read: int


class Conflict(Wire):
    """Two evidenced values, or a rule, that contradict each other."""

    field: str
    facility: str | None = None
    message: str
    rule: int | None = None


class Usage(Wire):
    """What the engine was given and gave, in tokens; zero for engines without a model."""

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    retries: int = 0
    replayed: int = Field(default=0, description="calls that were paid for before")
    recovered_values: int = Field(default=0, description="values recovered from malformed JSON")


class RunInfo(Wire):
    """What the record is pinned to, and what it cost."""

    id: str
    schema_name: str
    schema_version: str
    engine: str
    engine_details: dict[str, JsonValue] = {}
    options: dict[str, JsonValue] = {}
    documents: dict[str, str] = Field(default={}, description="document id to SHA-256")
    started_at: str
    seconds: float
    usage: Usage = Usage()
    is_complete: bool = Field(default=True, description="false: some answers are missing")


class LeafSource(Wire):
    """The cell that a leaf of the user's JSON was read from; its evidence stands there."""

    field: str
    row: str | None = Field(default=None, description="the row's id; None: the deal's")
    item: int | None = Field(default=None, description="of a list: which value, from 0")


class AnswerProblem(Wire):
    """Why the answer does not fit its JSON Schema, or lacks what it should have."""

    pointer: str = Field(description="JSON pointer (RFC 6901) into the answer")
    message: str


class OwnAnswer(Wire):
    """The record in the shape of the user's own JSON Schema."""

    value: JsonValue
    is_valid: bool = Field(description="whether it validates against the JSON Schema")
    problems: tuple[AnswerProblem, ...] = ()
    leaves: dict[str, LeafSource] = Field(default={}, description="by JSON pointer")


class Record(Wire):
    """The fact sheets of one subject."""

    company: str
    documents: tuple[DocumentRecord, ...]
    deal: dict[str, FieldValue]
    facilities: tuple[FacilityRecord, ...]
    coverage: Coverage
    conflicts: tuple[Conflict, ...] = ()
    warnings: tuple[str, ...] = ()
    run: RunInfo
    answer: OwnAnswer | None = Field(default=None, description="of a schema of the user's own")

    def cell(self, pointer: str) -> FieldValue | None:
        """The cell behind a leaf of the user's own JSON; None where there is none."""
        source = self.answer.leaves.get(pointer) if self.answer else None
        if source is None:
            return None
        rows = [row.fields for row in self.facilities if row.id == source.row]
        cells = rows[0] if rows else self.deal
        return cells.get(source.field)

    def evidence(self, pointer: str) -> tuple[Evidence, ...]:
        """Where a leaf of the user's own JSON is stated; for one item of a list that item alone."""
        cell = self.cell(pointer)
        if cell is None or self.answer is None:
            return ()
        item = self.answer.leaves[pointer].item
        return cell.evidence if item is None else cell.evidence[item : item + 1]

    def lineage(self, row: FacilityRecord) -> tuple[FacilityRecord, ...]:
        """The row, the one that it lies within, and so on outwards."""
        above = next((one for one in self.facilities if one.id == row.parent), None)
        return (row, *self.lineage(above)) if above else (row,)

    def called(self, row: FacilityRecord) -> str:
        """The row's name behind those of the rows that it lies within."""
        return " > ".join(one.name for one in reversed(self.lineage(row)))
