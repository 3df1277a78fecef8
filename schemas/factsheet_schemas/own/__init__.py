"""Schemas of a user's own: a JSON Schema is compiled into questions, and a record back into it."""

from .compiling import compile_schema
from .files import parse_json, read_own_schema
from .filling import fill
from .shape import OwnSchema

__all__ = ["OwnSchema", "compile_schema", "fill", "parse_json", "read_own_schema"]
