"""JSON Schema's indirections taken away: references, single compositions, null beside a type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from factsheet_schemas.errors import SchemaError

from .shape import ITEMS, Path, pointer_of

Json = Mapping[str, Any]

REFUSED = {
    "patternProperties": "name each property in 'properties'",
    "prefixItems": "give 'items' one schema, or use an object with a property per place",
    "if": "make the properties of both cases optional",
    "then": "make the properties of both cases optional",
    "else": "make the properties of both cases optional",
    "not": "leave it out; the answer can be checked afterwards",
    "dependentSchemas": "make the properties of all cases optional",
    "propertyNames": "name each property in 'properties'",
    "unevaluatedItems": "give 'items' one schema",
    "$dynamicRef": "use '$ref' to a definition of the same file",
    "$recursiveRef": "use '$ref' to a definition of the same file",
}
MAX_REFERENCES = 24
MAX_RESOLVED = 20_000  # references within compositions double with every level
NUMERIC = frozenset(["integer", "number"])


@dataclass(slots=True)
class Root:
    """The whole schema, which references point into, and how much of it has been resolved."""

    node: Json
    num_resolved: int = 0

    def count(self) -> None:
        """One schema more. Raises SchemaError where they are too many to be meant."""
        self.num_resolved += 1
        if self.num_resolved > MAX_RESOLVED:
            raise SchemaError(f"more than {MAX_RESOLVED} schemas within each other: flatten them")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A schema without references or null, and the references that led to it."""

    node: Json
    is_nullable: bool
    seen: frozenset[str]


def refuse(path: Path, what: str, remedy: str) -> SchemaError:
    """The error that names the place, what stands there, and what would do."""
    return SchemaError(f"at {pointer_of(path)}: {what} is not supported; {remedy}")


def resolve(node: Any, root: Root, path: Path, seen: frozenset[str] = frozenset()) -> Resolved:  # noqa: ANN401
    """What a schema says where it stands.

    Raises:
        SchemaError: it recurs, points out of the file, or composes what cannot be told apart.
    """
    root.count()
    if not isinstance(node, Mapping):
        raise refuse(path, "a schema that is no object", "say its type")
    for word, remedy in REFUSED.items():
        if word in node:
            raise refuse(path, f"'{word}'", remedy)
    if "$ref" in node:
        return _referred(node, root, path, seen)
    for word in ("allOf", "anyOf", "oneOf"):
        if word in node:
            return _composed(word, node, root, path, seen)
    return _plain(node, path, seen)


def _referred(node: Json, root: Root, path: Path, seen: frozenset[str]) -> Resolved:
    target = node["$ref"]
    if target in seen:
        raise refuse(path, f"a schema that contains itself ({target})", "say how deep it goes")
    if len(seen) >= MAX_REFERENCES:
        raise refuse(path, f"more than {MAX_REFERENCES} references in a row", "flatten them")
    found = _pointed(target, root, path)
    beside = {word: value for word, value in node.items() if word != "$ref"}
    is_item = path[-1:] == (ITEMS,)  # "a Tranche"; but a limit is no "Money"
    merged = {word: value for word, value in found.items() if word != "title" or is_item}
    return resolve({**merged, **beside}, root, path, seen | {target})


def _pointed(target: Any, root: Root, path: Path) -> Json:  # noqa: ANN401
    if not isinstance(target, str) or not target.startswith("#/"):
        raise refuse(path, f"the reference {target!r}", "copy what it names into '$defs'")
    found: Any = root.node
    for step in target[2:].split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        raise SchemaError(f"at {pointer_of(path)}: {target} names nothing in this file")
    return found


def _composed(word: str, node: Json, root: Root, path: Path, seen: frozenset[str]) -> Resolved:
    members = node[word]
    if not isinstance(members, list) or not members:
        raise refuse(path, f"an empty '{word}'", "say the type")
    beside = {key: value for key, value in node.items() if key != word}
    kept = [one for one in members if not _is_null(one)]
    if word == "allOf" and len(members) > 1:
        raise refuse(path, "'allOf' of several schemas", "merge them into one")
    found = [resolve(one, root, path, seen) for one in kept]
    merged = _merged(found, word, path)
    is_nullable = len(kept) < len(members) or any(one.is_nullable for one in found)
    again = resolve({**merged, **beside}, root, path, seen)
    below = frozenset().union(*(one.seen for one in found))
    return Resolved(again.node, is_nullable or again.is_nullable, again.seen | below)


def _is_null(node: Any) -> bool:  # noqa: ANN401
    return isinstance(node, Mapping) and (
        node.get("type") == "null" or ("const" in node and node["const"] is None)
    )


def _merged(found: list[Resolved], word: str, path: Path) -> Json:
    """Several schemas of one scalar kind as one; Raises SchemaError where they are of several."""
    if len(found) == 1:
        return found[0].node
    nodes = [one.node for one in found]
    kinds = {str(node.get("type", "")) for node in nodes}
    if kinds & {"object", "array"} or not found:
        remedy = "give one object in which the properties of all are optional"
        raise refuse(path, f"'{word}' of several objects or arrays", remedy)
    if all("enum" in node or "const" in node for node in nodes):
        return {"enum": [value for node in nodes for value in options_of(node)]}
    if kinds <= NUMERIC or _is_decimal(nodes):
        return {"type": "number"}
    return {"type": "string"} if "string" in kinds else _refused_union(kinds, word, path)


def _refused_union(kinds: Iterable[str], word: str, path: Path) -> Json:
    raise refuse(path, f"'{word}' of {' and '.join(sorted(kinds))}", "choose one type, or string")


def _is_decimal(nodes: list[Json]) -> bool:
    """A number, or the string that holds one, as Pydantic writes its decimals."""
    return sorted(str(node.get("type")) for node in nodes) == ["number", "string"]


def options_of(node: Json) -> list[Any]:
    """The values that an enum or a constant lets through."""
    return list(node["enum"]) if "enum" in node else [node["const"]]


def _plain(node: Json, path: Path, seen: frozenset[str]) -> Resolved:
    """Null taken out of the type and the enum."""
    kinds, changed = node.get("type"), dict(node)
    is_nullable = False
    if isinstance(kinds, list):
        is_nullable = "null" in kinds
        left = [kind for kind in kinds if kind != "null"]
        changed["type"] = _one_kind(left, path)
    if "enum" in node and None in node["enum"]:
        is_nullable = True
        changed["enum"] = [value for value in node["enum"] if value is not None]
    return Resolved(changed, is_nullable, seen)


def _one_kind(kinds: list[str], path: Path) -> str:
    if len(kinds) == 1:
        return kinds[0]
    if kinds and set(kinds) <= NUMERIC:
        return "number"
    if "string" in kinds and not set(kinds) & {"object", "array"}:
        return "string"
    raise refuse(path, f"the type {' or '.join(kinds) or 'null'}", "choose one type")
