"""Routes of the schemas that the server offers."""

from __future__ import annotations

from factsheet_schemas import Schema
from factsheet_schemas.api import SchemaInfo, SchemaList
from fastapi import APIRouter

from .context import Parts

router = APIRouter(tags=["schemas"])


@router.get("/schemas")
async def list_schemas(parts: Parts) -> SchemaList:
    """The schemas by name."""
    return SchemaList(schemas=tuple(_info(parts.schemas[name]) for name in sorted(parts.schemas)))


@router.get("/schemas/{name}")
async def get_schema(name: str, parts: Parts) -> Schema:
    """A schema's groups, fields and rules."""
    return parts.schema(name)


def _info(schema: Schema) -> SchemaInfo:
    return SchemaInfo(
        name=schema.name,
        version=schema.version,
        title=schema.title,
        description=schema.description,
    )
