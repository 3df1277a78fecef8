"""What a ``lexicon.toml`` is: how documents word a schema's entities and fields, as data.

Regular expressions are searched, without regard to case, in text whose white space is folded to
single spaces and whose quotes and dashes are plain. ``<<name>>`` stands for an entry of ``words``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from .catalog import read_toml, schema_folder
from .errors import SchemaError, explain
from .extensions import LEXICON_SUFFIX, extended_lexicon, parted
from .fields import Key, Model
from .languages import language_files, with_language
from .schema import Schema

LEXICON_FILE = "lexicon.toml"
WORD = re.compile(r"<<([a-z_]+)>>")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}: {pattern!r}") from error
    return pattern


Regex = Annotated[str, AfterValidator(_compiles)]
Regexes = tuple[Regex, ...]
Choice = Literal["first", "last", "max", "min"]


class EntityKind(Model):
    """A kind of entity, told by its name or by words of the document."""

    key: Key
    names: Regex = Field(description="found in one of its names")
    own: Regex | None = Field(default=None, description="found in the clause that defines it")
    context: Regex | None = Field(default=None, description="found where the names do not tell")
    presumed: Regex | None = Field(default=None, description="names that tell if nothing else does")


class EntityWords(Model):
    """How entities are named: ``<stem> <head>`` ("Tranche B Term" + "Facility")."""

    heads: Regexes = Field(description="words that end a name, the best for showing first")
    followers: Regexes = Field(default=(), description="further words that may follow a stem")
    fillers: tuple[str, ...] = Field(default=(), description="words that tell no two apart")
    leads: tuple[str, ...] = Field(default=(), description="words in front that do not belong")
    designated: Regexes = Field(default=(), description="stems with the mark behind: Facility A")
    often: Regex | None = Field(default=None, description="designated names that need no amount")
    excluded: Regexes = Field(default=(), description="found in what is no entity of its own")
    committed: Regex | None = Field(default=None, description="heads that show a commitment")
    promise: Regex | None = Field(default=None, description="a sentence that promises one")
    described: Regex | None = Field(default=None, description="how a body tells of one")
    separate: Regexes = Field(default=(), description="excluded, but not with an own amount")
    within: Regex | None = Field(default=None, description="says that one is part of another")
    whole: Regex | None = Field(default=None, description="a document with it has only parts")
    single: Regexes = Field(default=(), description="terms that name an only entity, best first")
    kinds: tuple[EntityKind, ...] = ()


class Finder(Model):
    """What all finders share. ``requires`` and ``forbids`` are searched in its sentence."""

    score: float = Field(default=0.8, ge=0, le=1)
    only: tuple[Key, ...] = Field(default=(), description="kinds of entity that it speaks of")
    named: tuple[Key, ...] = Field(
        default=(), description="kinds of entity that it speaks of only where it names them"
    )
    sole: bool = Field(default=False, description="nothing where it can belong to several")
    skips: Regex | None = Field(default=None, description="names of entities it never speaks of")
    bind: Literal["near", "before", "after", "value", "all"] = "near"
    value: str | None = Field(default=None, description="the value, where the words imply it")
    near: int = Field(default=300, ge=0, description="characters around a match for the two below")
    requires: Regexes = ()
    forbids: Regexes = ()
    section: Regex | None = Field(default=None, description="found in the section's title")
    zone: Key | None = Field(
        default=None, description="only in this zone, in documents that have it"
    )
    opening: int | None = Field(default=None, ge=1, description="only the first characters")
    capacities: Regex | None = Field(
        default=None, description="names of roles, not of who has them"
    )
    unless: Regex | None = Field(default=None, description="found nowhere in the document")
    spares: Key | None = Field(
        default=None, description="a field whose entities it speaks of only where it names them"
    )
    differs: Key | None = Field(default=None, description="a field whose values it never has")
    least: float | None = None
    most: float | None = None


class DefinitionFinder(Finder):
    """The value in the body of a defined term, or of the terms that the body names."""

    kind: Literal["definition"]
    terms: Regexes = Field(min_length=1, description="the whole term")
    choose: Choice = "first"
    reach: int = Field(default=700, ge=20, description="how far into the body")
    follow: int = Field(default=2, ge=0, le=4, description="how many terms on")
    through: Regex | None = Field(default=None, description="the terms that may be followed")


class PatternFinder(Finder):
    """The group ``value`` of a match, else the first value of the field's type in the match."""

    kind: Literal["pattern"]
    regex: Regex
    choose: Choice = "first"
    follow: int = Field(default=0, ge=0, le=4, description="terms named in the match, so far on")
    through: Regex | None = Field(default=None, description="the terms that may be followed")
    written: str | None = Field(default=None, description="how to write it: '{} of margin'")


class PresenceFinder(Finder):
    """A match means ``value``."""

    kind: Literal["presence"]
    regex: Regex
    value: str = "Yes"


class ClauseFinder(Finder):
    """The sentence of a match, from the match on where ``from_match``."""

    kind: Literal["clause"]
    regex: Regex
    limit: int = Field(default=900, ge=50)
    from_match: bool = False


class GridFinder(Finder):
    """A column of a grid in a definition or under a title."""

    kind: Literal["grid"]
    terms: Regexes = ()
    titles: Regexes = Field(default=(), description="words that stand above the grid")
    column: Regex
    columns: Regexes = Field(description="the heads of all columns, this one's among them")
    closing: Regexes = Field(default=(), description="whose group level names a row")
    by_entity: bool = Field(default=False, description="columns headed by entities are wanted")
    choose: Choice = "max"
    reach: int = Field(default=3000, ge=100)


class ColumnsFinder(Finder):
    """A row of a table that has a column per entity."""

    kind: Literal["columns"]
    rows: Regex = Field(description="the row's label, from the line's beginning")
    reach: int = Field(default=40, ge=1, description="how many lines below the heads")


class RowsFinder(Finder):
    """A column of a table that has a row per entity."""

    kind: Literal["rows"]
    head: Regex = Field(description="found in the column's head")


class PartyFinder(Finder):
    """A name before ``(the "Role")``, after ``"Role" means`` or before ``, as Role``."""

    kind: Literal["party"]
    roles: Regexes = Field(min_length=1)


class ScheduleFinder(Finder):
    """Rows of date and amount or percentage behind a match."""

    kind: Literal["schedule"]
    regex: Regex
    reach: int = Field(default=6000, ge=100)
    place: Regex | None = Field(default=None, description="names the table: Schedule 4")
    whole: Key | None = Field(default=None, description="the field that amounts are shares of")
    end: Key | None = Field(default=None, description="the field that dates the last row")


class WholeFinder(Finder):
    """A match means all at one date: that of its group ``date``, else what another field holds."""

    kind: Literal["whole"]
    regex: Regex
    date: Key


class SameAsFinder(Finder):
    """A match means that the value is that of another field."""

    kind: Literal["same_as"]
    regex: Regex
    field: Key


class SharedFinder(Finder):
    """The only value that the field has so far, for the entities that have none."""

    kind: Literal["shared"]
    without: Key | None = Field(default=None, description="a field that those have who don't share")
    names: Regex | None = Field(default=None, description="names of entities that take part")
    alike: bool = Field(default=False, description="only from entities of the same kind")


class DrawnFinder(Finder):
    """The value of this field's type in another field's value, or ``value`` where it has one."""

    kind: Literal["drawn"]
    field: Key


class EntityKindFinder(Finder):
    """The value that belongs to the entity's kind."""

    kind: Literal["entity_kind"]
    values: dict[Key, str]


class LabelFinder(Finder):
    """What stands behind a label at the start of a line or table row."""

    kind: Literal["label"]
    labels: tuple[str, ...] = Field(min_length=1)


class CollectFinder(Finder):
    """All values that stand in matches of a pattern, or in the words of the field's options."""

    kind: Literal["collect"]
    regex: Regex | None = None


class FrontFinder(Finder):
    """The title of a paper, or the line of its authors below it."""

    kind: Literal["front"]
    part: Literal["title", "authors"]


AnyFinder = Annotated[
    DefinitionFinder
    | PatternFinder
    | PresenceFinder
    | ClauseFinder
    | GridFinder
    | ColumnsFinder
    | RowsFinder
    | PartyFinder
    | ScheduleFinder
    | WholeFinder
    | SameAsFinder
    | SharedFinder
    | DrawnFinder
    | EntityKindFinder
    | LabelFinder
    | CollectFinder
    | FrontFinder,
    Field(discriminator="kind"),
]


class Zone(Model):
    """Stretches of a document between headings: a paper's methods."""

    key: Key
    title: Regex
    until: Regex


class InnerWords(Model):
    """How rows within others are named: the pattern's group ``name``, and fields by their keys."""

    entity: Key
    regex: Regex
    zone: Key | None = None
    least: int = Field(default=1, ge=1, description="a name counts from so many matches on")


class Lexicon(Model):
    """A whole lexicon. ``fields`` maps a field's key to its finders, the surest first."""

    words: dict[str, str] = Field(default={})
    entity: EntityWords | None = None
    zones: tuple[Zone, ...] = ()
    inner: tuple[InnerWords, ...] = ()
    fields: dict[Key, tuple[AnyFinder, ...]] = Field(default={})


def load_lexicon(name_or_path: str, schema: Schema) -> Lexicon:
    """The lexicon in a schema's folder, in all its languages; an empty one where there is none.

    Raises:
        SchemaError: it is not TOML, breaks the models above, or names what the schema lacks.
    """
    folder, (_, extensions) = schema_folder(name_or_path), parted(name_or_path)
    path = folder / LEXICON_FILE
    if not path.is_file():
        return Lexicon()
    data = read_toml(path)
    for language in language_files(folder):
        data = with_language(data, read_toml(language))
    for name in extensions:
        if (added := folder / f"{name}{LEXICON_SUFFIX}").is_file():
            data = extended_lexicon(data, read_toml(added))
    return parse_lexicon(data, schema, str(path))


def parse_lexicon(data: dict[str, Any], schema: Schema, source: str) -> Lexicon:
    """Validate a lexicon's data; ``source`` is named in the error."""
    words = data.get("words", {})
    try:
        lexicon = Lexicon.model_validate(_expanded(data, words if isinstance(words, dict) else {}))
    except ValidationError as error:
        raise SchemaError(f"lexicon {source}: {explain(error)}") from error
    except ValueError as error:
        raise SchemaError(f"lexicon {source}: {error}") from error
    _refuse_unknown(lexicon, schema, source)
    return lexicon


def _expanded(data: Any, words: dict[str, str]) -> Any:  # noqa: ANN401 - any TOML value
    if isinstance(data, str):
        return _expanded_text(data, words)
    if isinstance(data, dict):
        return {key: _expanded(value, words) for key, value in data.items()}
    return [_expanded(value, words) for value in data] if isinstance(data, list) else data


def _expanded_text(text: str, words: dict[str, str], depth: int = 0) -> str:
    if depth > 8:
        raise ValueError(f"words stand for each other in a circle: {text!r}")

    def word(match: re.Match[str]) -> str:
        if match[1] not in words:
            raise ValueError(f"<<{match[1]}>> is not among the words")
        return _expanded_text(words[match[1]], words, depth + 1)

    return WORD.sub(word, text)


def _refuse_unknown_rows(lexicon: Lexicon, schema: Schema, source: str) -> None:
    """Inner rows are of kinds that lie within others, and capture fields of their own."""
    for words in lexicon.inner:
        entity = schema.entity_by_key.get(words.entity)
        if entity is None or entity.parent is None:
            raise SchemaError(f"lexicon {source}: inner: {words.entity!r} lies within no other row")
        keys = {"name", *(field.key for field in schema.of_scope(words.entity))}
        captured = re.compile(words.regex).groupindex.keys()
        if "name" not in captured or captured - keys:
            raise SchemaError(
                f"lexicon {source}: inner: the groups of {words.regex!r} are to be name and "
                f"fields of {words.entity}"
            )


def _refuse_unknown(lexicon: Lexicon, schema: Schema, source: str) -> None:
    _refuse_unknown_rows(lexicon, schema, source)
    kinds = {kind.key for kind in lexicon.entity.kinds} if lexicon.entity else set()
    for where, key in _named_fields(lexicon):
        if key not in schema.by_key:
            raise SchemaError(f"lexicon {source}: {where}: schema {schema.name} has no such field")
    for key, finders in lexicon.fields.items():
        zones = {finder.zone for finder in finders} - {None, *(z.key for z in lexicon.zones)}
        if zones:
            raise SchemaError(f"lexicon {source}: fields.{key}: no zone {zones.pop()!r}")
        unknown = {kind for f in finders for kind in (*f.only, *f.named)} - kinds
        if unknown:
            raise SchemaError(
                f"lexicon {source}: fields.{key}: only names {', '.join(sorted(unknown))}, "
                f"but entity.kinds has {', '.join(sorted(kinds)) or 'none'}"
            )


NEEDED = ("field", "date", "whole", "end")  # fields without which a finder finds nothing
HEEDED = ("without", "differs", "spares")  # fields that a finder keeps clear of


def references(finder: AnyFinder) -> Iterator[tuple[str, str]]:
    """The other fields that a finder refers to, each with what it is to the finder."""
    for name in (*NEEDED, *HEEDED):
        other = getattr(finder, name, None)
        if other is not None:
            yield name, other


def _named_fields(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    for key, finders in lexicon.fields.items():
        yield f"fields.{key}", key
        for finder in finders:
            for name, other in references(finder):
                yield f"fields.{key}.{finder.kind}.{name} = {other!r}", other
