"""What a run came to, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from factsheet_schemas import DocumentRecord, DocumentStatus, FieldValue, Record, Schema, Status
from factsheet_schemas.schema import Entity

from factsheet_service.reports.cells import shortened

WORDS = (
    (Status.PRESENT, "found"),
    (Status.POSSIBLY_PRESENT, "possible"),
    (Status.NOT_FOUND, "missing"),
    (Status.NOT_APPLICABLE, "not applicable"),
    (Status.NOT_ASKED, "not asked"),
    (Status.FAILED, "failed"),
)
MOST_MESSAGES, LONGEST_MESSAGE = 6, 140  # of each kind; characters
ALWAYS = (Status.PRESENT, Status.POSSIBLY_PRESENT, Status.NOT_FOUND, Status.FAILED)


def summary(record: Record, schema: Schema) -> list[str]:
    """The lines: values by status, files not read, conflicts, warnings, cost."""
    return [
        values_line(record, schema),
        *_rows(record, schema),
        *_own(record),
        *_files(record),
        *_first("conflict", list(_conflicts(record, schema))),
        *_first("warning", record.warnings),
        cost_line(record),
        *_what_is_missing(record),
    ]


def values_line(record: Record, schema: Schema) -> str:
    """How many facilities and values there are, by status; the deal's values count once."""
    counts = Counter(value.status for value in _values(record))
    said = (f"{counts[s]} {word}" for s, word in WORDS if counts[s] or s in ALWAYS)
    rows = "".join(f"{counted(record, entity)}; " for entity in schema.entities)
    return f"{record.company}: {rows}{', '.join(said)}"


def counted(record: Record, entity: Entity) -> str:
    """How many rows of a kind there are."""
    number = sum(row.entity == entity.key for row in record.facilities)
    return f"{number} {entity.label if number == 1 else entity.plural}"


def _values(record: Record) -> Iterator[FieldValue]:
    yield from record.deal.values()
    for facility in record.facilities:
        yield from facility.fields.values()


def _files(record: Record) -> Iterator[str]:
    yield files_line(record.documents)
    kept = {d.id: d.name for d in reversed(record.documents)}
    for document in record.documents:
        if document.status is not DocumentStatus.OK:
            yield f"not read: {document.name}: {document.reason or document.status.value}"
        elif document.duplicate_of is not None:
            yield f"same as {kept.get(document.duplicate_of, 'another file')}: {document.name}"


def files_line(documents: Sequence[DocumentRecord]) -> str:
    """How many files there are, by what became of them."""
    ok = [d for d in documents if d.status is DocumentStatus.OK]
    repeats = sum(d.duplicate_of is not None for d in ok)
    texts = [d for d in ok if d.duplicate_of is None and d.characters]
    counts = {
        "repeated": repeats,
        "only holding others": len(ok) - repeats - len(texts),
        "not read": len(documents) - len(ok),
    }
    rest = "".join(f", {number} {what}" for what, number in counts.items() if number)
    read = f"{len(texts)} file{'' if len(texts) == 1 else 's'} read"
    return f"{read} ({sum(d.pages for d in texts)} pages){rest}"


def _rows(record: Record, schema: Schema) -> Iterator[str]:
    """Says where the one row stands for none."""
    names = [row.name for row in record.facilities]
    for entity in schema.entities[:1]:
        if names == [entity.unnamed]:
            yield f"no {entity.label} is named in what was read: one unnamed row has the values"


def _own(record: Record) -> Iterator[str]:
    """Whether the answer in the user's own shape validates, and if not, why."""
    if record.answer is None:
        return
    problems = [f"{one.pointer or '/'}: {one.message}" for one in record.answer.problems]
    yield f"the answer {'validates' if record.answer.is_valid else 'does not validate'}"
    yield from _first("answer", problems)


def _conflicts(record: Record, schema: Schema) -> Iterator[str]:
    for conflict in record.conflicts:
        field = schema.by_key.get(conflict.field)
        where = f" ({conflict.facility})" if conflict.facility else ""
        yield f"{field.label if field else conflict.field}{where}: {conflict.message}"


def _first(kind: str, messages: Sequence[str]) -> Iterator[str]:
    """The first few messages, each on one line, and how many more there are."""
    for message in messages[:MOST_MESSAGES]:
        yield f"{kind}: {shortened(message, LONGEST_MESSAGE)}"
    if (more := len(messages) - MOST_MESSAGES) > 0:
        yield f"{kind}: {more} more, see the record"


def cost_line(record: Record) -> str:
    """Calls, tokens and time; an engine without a model has none of the former."""
    run, usage = record.run, record.run.usage
    time = f"{run.seconds:,.1f} s with {run.engine}"
    if not usage.prompt_tokens:
        return time
    cached = usage.cached_tokens / usage.prompt_tokens
    line = (
        f"{time}: {usage.calls:,} calls, {usage.prompt_tokens:,} prompt tokens "
        f"({cached:.0%} cached), {usage.output_tokens:,} output tokens"
    )
    recovered = usage.recovered_values
    return f"{line}; recovered {recovered} values from malformed JSON" if recovered else line


def _what_is_missing(record: Record) -> Iterator[str]:
    coverage = record.coverage
    lost = coverage.questions_planned - coverage.questions_answered
    if lost > 0:
        yield f"{lost} of {coverage.questions_planned} questions have no full answer"
    if not record.run.is_complete:
        yield "partial: some answers or files are missing"
