"""Refused requests in words: which field, what is wrong, what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, get_args

from factsheet_schemas import ExtractOptions
from factsheet_schemas.api import InvalidField
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel


def invalid_fields(error: RequestValidationError) -> tuple[InvalidField, ...]:
    """One line per complaint; what was sent is never repeated."""
    return tuple(_explain(item) for item in error.errors())


def _explain(item: dict[str, Any]) -> InvalidField:
    place = tuple(item["loc"])
    if item["type"] == "extra_forbidden":
        return InvalidField(field=_path(place), message=_unknown(place))
    if item["type"] == "json_invalid":
        reason = item.get("ctx", {}).get("error", "not JSON")
        return InvalidField(field="body", message=f"not JSON at character {place[-1]}: {reason}")
    if item["type"] == "string_pattern_mismatch" and "company" in place:
        message = "letters, digits, - and _ only, at most 64, beginning with a letter or digit"
        return InvalidField(field=_path(place), message=message)
    return InvalidField(field=_path(place), message=item["msg"])


def _path(place: Sequence[object]) -> str:
    return ".".join(map(str, place))


def _unknown(place: Sequence[object]) -> str:
    known = allowed_fields(ExtractOptions, place[1:-1])
    close = get_close_matches(str(place[-1]), known, n=1)
    remedy = f"did you mean {close[0]!r}?" if close else f"allowed here: {', '.join(known)}"
    return f"no such field; {remedy}"


def allowed_fields(model: type[BaseModel], path: Sequence[object]) -> tuple[str, ...]:
    """The names that the model at ``path`` below ``model`` allows, as they are written in JSON."""
    if not path:
        return tuple(field.alias or name for name, field in model.model_fields.items())
    for name, field in model.model_fields.items():
        if path[0] in (name, field.alias):
            for inner in (field.annotation, *get_args(field.annotation)):
                if isinstance(inner, type) and issubclass(inner, BaseModel):
                    return allowed_fields(inner, path[1:])
    return ()
