"""A lexicon for a schema that has none: what its fields' names and types let one look for.

A field that is called as a shipped schema's field is looked for as that is; others by their names,
as parties, defined terms, and headings of clauses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from factsheet_schemas import FieldSpec, FieldType, Schema, load_schema, shipped_schemas
from factsheet_schemas.lexicon import (
    NEEDED,
    AnyFinder,
    ClauseFinder,
    DefinitionFinder,
    Lexicon,
    PartyFinder,
    PatternFinder,
    load_lexicon,
    references,
)

from factsheet_service.core.normalise import fold

SURE, LIKELY = 0.75, 0.65
LONGEST_NAME = 5  # words
THE_AGREEMENTS = "date of this agreement"  # what dates are counted from, in folded words
_QUALIFIERS = frozenset(
    ("loan", "facility", "credit", "total", "aggregate", "final", "the", "legal", "name", "of")
)
_LAW = re.compile(r"\b(?:governing|applicable) law\b|\blaw\b.*\bgovern", re.IGNORECASE)
_BY = (
    r"\bgoverned by,?(?: and (?:shall be )?(?:construed|interpreted|enforced)[\w, ]{0,40}?"
    r" (?:with|under),?)? "
)
_LAWS_OF = _BY + (
    r"(?:the )?(?:internal )?laws? of (?P<value>(?:the )?"
    r"(?:(?:Federal )?(?:State|Commonwealth|Province|Republic|Kingdom) of )?"
    r"(?-i:[A-Z]\w+(?: [A-Z]\w+)*))"
)
_NATIONAL_LAW = _BY + r"(?P<value>(?-i:[A-Z]\w+(?: [A-Z]\w+)?) law)\b"
_FORM = (
    r"(?:, (?:Inc|LLC|L\.L\.C|Ltd|Limited|N\.A|National Association|L\.?P|S\.A|plc|PLC|Corp)\b\.?"
    r"| (?:AG|plc|PLC|N\.V\.|B\.V\.|S\.p\.A\.|GmbH|Limited|Ltd|LLC|LLP|N\.A\.))"
)
_NAME = r"[A-Z][\w&'./-]*(?:(?: of| &)? [A-Z][\w&'./()-]*){0,8}?"
_BEARER = rf"(?P<value>(?-i:{_NAME}{_FORM}*))"  # one name right before its role, no list of them
_FORMAL_BEARER = rf"(?P<value>(?-i:{_NAME}{_FORM}+))"  # of several: a company that says it is one
_ALIKE = (
    frozenset((FieldType.TEXT, FieldType.TEXT_LIST, FieldType.PASSAGE)),
    frozenset((FieldType.PASSAGE, FieldType.CLAUSE)),
    frozenset((FieldType.CURRENCY, FieldType.CURRENCY_LIST)),
    frozenset((FieldType.NUMBER, FieldType.AMOUNT)),
)


def derived_lexicon(schema: Schema) -> Lexicon:
    """What can be looked for by a schema's own words."""
    known = _shipped()
    beginnings = _beginnings(schema)
    fields = {
        spec.key: tuple(_finders(spec, known, spec.key in beginnings)) for spec in schema.fields()
    }
    alike = (lexicon.entity for shipped, lexicon in known if _same_rows(schema, shipped))
    words = next(alike, None)
    return Lexicon(entity=words, fields={key: found for key, found in fields.items() if found})


Known = tuple[Schema, Lexicon]


@lru_cache(maxsize=1)
def _shipped() -> tuple[Known, ...]:
    schemas = {name: load_schema(name) for name in shipped_schemas()}
    return tuple((schema, load_lexicon(name, schema)) for name, schema in schemas.items())


def _same_rows(schema: Schema, shipped: Schema) -> bool:
    """Whether rows are called what a shipped schema's are."""
    if not schema.entities or not shipped.entities:
        return False
    theirs = {fold(word) for word in (shipped.entity.label, *shipped.entity.generic_words)}
    return fold(schema.entity.label) in theirs


def _finders(spec: FieldSpec, known: Iterable[Known], is_beginning: bool) -> Iterator[AnyFinder]:
    if not spec.is_many:
        yield from _borrowed(spec, known, is_beginning)
    words = _words(spec)
    if not words:
        return
    match spec.type:
        case FieldType.TEXT | FieldType.PASSAGE if _LAW.search(f"{words}. {spec.description}"):
            yield PatternFinder(kind="pattern", regex=_LAWS_OF, score=SURE)
            yield PatternFinder(kind="pattern", regex=_NATIONAL_LAW, score=LIKELY)
        case FieldType.TEXT:
            yield from _parties(words, is_many=spec.is_many)
        case FieldType.PASSAGE:
            yield ClauseFinder(kind="clause", regex=_headed(words), score=LIKELY, from_match=True)
        case FieldType.YES_NO:
            return
        case _:
            terms = (rf"(?:(?:total|aggregate|final|initial) )?{_plural(words)}",)
            yield DefinitionFinder(kind="definition", terms=terms, score=SURE)


def _parties(words: str, *, is_many: bool) -> Iterator[AnyFinder]:
    """Who bears a role of that name; of a list only those who sign or are named one by one."""
    role = rf",? as (?:the |an? )?(?:initial )?{_plural(words)}\b"
    bearer = _FORMAL_BEARER if is_many else _BEARER
    yield PatternFinder(kind="pattern", regex=bearer + role, score=SURE)
    if not is_many:
        yield PartyFinder(kind="party", roles=(_plural(words),), score=LIKELY)


def _borrowed(spec: FieldSpec, known: Iterable[Known], is_beginning: bool) -> Iterator[AnyFinder]:
    """The finders of shipped fields of that name, but for those that need other fields."""
    for schema, lexicon in known:
        anchors = _beginnings(schema)
        for other in schema.fields():
            is_same = is_beginning and other.key in anchors
            if _alike(spec.type, other.type) and (is_same or _called_alike(spec, other)):
                yield from _standing_alone(lexicon.fields.get(other.key, ()))
                return


def _beginnings(schema: Schema) -> frozenset[str]:
    """The fields that hold the date of the agreement itself."""
    own = (a.field for a in schema.anchors if THE_AGREEMENTS in map(fold, a.phrases))
    return frozenset(own)


def _standing_alone(finders: Sequence[AnyFinder]) -> Iterator[AnyFinder]:
    """The finders that need no other field; those that keep clear of others need not any more."""
    for one in finders:
        names = {name for name, _ in references(one)}
        if names.isdisjoint(NEEDED):
            yield one.model_copy(update=dict.fromkeys(names))


def _alike(one: FieldType, other: FieldType) -> bool:
    return one is other or any({one, other} <= kinds for kinds in _ALIKE)


def _called_alike(spec: FieldSpec, other: FieldSpec) -> bool:
    theirs = {_bare(name) for name in (other.key.replace("_", " "), other.label, *other.aliases)}
    mine = {_bare(name) for name in (spec.label, *spec.aliases)}
    return bool(mine & theirs - {""})


def _bare(name: str) -> str:
    """A name folded, in the singular, without words that do not tell what it is."""
    plain = fold(re.sub(r"\[.*?\]", "", name)).split()
    kept = [word for word in plain if word not in _QUALIFIERS] or plain
    return " ".join(word.removesuffix("s") for word in kept)


def _words(spec: FieldSpec) -> str:
    """What the field is called in plain words; empty where that is a sentence."""
    name = re.sub(r"\[.*?\]|\(.*?\)", "", spec.label).strip(" ?:")
    words = re.findall(r"[\w&'-]+", name)
    plain = [word for word in words if word.lower() not in ("name", "definition", "text")]
    return " ".join(plain) if 0 < len(plain) <= LONGEST_NAME else ""


def _plural(words: str) -> str:
    escaped = re.escape(words.removesuffix("s"))
    return rf"{escaped}s?"


def _headed(words: str) -> str:
    """A sentence right behind a heading of these words: ``Use of Proceeds. The proceeds ...``"""
    return rf"(?<=\b{re.escape(words)}\. )(?=[A-Z(])[^\n]{{40,}}?(?=\. |$)"
