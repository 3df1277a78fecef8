"""Users' own JSON Schemas on disk: every version that was ever registered under a name.

<root>/.schemas/<name>/000001-<version>.json   as given, oldest first; no company can be called so
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factsheet_schemas import SchemaError
from factsheet_schemas.api import SCHEMA_PATTERN
from factsheet_schemas.own import OwnSchema, compile_schema, parse_json
from factsheet_schemas.schema import Role

from .files import locked, replacing

FOLDER = ".schemas"
_REFERENCE = re.compile(rf"(?P<name>{SCHEMA_PATTERN[1:-1]})(?:@(?P<version>[0-9a-f]{{16}}))?")


@dataclass(frozen=True, slots=True)
class Kept:
    """A schema that was put, and what that changed."""

    own: OwnSchema
    is_new_name: bool


class OwnSchemas:
    """JSON Schemas by name, versioned by content; durable when a method returns.

    ``roles`` are the kinds of documents that all of them know.
    """

    def __init__(self, root: Path, roles: tuple[Role, ...] = ()) -> None:
        self._root = root / FOLDER
        self._roles = roles

    def put(self, name: str, json_schema: Mapping[str, Any]) -> Kept:
        """Make this the name's schema; what it was before stays as an older version.

        Raises:
            SchemaError: the name is not allowed, or the schema uses what is not supported.
        """
        if not re.fullmatch(SCHEMA_PATTERN, name):
            raise SchemaError(f"{name!r} cannot name a schema: use {SCHEMA_PATTERN}")
        own = compile_schema(name, json_schema, self._roles)
        folder = self._root / name
        is_new_name = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        with locked(self._root / ".lock"):
            files = self._files(name)
            if not files or version_of(files[-1]) != own.version:
                number = number_of(files[-1]) + 1 if files else 1
                with replacing(folder / f"{number:06}-{own.version}.json") as file:
                    file.write(json.dumps(json_schema, ensure_ascii=False).encode())
        return Kept(own, is_new_name)

    def get(self, reference: str) -> OwnSchema | None:
        """The schema of a name, or of ``name@version``; None where there is none."""
        named = _REFERENCE.fullmatch(reference)
        files = self._files(named["name"]) if named else []
        wanted = [f for f in files if named and named["version"] in (None, version_of(f))]
        if not named or not wanted:
            return None
        content = parse_json(wanted[-1].read_bytes(), wanted[-1].name)
        return compile_schema(named["name"], content, self._roles)

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        if not self._root.is_dir():
            return ()
        return tuple(sorted(path.name for path in self._root.iterdir() if self._files(path.name)))

    def _files(self, name: str) -> list[Path]:
        """A name's versions, oldest first."""
        return sorted((self._root / name).glob("??????-*.json"))


def version_of(file: Path) -> str:
    """The version that a file holds."""
    return file.stem.partition("-")[2]


def number_of(file: Path) -> int:
    """Its place among the versions of its name, from 1."""
    return int(file.stem.partition("-")[0])
