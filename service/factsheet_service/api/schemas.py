"""Routes of the schemas: those that the server offers, and users' own JSON Schemas."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Any

from factsheet_schemas import Schema
from factsheet_schemas.api import SCHEMA_PATTERN, SchemaInfo, SchemaList
from factsheet_schemas.errors import UnknownSchema
from fastapi import APIRouter, Body, Path, Response

from .context import Parts

router = APIRouter(tags=["schemas"])

SchemaName = Annotated[
    str,
    Path(
        pattern=SCHEMA_PATTERN,
        description="a small letter, then small letters, digits and _",
        examples=["own"],
    ),
]
Reference = Annotated[str, Path(description="name, or name@version", examples=["own"])]
JsonSchema = Annotated[
    dict[str, Any],
    Body(
        description="a JSON Schema (2020-12) of an object; Pydantic's model_json_schema() is one",
        examples=[{"type": "object", "properties": {"borrower": {"type": "string"}}}],
    ),
]


@router.get("/schemas")
async def list_schemas(parts: Parts) -> SchemaList:
    """The schemas by name, registered ones in their newest version."""
    return SchemaList(schemas=await asyncio.to_thread(lambda: tuple(_all(parts))))


@router.put(
    "/schemas/{name}",
    responses={201: {"model": SchemaInfo, "description": "The name is new"}},
)
async def register_schema(
    name: SchemaName, json_schema: JsonSchema, parts: Parts, response: Response
) -> SchemaInfo:
    """Register a JSON Schema, to be extracted as ``schema: name``.

    The same again changes nothing; another one makes a new version, and records go on naming
    theirs. ``name@version`` is always that very version.
    """
    kept = await asyncio.to_thread(parts.operations.schemas.register, name, json_schema)
    response.headers["Location"] = f"/schemas/{name}"
    if kept.is_new_name:
        response.status_code = HTTPStatus.CREATED
    return _info(kept.own.schema, is_own=True)


@router.get("/schemas/{name}")
async def get_schema(name: Reference, parts: Parts) -> Schema:
    """A schema's groups, fields and rules; ``name@version`` is a registered one's older version."""
    return await asyncio.to_thread(parts.schema, name)


@router.get("/schemas/{name}/json-schema")
async def get_json_schema(name: Reference, parts: Parts) -> dict[str, Any]:
    """A registered JSON Schema as it was given."""
    own = await asyncio.to_thread(parts.operations.schemas.own, name)
    if own is None:
        raise UnknownSchema(f"no JSON Schema is registered as {name!r}")
    return dict(own.json_schema)


def _all(parts: Parts) -> list[SchemaInfo]:
    shipped = [_info(schema, name) for name, schema in parts.schemas.items()]
    own = [
        _info(found.schema, is_own=True)
        for name in parts.operations.schemas.registered()
        if (found := parts.operations.schemas.own(name))
    ]
    return sorted([*shipped, *own], key=lambda info: info.name)


def _info(schema: Schema, name: str | None = None, *, is_own: bool = False) -> SchemaInfo:
    """``name`` is what a run calls it by, where that is not the schema's own."""
    return SchemaInfo(
        name=name or schema.name,
        version=schema.version,
        title=schema.title,
        description=schema.description,
        is_own=is_own,
    )
