"""Errors of the schema files."""

from __future__ import annotations

from pydantic import ValidationError


class SchemaError(ValueError):
    """A schema is missing or wrong; the message names the file, the key and the remedy."""


class UnknownSchema(SchemaError):
    """There is no schema of that name; the message lists those there are."""


class SchemaNameTaken(SchemaError):
    """The name is that of a schema which comes with the package."""


def explain(error: ValidationError) -> str:
    """Pydantic's complaints as ``where: what`` joined by semicolons."""
    return "; ".join(
        f"{'.'.join(map(str, item['loc'])) or 'schema'}: {item['msg']}" for item in error.errors()
    )
