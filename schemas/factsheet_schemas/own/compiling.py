"""From a user's JSON Schema to questions: groups of fields, and rows for arrays of objects."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from factsheet_schemas.errors import SchemaError, explain
from factsheet_schemas.fields import DEAL, FieldSpec, FieldType, Option
from factsheet_schemas.rules import Anchor
from factsheet_schemas.schema import Entity, Group, Role, Schema, Subject

from .grouping import buckets_of, parts
from .judging import words_of
from .naming import free, key_from, keys_of, labels_of, singular
from .resolving import Root, refuse, resolve
from .shape import ITEMS, Branch, Draft, Leaf, OwnSchema, Path, Rows, rows_in
from .walking import Walk, titled

MAX_FIELDS = 400
BEGINNING = frozenset(
    ("agreement", "effective", "signing", "closing", "execution", "signature", "signed")
)
BEGINNING_PHRASES = (
    *("date of this Agreement", "date hereof", "Closing Date", "Effective Date"),
    *("Signing Date", "Execution Date"),
)


def compile_schema(
    name: str, json_schema: Mapping[str, Any], roles: tuple[Role, ...] = ()
) -> OwnSchema:
    """Make a JSON Schema's questions; ``roles`` are of documents, which it says nothing of.

    Raises:
        SchemaError: it uses what is not supported; the message names the place and the remedy.
    """
    whole = Root(json_schema)
    found = resolve(json_schema, whole, ())
    if "properties" not in found.node:
        what = f"a root of type {found.node.get('type', 'unknown')}"
        raise refuse((), what, "make the root an object with 'properties'")
    walk = Walk(whole)
    root = walk.branch(found, ())
    drafts = walk.drafts
    if not drafts or len(drafts) > MAX_FIELDS:
        raise SchemaError(f"{len(drafts)} fields to ask: a schema has 1 to {MAX_FIELDS}")
    kinds = list(rows_in(root))
    keys = keys_of(drafts.values(), kinds)
    return OwnSchema(
        name=name,
        version=version_of(json_schema),
        json_schema=json_schema,
        schema=_Compiling(name, root, drafts, keys).schema(version_of(json_schema), roles),
        root=root,
        keys=keys,
    )


def version_of(json_schema: Mapping[str, Any]) -> str:
    """A hash of the content, the order of properties included: it orders the questions."""
    content = json.dumps(json_schema, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


class _Compiling:
    """What all fields of one schema are made with."""

    def __init__(
        self, name: str, root: Branch, drafts: Mapping[Path, Draft], keys: Mapping[Path, str]
    ) -> None:
        self._name = name
        self._root = root
        self._drafts = drafts
        self._keys = keys
        self._kinds = list(rows_in(root))
        self._labels = labels_of(drafts.values(), dict(_titles(root)))

    def schema(self, version: str, roles: tuple[Role, ...]) -> Schema:
        """The schema as data. Raises SchemaError where a part breaks its limits."""
        try:
            return Schema(
                name=self._name,
                version=version,
                title=self._root.title or titled(self._name),
                description=self._root.description,
                subject=Subject(kind="folder", label="company"),
                entities=tuple(map(self._entity, self._kinds)),
                groups=tuple(self._groups()),
                anchors=tuple(self._anchors()),
                roles=roles,
            )
        except ValidationError as error:
            raise SchemaError(explain(error)) from error

    def _entity(self, rows: Rows) -> Entity:
        plural = titled(rows.path[-1])
        label = rows.item.title or singular(plural)
        said = [text for text in (rows.description, rows.item.description) if text]
        words = {word for text in (label, plural) for word in words_of(text)}
        return Entity(
            key=self._keys[rows.path],
            label=label,
            plural=plural,
            name_field=self._keys[self._naming(rows)],
            description=". ".join(text.rstrip(".") for text in said) or self._told(rows, plural),
            parent=self._kind_above(rows.path),
            generic_words=tuple(sorted(words | {"the"})),
        )

    def _told(self, rows: Rows, plural: str) -> str:
        """What an item is, in the words of its fields."""
        sources = dict.fromkeys(leaf.source for leaf in _own_leaves(rows.item))
        told = ", ".join(self._labels[source] for source in sources)
        return f"one of the {plural.lower()}, with {told}"

    def _naming(self, rows: Rows) -> Path:
        """The field that tells an item from others: a name, else the first text, else the first."""
        own = [
            draft
            for leaf in _own_leaves(rows.item)
            if (draft := self._drafts.get(leaf.source)) and not draft.is_many
        ]
        if not own:
            raise refuse(rows.path, "an array of objects without a scalar", "give each a name")
        return min(own, key=_namelessness).path

    def _kind_above(self, path: Path) -> str | None:
        above = [rows for rows in self._kinds if path[: len(rows.path) + 1] == (*rows.path, ITEMS)]
        outer = [rows for rows in above if rows.path != path]
        return self._keys[max(outer, key=lambda one: len(one.path)).path] if outer else None

    def _groups(self) -> Iterator[Group]:
        taken: set[str] = set()
        for title, scope, drafts in buckets_of(self._root, self._drafts, self._keys):
            for part in parts(drafts):
                named = title.partition(", ")[0] if scope == DEAL else scope
                key = free(key_from([named]), taken)
                taken.add(key)
                yield Group(
                    key=key,
                    title=title,
                    fields=tuple(self._field(one, scope) for one in part),
                    queries=tuple(one.description for one in part if one.description),
                )

    def _field(self, draft: Draft, scope: str) -> FieldSpec:
        hints = f" (for example {'; '.join(draft.examples)})" if draft.examples else ""
        return FieldSpec(
            key=self._keys[draft.path],
            label=self._labels[draft.path],
            type=draft.type,
            scope=scope,
            description=draft.description + hints,
            options=tuple(Option(value=value) for value in draft.options),
            aliases=_aliases(draft),
            is_many=draft.is_many,
            max_chars=draft.max_chars,
        )

    def _anchors(self) -> Iterator[Anchor]:
        """The dates that others may be counted from: each by its name, the first of an agreement
        also by what agreements call theirs."""
        is_begun = False
        for draft in self._drafts.values():
            if draft.type is not FieldType.DATE or draft.is_many or ITEMS in draft.path:
                continue
            is_beginning = not is_begun and bool(BEGINNING & set(words_of(draft.named[-1])))
            is_begun |= is_beginning
            known = BEGINNING_PHRASES if is_beginning else ()
            phrases = tuple(dict.fromkeys((draft.title, *known)))
            yield Anchor(field=self._keys[draft.path], phrases=phrases)


def _titles(branch: Branch) -> Iterator[tuple[Path, str]]:
    for node in branch.properties.values():
        if isinstance(node, Branch):
            yield node.path, node.title or titled(node.path[-1])
            yield from _titles(node)
        elif isinstance(node, Rows):
            yield node.path, node.item.title or singular(titled(node.path[-1]))
            yield from _titles(node.item)


def _own_leaves(branch: Branch) -> Iterator[Leaf]:
    """The leaves of an object and of the objects in it, but not of its rows."""
    for node in branch.properties.values():
        if isinstance(node, Leaf):
            yield node
        elif isinstance(node, Branch):
            yield from _own_leaves(node)


def _namelessness(draft: Draft) -> tuple[int, int]:
    words = set(words_of(draft.path[-1]))
    named = 0 if "name" in words else 1 if words & {"title", "label", "party"} else 2
    kinds = (FieldType.TEXT, FieldType.PASSAGE, FieldType.ENUM, FieldType.DATE)
    kind = kinds.index(draft.type) if draft.type in kinds else len(kinds)
    return (0 if kind == 0 else 1 if kind == 1 else 2, named) if named == 2 else (0, named - 2)


def _aliases(draft: Draft) -> tuple[str, ...]:
    """Other words for it: those of its name, where its title has others."""
    words = " ".join(words_of(draft.named[-1]))
    known = re.sub(r"\W+", " ", draft.title).lower().strip()
    return (words,) if words and words != known else ()
