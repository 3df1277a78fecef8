"""Users' own JSON Schemas: every version that was ever registered under a name.

<root>/.schemas/<name>/000001-<version>.json   as given, oldest first; no company can be called so
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from factsheet_schemas import SchemaError
from factsheet_schemas.api import SCHEMA_PATTERN
from factsheet_schemas.own import OwnSchema, compile_schema, parse_json
from factsheet_schemas.schema import Role

from .files import Files

FOLDER = ".schemas"
_REFERENCE = re.compile(rf"(?P<name>{SCHEMA_PATTERN[1:-1]})(?:@(?P<version>[0-9a-f]{{16}}))?")


@dataclass(frozen=True, slots=True)
class Kept:
    """A schema that was put, and what that changed."""

    own: OwnSchema
    is_new_name: bool


class OwnSchemas:
    """JSON Schemas by name, versioned by content; durable when a method returns.

    ``roles`` are the kinds of documents that all of them know. Of two versions that are put at
    once, under the same number, the one of the higher hash is the newer.
    """

    def __init__(self, files: Files, roles: tuple[Role, ...] = ()) -> None:
        self._files = files
        self._roles = roles
        self._compiled = lru_cache(maxsize=256)(self._compile)

    def put(self, name: str, json_schema: Mapping[str, Any]) -> Kept:
        """Make this the name's schema; what it was before stays as an older version.

        Raises:
            SchemaError: the name is not allowed, or the schema uses what is not supported.
        """
        if not re.fullmatch(SCHEMA_PATTERN, name):
            raise SchemaError(f"{name!r} cannot name a schema: use {SCHEMA_PATTERN}")
        own = compile_schema(name, json_schema, self._roles)
        paths = self._paths(name)
        if not paths or version_of(paths[-1]) != own.version:
            path = next_path(paths, name, own.version)
            self._files.put({path: json.dumps(json_schema, ensure_ascii=False).encode()})
        return Kept(own, is_new_name=not paths)

    def get(self, reference: str) -> OwnSchema | None:
        """The schema of a name, or of ``name@version``; None where there is none."""
        named = _REFERENCE.fullmatch(reference)
        paths = self._paths(named["name"]) if named else []
        wanted = [p for p in paths if named and named["version"] in (None, version_of(p))]
        with suppress(FileNotFoundError):  # erased meanwhile
            return self._compiled(wanted[-1]) if wanted else None
        return None

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        paths = (path.split("/") for path in self._files.sizes(FOLDER))
        return tuple(sorted({parts[1] for parts in paths if len(parts) == 3}))

    def _compile(self, path: str) -> OwnSchema:
        """What stands at a path, which always holds the same. Raises FileNotFoundError."""
        content = self._files.read([path]).get(path)
        if content is None:
            raise FileNotFoundError(path)
        _, name, file = path.split("/")
        return compile_schema(name, parse_json(content, file), self._roles)

    def _paths(self, name: str) -> list[str]:
        """A name's versions, oldest first."""
        return sorted(self._files.sizes(f"{FOLDER}/{name}"))


def next_path(paths: Iterable[str], name: str, version: str) -> str:
    """Where a new version is kept: behind all others of its name."""
    number = max(map(number_of, paths), default=0) + 1
    return f"{FOLDER}/{name}/{number:06}-{version}.json"


def version_of(path: str) -> str:
    """The version that a file holds."""
    return path.rpartition("/")[2].removesuffix(".json").partition("-")[2]


def number_of(path: str) -> int:
    """Its place among the versions of its name, from 1."""
    return int(path.rpartition("/")[2].partition("-")[0])
