"""What a schema is: field groups, fields, rules and roles as data.

A schema is a folder with a ``schema.toml`` (these models) and, for the lexical engine, an optional
``lexicon.toml``. No code knows a schema by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class Model(BaseModel):
    """Frozen, and strict about names: a typing error in a schema file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FieldType(StrEnum):
    """How a value is written on the wire (see ``record.FieldValue.value``)."""

    TEXT = "text"  # "Norrvind Wind AS"
    TEXT_LIST = "text_list"  # ["A plc", "B plc"]
    YES_NO = "yes_no"  # "Yes" | "No"
    ENUM = "enum"  # one option's value
    ENUM_LIST = "enum_list"  # several options' values
    PERCENT = "percent"  # 2.25 means 2.25 %
    RATIO = "ratio"  # 1.2 means 1.20x
    AMOUNT = "amount"  # {"amount": 250000000, "currency": "EUR"}, whole units
    NUMBER = "number"  # 45.0 in the field's unit
    NUMBER_LIST = "number_list"  # [25.0, 75.0] in the field's unit, each once
    RANGE = "range"  # {"low": 18.0, "high": 34.0} in the field's unit
    TALLY = "tally"  # {"female": 12, "male": 8}: how many of each option
    INTEGER = "integer"
    DATE = "date"  # {"date": "2031-03", "precision": "month"}; day: "2031-03-15", year: "2031"
    YEAR = "year"  # 2026
    MONTH = "month"  # 1..12
    CURRENCY = "currency"  # ISO 4217
    CURRENCY_LIST = "currency_list"
    COUNTRY = "country"  # ISO 3166-1 alpha-2
    CODE = "code"  # classification code with description: "D35.11"
    TENOR_SET = "tenor_set"  # ["1M", "3M", "6M"]
    SCHEDULE = "schedule"  # [{"date": "2027-06", "percent": 2.5}] or [{"date": ..., "amount": ...}]
    CLAUSE = "clause"  # free text; scored by its evidence
    PASSAGE = "passage"  # words as written if short, else the lines that have them, sliced


DEAL = "deal"  # the scope of fields that are answered once for the subject as a whole


class Option(Model):
    """One value of an enum, with the words that documents use for it."""

    value: str
    synonyms: tuple[str, ...] = ()


class Condition(Model):
    """The field applies only where ``field`` has one of ``values``."""

    field: Key
    values: tuple[str, ...]


class Bounds(Model):
    """What a number, or each of several, may be; what lies beyond is no value of the field."""

    least: float | None = None
    most: float | Literal["this_year"] | None = None


class FieldSpec(Model):
    """One question of the fact sheet."""

    key: Key
    label: str = Field(description="the label as users know it, unique in the schema")
    type: FieldType
    scope: Key = Field(description="`deal`: once for the subject; an entity's key: once per row")
    description: str = ""
    unit: str | None = None
    options: tuple[Option, ...] = Field(
        default=(), description="of yes_no: the words that show a Yes and a No"
    )
    is_named: bool = Field(
        default=False, description="an option counts only where the quote names it"
    )
    bounds: Bounds | None = None
    pattern: str | None = Field(
        default=None,
        description="regular expression of a text, or of one of several: the match is the value",
    )
    is_magnitude: bool = Field(default=False, description="a number's sign is left out of it")
    number_words: dict[str, float] = Field(
        default={}, description="words that stand for a number in the unit: immediate -> 0"
    )
    aliases: tuple[str, ...] = ()
    applies_if: Condition | None = None
    only_if_configured: str | None = Field(
        default=None, description="an option of the run without which the field is not asked"
    )
    core: bool = Field(default=False, description="an analyst checks it first; reported apart")
    max_chars: int = Field(default=120, ge=8, le=600, description="longest answer of an engine")
    is_many: bool = Field(default=False, description="the value is a list: all that are stated")

    @property
    def is_deal_wide(self) -> bool:
        """Whether it is answered once for the subject, as an inherited default of its rows."""
        return self.scope == DEAL

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, pattern: str | None) -> str | None:
        try:
            re.compile(pattern or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _options_belong_to_enums(self) -> FieldSpec:
        if self.type is FieldType.YES_NO:
            return self._with_answers_for_options()
        if (self.type in _OF_OPTIONS) != bool(self.options):
            raise ValueError(
                f"field {self.key!r}: options go with type enum, enum_list or tally, and only there"
            )
        return self

    def _with_answers_for_options(self) -> FieldSpec:
        if unknown := {option.value for option in self.options} - {"Yes", "No"}:
            raise ValueError(f"field {self.key!r}: {unknown.pop()!r} is neither Yes nor No")
        return self


_OF_OPTIONS = (FieldType.ENUM, FieldType.ENUM_LIST, FieldType.TALLY)


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


class Requires(Model):
    """Where ``when`` holds, at least one (or all) of ``fields`` should have a value."""

    kind: Literal["requires"]
    number: int
    when: Condition
    fields: tuple[Key, ...]
    need: Literal["any", "all"] = "all"
    only_if_configured: str | None = None
    message: str


class Implies(Model):
    """A value in any of ``fields`` means ``then``; an evidenced contrary value is a conflict."""

    kind: Literal["implies"]
    number: int
    fields: tuple[Key, ...]
    then: Condition
    message: str


class Excludes(Model):
    """Where ``when`` holds, none of ``fields`` should have a value."""

    kind: Literal["excludes"]
    number: int
    when: Condition
    fields: tuple[Key, ...]
    message: str


class Exclusive(Model):
    """At most one of ``fields`` should have a value."""

    kind: Literal["exclusive"]
    number: int
    fields: tuple[Key, ...]
    message: str


class Together(Model):
    """Where ``field`` has a value, each of ``fields`` should have one."""

    kind: Literal["together"]
    number: int
    field: Key
    fields: tuple[Key, ...]
    message: str


class Ordered(Model):
    """``first`` must not lie after ``second`` (dates or numbers)."""

    kind: Literal["ordered"]
    number: int
    first: Key
    second: Key
    message: str


class Within(Model):
    """``field`` must lie within ``range``, a field of that type."""

    kind: Literal["within"]
    number: int
    field: Key
    range: Key
    message: str


Rule = Annotated[
    Requires | Implies | Excludes | Exclusive | Together | Ordered | Within,
    Field(discriminator="kind"),
]


class Quotient(Model):
    """``field`` = ``numerator`` / ``denominator`` x 100 where the documents do not state it.

    A schedule that is its own numerator: its amounts, where they sum to the denominator.
    """

    field: Key
    numerator: Key
    denominator: Key


class Product(Model):
    """``field`` = the factors multiplied, where the documents do not state it."""

    field: Key
    factors: tuple[Key, ...] = Field(min_length=2)


class Sum(Model):
    """``field`` of a row = ``parts`` of all rows within it, where the documents do not state it.

    Where they do and the parts do not add up to it, ``message`` is a warning.
    """

    field: Key
    parts: Key
    message: str


class Anchor(Model):
    """Words that name a date which another field holds ("the Signing Date")."""

    field: Key
    phrases: tuple[str, ...]


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


def rule_fields(rule: Rule) -> tuple[str, ...]:
    """The keys of all fields that a rule speaks of."""
    match rule:
        case Requires(when=when, fields=fields) | Excludes(when=when, fields=fields):
            return (when.field, *fields)
        case Implies(fields=fields, then=then):
            return (*fields, then.field)
        case Exclusive(fields=fields):
            return fields
        case Together(field=field, fields=fields):
            return (field, *fields)
        case Ordered(first=first, second=second):
            return (first, second)
        case Within(field=field, range=range_):
            return (field, range_)
