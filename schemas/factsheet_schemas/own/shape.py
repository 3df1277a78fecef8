"""The shape of a user's own JSON: which field of ours each leaf is read from, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from factsheet_schemas.fields import FieldType
from factsheet_schemas.record import JsonValue
from factsheet_schemas.schema import Schema

ITEMS = "[]"  # the step of a path from an array into its items
Path = tuple[str, ...]  # names of properties and ITEMS, from the root


class Form(StrEnum):
    """How a value of ours is written in the user's JSON."""

    TEXT = "text"
    BOOLEAN = "boolean"  # "Yes" is true
    NUMBER = "number"
    INTEGER = "integer"
    FRACTION = "fraction"  # 2.25 % is 0.0225
    BASIS_POINTS = "basis_points"  # 2.25 % is 225
    AMOUNT = "amount"  # the number of an amount
    CURRENCY = "currency"  # the currency of an amount
    OPTION = "option"  # the enum's own value
    DATE = "date"  # by ``Leaf.pattern``


@dataclass(frozen=True, slots=True)
class Draft:
    """A field to be asked, before it has a key: where it stands and what it asks for."""

    path: Path
    named: Path  # what it is called by: its own path, or an amount's object
    type: FieldType
    title: str
    description: str = ""
    options: tuple[str, ...] = ()
    is_many: bool = False
    max_chars: int = 240
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar, or an array of scalars where the field ``is_many``."""

    path: Path
    source: Path  # of the field that it is read from: its own, or an amount's
    form: Form
    is_nullable: bool = False
    pattern: str = ""  # of a date: strftime's %Y, %m and %d; empty: ISO, as precise as known
    options: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constant:
    """A property that has one value only; nothing is asked for it."""

    path: Path
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Rows:
    """An array of objects: each is a row of the fact sheet."""

    path: Path
    item: Branch
    description: str = ""
    is_nullable: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """An object."""

    path: Path
    title: str
    description: str
    properties: Mapping[str, Node]
    required: frozenset[str]
    is_nullable: bool = False


Node = Leaf | Constant | Rows | Branch


@dataclass(frozen=True)
class OwnSchema:
    """A user's JSON Schema with what was made of it. The version is a hash of its content."""

    name: str
    version: str
    json_schema: Mapping[str, JsonValue]
    schema: Schema
    root: Branch
    keys: Mapping[Path, str]  # of fields, and of entities by the path of their array

    @property
    def reference(self) -> str:
        """Names this very version: ``name@version``."""
        return f"{self.name}@{self.version}"


def leaves(node: Node) -> Iterator[Leaf]:
    """All leaves below a node, in order."""
    match node:
        case Leaf():
            yield node
        case Rows(item=item):
            yield from leaves(item)
        case Branch(properties=properties):
            for one in properties.values():
                yield from leaves(one)


def rows_in(node: Node) -> Iterator[Rows]:
    """All arrays of objects below a node, outer ones first."""
    match node:
        case Rows(item=item):
            yield node
            yield from rows_in(item)
        case Branch(properties=properties):
            for one in properties.values():
                yield from rows_in(one)


def pointer_of(path: Path) -> str:
    """A path as people write it: ``tranches[].margin``."""
    return ".".join(path).replace(f".{ITEMS}", ITEMS) or "the root"
