"""Schemas of one's own: a JSON Schema or a Pydantic model, and what is read in its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from factsheet_schemas import Evidence, Record
from factsheet_schemas.own.files import name_of
from factsheet_schemas.own.filling import pointer_to
from factsheet_schemas.own.naming import key_from
from factsheet_schemas.record import AnswerProblem, FieldValue
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
JsonSchema = Mapping[str, Any]
SchemaLike = str | JsonSchema | type[BaseModel]


@dataclass(frozen=True, slots=True)
class Extracted(Generic[M]):
    """A record, and the model's instance that was read from it.

    ``value`` is None where the documents do not say what the model requires: nothing is made up.
    ``problems`` say which fields, and why; the record has all that was found all the same.
    """

    value: M | None
    record: Record
    problems: tuple[AnswerProblem, ...] = ()

    def cell(self, pointer: str) -> FieldValue | None:
        """The value behind a field, with status and confidence, by JSON pointer."""
        return self.record.cell(pointer)

    def evidence(self, pointer: str) -> tuple[Evidence, ...]:
        """Where a field is stated, by JSON pointer: ``/tranches/0/margin``, ``/lenders/3``."""
        return self.record.evidence(pointer)


def json_schema_of(schema: JsonSchema | type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema to register. Raises TypeError for what is neither mapping nor model."""
    if isinstance(schema, Mapping):
        return dict(schema)
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        return schema.model_json_schema()
    raise TypeError(f"{schema!r} is neither a schema's name, a JSON Schema, nor a Pydantic model")


def registered_as(schema: JsonSchema | type[BaseModel]) -> str:
    """The name to register it under: the class's, or the title's."""
    if isinstance(schema, Mapping):
        return name_of(schema, "own")
    return key_from([schema.__name__])


def of_model(record: Record, model: type[M]) -> Extracted[M]:
    """The record with its answer as an instance of the model."""
    told = record.answer.problems if record.answer else ()
    try:
        value = model.model_validate(record.answer.value if record.answer else {})
    except ValidationError as error:
        known = {problem.pointer for problem in told}
        others = (one for one in _problems(error) if one.pointer not in known)
        return Extracted(None, record, (*told, *others))
    return Extracted(value, record, told)


def _problems(error: ValidationError) -> Iterator[AnswerProblem]:
    for item in error.errors(include_url=False, include_input=False):
        yield AnswerProblem(pointer=pointer_to(item["loc"]), message=item["msg"])
