"""The answer's form, in this one place: wording, JSON Schema, output budget, and reading of rows.

An answer is ``[[field, "name; name", value, line, line, ...], ...]`` and holds only what was found:
most answers are empty, and a bare ``[]`` costs two tokens where an object around it costs seven.
Rows are flat since brackets inside them cost four. Grammars depend on the question's fields alone,
so that a server compiles few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Annotated, Any

from factsheet_schemas import FieldSpec, FieldType, Schema
from factsheet_schemas.record import JsonValue
from pydantic import AfterValidator, ConfigDict, RootModel

from factsheet_service.core.document import Line, Window
from factsheet_service.core.questions import Claim, Kind, Question, Row
from factsheet_service.core.windows import MAX_LINES as MAX_WINDOW_LINES

from .elements import JOINT, elements, names_apart

MAX_CLAIMS = 24  # of one verification; a larger one is split before it is asked
MAX_LINE = MAX_WINDOW_LINES  # grammars do not depend on the window: its last line is checked later
MAX_LINES = 12  # that one row cites: a share of three tranches, name and total of each
MAX_TABLE_LINES = 48  # that the row of a schedule cites: quarterly for twelve years
MAX_PASSAGE_LINES = 24  # that the row of a passage cites: a clause of a page
TABLE = "table"  # stands for the cited lines themselves, which code reads
TEXT = "text"  # stands for the cited lines themselves, which are the value
NAMES_CHARS = 960  # of one row: a dozen facilities
CLAIM_CHARS = 240
VALUE_CHARS = (120, 240, 600)  # steps, since every length is a grammar of its own
RECOVERED_SCORE = 0.6

_SHAPE = f'[[field key, "name{JOINT}name", value, line, line, ...], ...]'
REMINDER = f"Answer with JSON of this form and nothing else: {_SHAPE}"

_ROWS_PER_FIELD = 6  # most that the grammar lets through
_MIN_ROWS = 24
_MAX_ROWS = 96

_EXPECTED_ROWS_PER_FIELD = 2
_EXPECTED_NAMES = 16  # rows of a detection
_EXPECTED_WRONG = 0.5  # rows per claim
_TOKENS_PER_ROW = 21  # key, names, lines and punctuation
_CHARS_PER_TOKEN = 4
_MIN_OUTPUT_TOKENS = 192
MAX_OUTPUT_TOKENS = 2048

Written = list[str | int]


def _of_the_form(row: Written) -> Written:
    """Three strings, then line numbers; only a claim's row may do without."""
    are_strings = [isinstance(one, str) for one in row]
    if are_strings[:3] != [True] * 3 or any(are_strings[3:]):
        raise ValueError("a row is three strings, then integers")
    if len(row) == 3 and not str(row[0]).isdecimal():
        raise ValueError("a row cites its lines")
    return row


class Form(RootModel[list[Annotated[Written, AfterValidator(_of_the_form)]]]):
    """An answer that obeys the form to the letter."""

    model_config = ConfigDict(strict=True)


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of an answer, and how many of it fit no question and were left out."""

    rows: tuple[Row, ...]
    num_ignored: int = 0


def wording(schema: Schema) -> str:
    """The form as the prompt explains it, with an example; the same for every question."""
    first, *others = (field.key for field in schema.fields())
    second = others[0] if others else first
    name = f"{schema.entity.label} X" if schema.entities else ""
    names = f"{name} 1{JOINT}{name} 2" if name else ""
    return (
        "Answer with one line of JSON and nothing else, no code fence, no comment:\n"
        f"{_SHAPE}\n"
        f"Each row is a flat array: three strings, the second of them names joined by {JOINT!r},"
        f" then integers, no more than needed ({MAX_LINES} at most; of a schedule's table every"
        f" row, with {TABLE!r} for the value). Escape quotes inside strings. Example:\n"
        f'[["{first}", "", "as the lines write it", 12],'
        f' ["{second}", "{names}", "see Schedule 9", 30, 31]]\n'
        "Nothing found: []"
    )


def without_form(text: str) -> str:
    """An answer's text without the form itself, which some models repeat before they fill it in."""
    return text.replace(_SHAPE, "")


def response_format(question: Question) -> dict[str, Any]:
    """The question's form as OpenAI's ``response_format``."""
    schema = answer_schema(question)
    return {
        "type": "json_schema",
        "json_schema": {"name": question.kind.value, "schema": schema, "strict": True},
    }


def answer_schema(question: Question) -> dict[str, Any]:
    """JSON Schema (2020-12) of the question's answer; every string, array and integer bounded."""
    if question.kind is Kind.VERIFY:
        numbers = [str(number) for number in range(1, MAX_CLAIMS + 1)]
        return rows_schema(numbers, CLAIM_CHARS, MAX_CLAIMS, min_lines=0)
    keys = [field.key for field in question.fields]
    max_lines = max(map(_most_lines, question.fields))
    return rows_schema(keys, _value_chars(question), _max_rows(question), max_lines=max_lines)


def rows_schema(
    keys: Sequence[str],
    value_chars: int,
    max_rows: int,
    *,
    min_rows: int = 0,
    min_lines: int = 1,
    max_lines: int = MAX_LINES,
    names_chars: int = NAMES_CHARS,
) -> dict[str, Any]:
    """JSON Schema of rows whose first element is one of ``keys``."""
    row = {
        "type": "array",
        "prefixItems": [
            {"type": "string", "enum": list(keys)},
            {"type": "string", "maxLength": names_chars},
            {"type": "string", "maxLength": value_chars},
        ],
        "items": {"type": "integer", "minimum": 1, "maximum": MAX_LINE},
        "minItems": 3 + min_lines,
        "maxItems": 3 + max_lines,
    }
    return {"type": "array", "items": row, "minItems": min_rows, "maxItems": max_rows}


def _most_lines(field: FieldSpec) -> int:
    long = {FieldType.SCHEDULE: MAX_TABLE_LINES, FieldType.PASSAGE: MAX_PASSAGE_LINES}
    return long.get(field.type, MAX_LINES)


def _value_chars(question: Question) -> int:
    longest = max(field.max_chars for field in question.fields)
    return next(step for step in VALUE_CHARS if step >= longest)


def _max_rows(question: Question) -> int:
    if question.kind is Kind.DETECT:
        return _MAX_ROWS
    return min(max(_ROWS_PER_FIELD * len(question.fields), _MIN_ROWS), _MAX_ROWS)


def output_tokens(question: Question) -> int:
    """The most tokens an answer may take: what its fields call for, amply."""
    wanted = int(sum(_expected_tokens(question)))
    return min(max(wanted, _MIN_OUTPUT_TOKENS), MAX_OUTPUT_TOKENS)


def _expected_tokens(question: Question) -> Iterable[float]:
    if question.kind is Kind.VERIFY:
        return (_EXPECTED_WRONG * _row_tokens(CLAIM_CHARS) for _ in question.claims)
    rows = _EXPECTED_NAMES if question.kind is Kind.DETECT else _EXPECTED_ROWS_PER_FIELD
    return (rows * _row_tokens(field.max_chars) for field in question.fields)


def _row_tokens(value_chars: int) -> float:
    return _TOKENS_PER_ROW + value_chars / _CHARS_PER_TOKEN


_SIGNS = {FieldType.SCHEDULE: TABLE, FieldType.PASSAGE: TEXT}


def claimed(claim: Claim) -> str:
    """A claim's value as its question puts it: what a table says stands in its lines already."""
    is_long = len(claim.value) > claim.field.max_chars
    sign = _SIGNS.get(claim.field.type)
    return sign if sign and is_long else claim.value


def asked_names(question: Question) -> dict[str, str]:
    """What a row's first element may be, and the field key or claim number that it stands for.

    Claims are numbered from 1 in every prompt, so that a split verification keeps its grammar.
    """
    if question.kind is Kind.VERIFY:
        return {str(i): str(claim.number) for i, claim in enumerate(question.claims, 1)}
    return {field.key: field.key for field in question.fields}


def read_form(
    form: Form, question: Question, window: Window, probabilities: Sequence[float | None] = ()
) -> Reading:
    """The rows of a well-formed answer; ``probabilities`` are those of their values, if known."""
    return _reading(form.root, question, window, probabilities, is_recovered=False)


def read_repaired(rows: Iterable[JsonValue], question: Question, window: Window) -> Reading:
    """The rows that can be made out in repaired JSON, marked as recovered."""
    return _reading(rows, question, window, (), is_recovered=True)


def _reading(
    rows: Iterable[JsonValue],
    question: Question,
    window: Window,
    probabilities: Sequence[float | None],
    *,
    is_recovered: bool,
) -> Reading:
    asked = asked_names(question)
    shown = {line.number: line for line in window.lines}
    likely = chain(probabilities, repeat(None))
    read = [
        _row(row, asked, window, probability, is_recovered=is_recovered)
        for row, probability in zip(rows, likely, strict=False)
    ]
    passages = {one.key for one in question.fields if one.type is FieldType.PASSAGE}
    kept = [_shown(row, shown, passages) for row in read if row is not None]
    unique = {(row.field, row.facilities, row.value, row.lines, row.quote): row for row in kept}
    return Reading(tuple(unique.values()), len(read) - len(kept))


def _shown(row: Row, shown: Mapping[int, Line], passages: Collection[str]) -> Row:
    """The row with those of its lines that the window has, each once; they are its value where it
    says so."""
    cited = {number: shown[number] for number in row.lines if number in shown}
    said, value = row.value.casefold(), row.value
    if said == TEXT and row.field in passages:
        value = " ".join(line.text for line in cited.values())
    elif said == TABLE:
        value = _table_text(list(cited.values()))
    return replace(row, lines=tuple(cited), value=value)


def _table_text(lines: Sequence[Line]) -> str:
    """Rows apart from each other; sentences cut for their length put together again."""
    return "".join(_table_parts(lines)).removesuffix("; ")


def _table_parts(lines: Sequence[Line]) -> Iterator[str]:
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        goes_on = following is not None and following.number == line.number + 1
        yield line.text + (" " if goes_on and not line.is_table else "; ")


def _row(
    written: JsonValue,
    asked: Mapping[str, str],
    window: Window,
    probability: float | None,
    *,
    is_recovered: bool,
) -> Row | None:
    found = elements(written)
    if found is None or (field := asked.get(found.key)) is None:
        return None
    return Row(
        field=field,
        facilities=tuple(names_apart(found.names, window)),
        value=found.value,
        lines=found.lines,
        quote=found.quote,
        score=RECOVERED_SCORE if is_recovered else 1.0,
        is_recovered=is_recovered,
        probability=probability,
    )
