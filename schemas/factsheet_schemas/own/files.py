"""JSON Schemas as texts and files, and what they are called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from factsheet_schemas.errors import SchemaError

from .compiling import compile_schema
from .naming import key_from
from .shape import OwnSchema


def parse_json(text: bytes | str, source: str) -> dict[str, Any]:
    """A JSON Schema's text as an object. Raises SchemaError naming the source."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{source}: not valid JSON: {error}") from error
    if not isinstance(found, dict):
        raise SchemaError(f"{source}: a JSON Schema is an object")
    return found


def read_own_schema(path: Path) -> OwnSchema:
    """The schema in a file, called by its title, or else by the file.

    Raises:
        SchemaError: the file cannot be read, is no JSON Schema, or uses what is not supported.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise SchemaError(f"{path}: {error.strerror or error}") from error
    json_schema = parse_json(text, str(path))
    try:
        return compile_schema(name_of(json_schema, path.stem), json_schema)
    except SchemaError as error:
        raise SchemaError(f"{path}: {error}") from error


def name_of(json_schema: Mapping[str, Any], otherwise: str) -> str:
    """A name for a schema out of its title, or else out of other words."""
    title = json_schema.get("title")
    return key_from([title if isinstance(title, str) and title.strip() else otherwise])
