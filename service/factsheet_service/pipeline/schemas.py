"""Every schema that a run may name: shipped, a folder's, or a registered JSON Schema."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from factsheet_schemas import Schema, SchemaError, load_schema, shipped_schemas
from factsheet_schemas.catalog import is_json_schema
from factsheet_schemas.errors import SchemaNameTaken, UnknownSchema
from factsheet_schemas.own import OwnSchema, read_own_schema
from factsheet_schemas.record import RunInfo
from factsheet_schemas.schema import Role

from factsheet_service.core.own_answers import refuse_broken
from factsheet_service.stores.files import Files
from factsheet_service.stores.own_schemas import Kept, OwnSchemas


@cache
def common_roles() -> tuple[Role, ...]:
    """The kinds of documents of shipped schemas that are told by their titles alone and settle no
    field of their own: an amendment amends what it amends whoever asks."""
    known = (role for name in shipped_schemas() for role in load_schema(name).roles)
    return tuple({one.key: one for one in known if not (one.media_types or one.governs)}.values())


class Schemas:
    """Finds schemas by what a run calls them: a name, ``name@version``, or a path."""

    def __init__(self, files: Files) -> None:
        self._own = OwnSchemas(files, common_roles())

    def find(self, reference: str) -> Schema:
        """The schema of a name or path. Raises SchemaError listing what there is."""
        own = self.own(reference)
        if own:
            return own.schema
        try:
            return load_schema(reference)
        except UnknownSchema as error:
            registered = ", ".join(self.registered())
            if not registered:
                raise
            raise UnknownSchema(f"{error}; registered are {registered}") from error

    def own(self, reference: str) -> OwnSchema | None:
        """The registered JSON Schema of that name or version, if it is one."""
        return None if reference in shipped_schemas() else self._own.get(reference)

    def registered(self) -> tuple[str, ...]:
        """The names of all registered JSON Schemas."""
        return self._own.names()

    def register(self, name: str, json_schema: dict[str, object]) -> Kept:
        """Make a JSON Schema the one of a name.

        Raises:
            SchemaError: it is not valid, or uses what is not supported.
            SchemaNameTaken: the name is a shipped schema's.
        """
        if name in shipped_schemas():
            raise SchemaNameTaken(f"{name!r} is a shipped schema's name: choose another")
        try:
            refuse_broken(json_schema)
            return self._own.put(name, json_schema)
        except RecursionError as error:
            raise SchemaError("the schema is nested too deeply") from error

    def adopt(self, name_or_path: str) -> str:
        """What a run may call a schema by, also when its file has changed or gone.

        A JSON Schema's file is registered; everything else keeps its name. Raises SchemaError.
        """
        if not is_json_schema(name_or_path):
            return name_or_path
        own = read_own_schema(Path(name_or_path))
        name = f"own_{own.name}"[:64] if own.name in shipped_schemas() else own.name
        return self.register(name, dict(own.json_schema)).own.reference

    def of_run(self, run: RunInfo) -> Schema:
        """The schema that a run used, in the version that it used. Raises SchemaError."""
        own = self.own(f"{run.schema_name}@{run.schema_version}")
        return own.schema if own else self.find(str(run.options.get("schema", run.schema_name)))
