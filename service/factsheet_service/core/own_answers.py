"""A record in its user's own shape, held against the user's JSON Schema."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import regex
from factsheet_schemas import Record, SchemaError
from factsheet_schemas.own import OwnSchema, fill
from factsheet_schemas.own.filling import escaped, pointer_to
from factsheet_schemas.record import AnswerProblem, JsonValue, OwnAnswer
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as BrokenSchema
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

MAX_PROBLEMS = 50
_DATA = frozenset({"const", "enum", "default", "examples"})  # keywords that hold no schemas
PATTERNS_S = 1.0  # for all patterns of one answer: the user's own, which may never come to an end


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
    known: type[Validator] = validator_for(json_schema, Draft202012Validator)
    kind = extend(known, {"pattern": _pattern_within(PATTERNS_S)})
    checks = kind(
        _of_one_dialect(json_schema), registry=Registry(), format_checker=kind.FORMAT_CHECKER
    )
    try:
        yield from checks.iter_errors(value)
    except Unresolvable as error:
        message = f"not checked against all of the schema: {error.ref!r} names nothing in it"
        yield ValidationError(message)


def _pattern_within(seconds: float) -> Callable[..., Iterator[ValidationError]]:
    """The keyword ``pattern``, whose checks take so much time together and no more."""
    left = seconds

    def check(
        _validator: Validator, pattern: str, instance: JsonValue, _schema: JsonValue
    ) -> Iterator[ValidationError]:
        nonlocal left
        if not isinstance(instance, str):
            return
        started = time.monotonic()
        try:
            if not regex.search(pattern, instance, timeout=max(left, 1e-9)):
                yield ValidationError(f"{instance!r} does not match {pattern!r}")
        except (regex.error, TimeoutError) as error:
            why = "takes too long" if isinstance(error, TimeoutError) else str(error)
            yield ValidationError(f"not checked against the pattern {pattern!r}: {why}")
        finally:
            left -= time.monotonic() - started

    return check


def _of_one_dialect(node: JsonValue) -> JsonValue:
    """A schema without ``$schema`` inside it, which would bring other validators in."""
    if isinstance(node, list):
        return [_of_one_dialect(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    kept = {key: one for key, one in node.items() if key != "$schema" or not isinstance(one, str)}
    return {key: one if key in _DATA else _of_one_dialect(one) for key, one in kept.items()}


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
