"""A record in its user's own shape, held against the user's JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from factsheet_schemas import Record, SchemaError
from factsheet_schemas.own import OwnSchema, fill
from factsheet_schemas.own.filling import escaped, pointer_to
from factsheet_schemas.record import AnswerProblem, JsonValue, OwnAnswer
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as BrokenSchema
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

MAX_PROBLEMS = 50


def answered(own: OwnSchema, record: Record) -> Record:
    """The record with its answer in the user's shape, whether it validates, and why it may not."""
    filled = fill(own, record)
    errors = list(_errors(own.json_schema, filled.value))
    known = {gap.pointer for gap in filled.gaps}
    others = (one for one in map(_problem, errors) if one.pointer not in known)
    answer = OwnAnswer(
        value=filled.value,
        is_valid=not errors,
        problems=(*filled.gaps, *others)[:MAX_PROBLEMS],
        leaves=dict(filled.leaves),
    )
    return record.model_copy(update={"answer": answer})


def refuse_broken(json_schema: Mapping[str, Any]) -> None:
    """Let a schema pass that is valid JSON Schema.

    Raises:
        SchemaError: it is not; the message names the place.
    """
    try:
        validator_for(json_schema, Draft202012Validator).check_schema(json_schema)
    except BrokenSchema as error:
        raise SchemaError(
            f"not a JSON Schema: {pointer_to(error.path)}: {error.message}"
        ) from error


def _errors(json_schema: Mapping[str, Any], value: JsonValue) -> Iterator[ValidationError]:
    """What of the answer breaks the schema; nothing outside the schema is ever fetched for it."""
    kind: type[Validator] = validator_for(json_schema, Draft202012Validator)
    checks = kind(json_schema, registry=Registry(), format_checker=kind.FORMAT_CHECKER)
    try:
        yield from checks.iter_errors(value)
    except Unresolvable as error:
        message = f"not checked against all of the schema: {error.ref!r} names nothing in it"
        yield ValidationError(message)


def _problem(error: ValidationError) -> AnswerProblem:
    """An error at its place; that of a missing property at the property."""
    where = pointer_to(error.absolute_path)
    if error.validator == "required" and isinstance(error.instance, Mapping):
        missing = next((name for name in _missing(error)), None)
        where = f"{where}/{escaped(missing)}" if missing else where
    return AnswerProblem(pointer=where, message=error.message)


def _missing(error: ValidationError) -> Iterator[str]:
    names = error.validator_value if isinstance(error.validator_value, list) else []
    return (name for name in names if repr(name) in error.message)
