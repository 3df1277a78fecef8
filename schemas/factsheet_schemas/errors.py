"""Errors of the schema files."""


class SchemaError(ValueError):
    """A schema is missing or wrong; the message names the file, the key and the remedy."""
