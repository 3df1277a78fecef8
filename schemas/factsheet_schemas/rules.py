"""What holds between the fields of a row: consistency rules, and what follows from other fields."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .fields import Condition, Key, Model


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
