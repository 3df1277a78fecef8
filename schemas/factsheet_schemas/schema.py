"""What a schema is: field groups, fields, rules and roles as data.

A schema is a folder with a ``schema.toml`` (these models) and, for the lexical engine, an optional
``lexicon.toml``. No code knows a schema by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from .fields import DEAL, FieldSpec, Key, Model
from .rules import Anchor, Product, Quotient, Rule, Sum, rule_fields


class Group(Model):
    """Fields that are asked in one question."""

    key: Key
    title: str
    fields: tuple[FieldSpec, ...] = Field(min_length=1)
    merge_with: Key | None = Field(
        default=None, description="the group that takes these fields in when groups are merged"
    )
    queries: tuple[str, ...] = Field(default=(), description="extra retrieval queries")


class Entity(Model):
    """A kind of rows of the fact sheet: what one row stands for.

    A kind with a ``parent`` has its rows within the parent's: groups within experiments. Rows of
    the first kind may differ from the deal-wide values, which they otherwise inherit.
    """

    key: Key
    label: str
    plural: str
    name_field: Key
    description: str = Field(description="what counts as one and what does not, for the engine")
    unnamed: str | None = Field(
        default=None,
        description="the name of the one row where the documents name none; unset: then no row",
    )
    parent: Key | None = Field(default=None, description="the kind whose rows its rows lie within")
    has_sections: bool = Field(
        default=False,
        description="documents tell of each in a section of its own, under its name and number",
    )
    section_ends: tuple[str, ...] = Field(
        default=(), description="patterns of headings that end such sections besides the next one"
    )
    generic_words: tuple[str, ...] = Field(
        default=(), description="words that tell no two rows apart: loan, facility, tranche"
    )
    synonyms: dict[str, str] = Field(
        default={}, description="words of names that mean the same: rcf -> revolving"
    )


class Subject(Model):
    """What one run is about."""

    kind: Literal["folder", "document"] = Field(
        description="a subject has a folder of documents, or each document is one"
    )
    label: str


class SetAside(Model):
    """A section that speaks of other works: what stands there is no value of the subject."""

    title: str = Field(description="pattern of its heading: references")
    until: str = Field(description="pattern of the headings that end it")


class Role(Model):
    """A kind of document, how it is recognised, and where it stands in precedence."""

    key: Key
    label: str
    precedence: int = Field(description="higher beats lower; amendments beat what they amend")
    title_patterns: tuple[str, ...] = Field(
        default=(), description="regular expressions on the opening"
    )
    media_types: tuple[str, ...] = Field(
        default=(), description="files of these types have this role whatever they say"
    )
    is_binding: bool = Field(
        default=True, description="beside a binding document, what only others say is not relied on"
    )
    amends: bool = False
    change_patterns: tuple[str, ...] = Field(
        default=(),
        description="words of an operative change; an amendment without them recites",
    )
    agreeing_patterns: tuple[str, ...] = Field(
        default=(), description="words that end the recitals, where a document has them"
    )
    struck_patterns: tuple[str, ...] = Field(
        default=(),
        description="words that a change takes out or a recital repeats, as the group ``struck``",
    )
    governs: tuple[Key, ...] = Field(default=(), description="fields whose values it settles")


class RungSpec(Model):
    """The field that holds the level of a ratio at which something happens."""

    field: Key
    consequence: str


class LadderSpec(Model):
    """A ratio and its levels, the mildest consequence first."""

    metric: str
    comparator: Literal["min", "max"] = Field(
        default="min", description="whether the levels are floors or ceilings, where unstated"
    )
    rungs: tuple[RungSpec, ...] = Field(min_length=1)


class Column(Model):
    """A metadata column of the CSV that is no field."""

    label: str
    source: Literal["company", "source_files", "comments", "confidence"]


class Schema(Model):
    """A whole schema. Raises ValidationError naming the key that is wrong."""

    name: Key
    version: str
    title: str
    description: str = ""
    subject: Subject
    entities: tuple[Entity, ...] = Field(default=(), description="kinds of rows, parents first")
    sheet_of: Key | None = Field(
        default=None, description="the kind whose rows a sheet has; unset: the innermost rows"
    )
    groups: tuple[Group, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = ()
    rules: tuple[Rule, ...] = ()
    quotients: tuple[Quotient, ...] = ()
    products: tuple[Product, ...] = ()
    sums: tuple[Sum, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    ladders: tuple[LadderSpec, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    columns: tuple[Column, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, FieldSpec]:
        """Every field by its key."""
        return {field.key: field for field in self.fields()}

    def fields(self) -> Iterator[FieldSpec]:
        """All fields in the order of the file."""
        for group in self.groups:
            yield from group.fields

    @property
    def entity(self) -> Entity:
        """The first kind of rows, by which a sheet is read. Raises IndexError if there is none."""
        return self.entities[0]

    @cached_property
    def entity_by_key(self) -> dict[str, Entity]:
        """Every kind of rows by its key."""
        return {entity.key: entity for entity in self.entities}

    @cached_property
    def named_by(self) -> dict[str, Entity]:
        """Every kind of rows by the key of the field that names them."""
        return {entity.name_field: entity for entity in self.entities}

    def of_scope(self, scope: str) -> tuple[FieldSpec, ...]:
        """The fields of one scope, `deal` or an entity's key, in order."""
        return tuple(field for field in self.fields() if field.scope == scope)

    @property
    def in_sheet(self) -> tuple[FieldSpec, ...]:
        """The fields that a sheet has columns for: those of its rows and what they inherit."""
        if self.sheet_of is None:
            return tuple(self.fields())
        scopes = self.ancestry(self.sheet_of)
        return tuple(field for field in self.fields() if field.scope in scopes)

    def ancestry(self, scope: str) -> tuple[str, ...]:
        """The scope, those that its rows lie within, nearest first, and last the deal."""
        chain, entity = [], self.entity_by_key.get(scope)
        while entity is not None:
            chain.append(entity.key)
            entity = self.entity_by_key.get(entity.parent) if entity.parent else None
        return (*chain, DEAL)

    def rules_at(self, scope: str) -> tuple[Rule, ...]:
        """The rules that speak of fields of the scope and of none below it."""
        return tuple(rule for rule in self.rules if self._deepest(rule_fields(rule)) == scope)

    def _deepest(self, keys: Sequence[str]) -> str:
        scopes = (self.by_key[key].scope for key in keys)
        return max(scopes, key=lambda scope: len(self.ancestry(scope)))

    @model_validator(mode="after")
    def _keys_are_known_and_unique(self) -> Schema:
        keys = [field.key for field in self.fields()]
        _refuse_repeats("entity key", [DEAL, *(entity.key for entity in self.entities)])
        _refuse_repeats("field key", keys)
        _refuse_repeats("field label", [field.label for field in self.fields()])
        _refuse_repeats("group key", [group.key for group in self.groups])
        _refuse_unknown_entities(self)
        _refuse_unknown(self, set(keys))
        return self


def _refuse_repeats(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name!r} stands twice")


def _refuse_unknown_entities(schema: Schema) -> None:
    known: list[str] = []
    if schema.sheet_of not in (None, *schema.entity_by_key):
        raise ValueError(f"sheet_of: there is no entity {schema.sheet_of!r}")
    for entity in schema.entities:
        if entity.parent not in (None, *known):
            raise ValueError(f"entity {entity.key!r}: no entity {entity.parent!r} stands before it")
        known.append(entity.key)
    for field in schema.fields():
        if field.scope not in (DEAL, *known):
            listed = ", ".join((DEAL, *known))
            raise ValueError(f"field {field.key!r}: scope {field.scope!r} is none of {listed}")
    for entity in schema.entities:
        if entity.name_field not in (field.key for field in schema.of_scope(entity.key)):
            raise ValueError(
                f"entity {entity.key!r}: name_field {entity.name_field!r} is no field of its scope"
            )


def _refuse_unknown(schema: Schema, keys: set[str]) -> None:
    for where, key in _references(schema):
        if key not in keys:
            raise ValueError(f"{where} names field {key!r}, which no group has")
    groups = {group.key for group in schema.groups}
    for group in schema.groups:
        if group.merge_with is not None and group.merge_with not in groups - {group.key}:
            raise ValueError(
                f"group {group.key!r} merges with {group.merge_with!r}, no other group"
            )


def _references(schema: Schema) -> Iterator[tuple[str, str]]:
    for field in schema.fields():
        if field.applies_if:
            yield f"field {field.key!r} applies_if", field.applies_if.field
    for role in schema.roles:
        yield from ((f"role {role.key!r}", key) for key in role.governs)
    for rule in schema.rules:
        yield from ((f"rule {rule.number}", key) for key in rule_fields(rule))
    for quotient in schema.quotients:
        for key in (quotient.field, quotient.numerator, quotient.denominator):
            yield f"quotient {quotient.field!r}", key
    for product in schema.products:
        for key in (product.field, *product.factors):
            yield f"product {product.field!r}", key
    for sum_ in schema.sums:
        for key in (sum_.field, sum_.parts):
            yield f"sum {sum_.field!r}", key
    for anchor in schema.anchors:
        yield "anchor", anchor.field
    for ladder in schema.ladders:
        yield from ((f"ladder {ladder.metric!r}", rung.field) for rung in ladder.rungs)
