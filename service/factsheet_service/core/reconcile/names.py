"""Which names mean the same row. Never joined: names seen side by side, or whose digits or
letters differ ("Facility A" and "Facility B")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from factsheet_schemas.schema import Entity

from factsheet_service.core.document import Document
from factsheet_service.core.questions import WITHIN

from .citing import Span

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"[\"“](?P<term>[^\"”“]{2,80})[\"”]")
_DESIGNATOR = re.compile(r"^(?:[a-z]\d?|\d+[a-z]?|i{1,3}|iv|vi{0,3}|ix)$")
MAX_BODY = 250  # characters of a definition that may name its row

NameKey = frozenset[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """A row's name as one window gives it, with other names for the same row."""

    name: str
    others: tuple[str, ...]
    document: Document
    spans: tuple[Span, ...]
    score: float = 1.0
    entity: str = ""  # the kind of row; empty: the schema's first
    within: str = ""  # the name of the row that it lies within, where the window gives it


@dataclass(frozen=True, slots=True)
class Facility:
    """A row of the fact sheet: its name, all names it goes by, and where it was named."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    keys: frozenset[NameKey] = frozenset()
    entity: str = ""
    parent: Facility | None = None

    @property
    def called(self) -> str:
        """Its name behind that of the row it lies within."""
        return WITHIN.join((self.parent.called, self.name)) if self.parent else self.name


@dataclass(slots=True)
class _Cluster:
    mentions: list[Mention] = field(default_factory=list)
    keys: set[NameKey] = field(default_factory=set)


def name_key(name: str, entity: Entity) -> NameKey:
    """What tells a name apart: its words without plural, generic words and synonyms."""
    tokens = map(_singular, _words(name))
    generic = {_singular(word) for word in entity.generic_words}
    expanded = (w for token in tokens for w in entity.synonyms.get(token, token).split())
    return frozenset(word for word in expanded if word not in generic)


def stands_in(name: str, source: str, entity: Entity) -> bool:
    """Whether the words that make the name stand in the source, in the singular or plural."""
    own = name_key(name, entity) or frozenset(_singular(w) for w in _words(name))
    return bool(own) and own <= {
        word
        for token in map(_singular, _words(source))
        for word in entity.synonyms.get(token, token).split()
    }


def defines(name: str, source: str) -> bool:
    """Whether the source has the name in quotation marks, in the singular or plural."""
    return any(_plain(found["term"]) == _plain(name) for found in _QUOTED.finditer(source))


def is_defined(mention: Mention, span: Span | None = None) -> bool:
    """Whether a mention's stretches, or one of them, define the name."""
    text, spans = mention.document.text, mention.spans if span is None else (span,)
    return any(defines(mention.name, text[start:end]) for start, end in spans)


def is_misnamed(
    facility: Facility, facilities: Sequence[Facility], source: str, entity: Entity
) -> bool:
    """Whether words call another row by its name, and this one by none of its own."""
    if any(stands_in(name, source, entity) for name in (facility.name, *facility.aliases)):
        return False
    others = (one for one in facilities if one.id != facility.id)
    return any(is_called(one, source, entity) for one in others)


def is_called(facility: Facility, source: str, entity: Entity) -> bool:
    """Whether one of its names stands in the source word for word, in the singular or plural."""
    names = (name for name in (facility.name, *facility.aliases) if name_key(name, entity))
    words = f" {_plain(source)} "
    return any(f" {_plain(name)} " in words for name in names)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace(".", ""))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def designators(key: NameKey) -> frozenset[str]:
    """The letters and numbers that tell sister rows apart: A, B, 1, II."""
    return frozenset(word for word in key if _DESIGNATOR.match(word))


def merge_mentions(mentions: Iterable[Mention], entity: Entity) -> tuple[Facility, ...]:
    """The rows that the mentions speak of, in the order of their first mention.

    A row whose name consists of generic words only ("the Loan") stands only where no other does.
    """
    clusters = _clusters(list(mentions), entity)
    named = [cluster for key, cluster in clusters.items() if key]
    kept = named or list(clusters.values())
    return tuple(_facility(number, cluster, entity) for number, cluster in enumerate(kept, 1))


def _clusters(mentions: Sequence[Mention], entity: Entity) -> dict[NameKey, _Cluster]:
    clusters: dict[NameKey, _Cluster] = {}
    for mention in mentions:
        key = name_key(mention.name, entity)
        cluster = clusters.setdefault(key, _Cluster())
        cluster.mentions.append(mention)
        cluster.keys.add(key)
    for key in list(clusters):
        _join(key, clusters, entity)
    _add_own_aliases(clusters, entity)
    return clusters


def _join(key: NameKey, clusters: dict[NameKey, _Cluster], entity: Entity) -> None:
    """Join the cluster ``key`` into the one cluster that calls it its own other name.

    A name whose other names tell sister rows apart is a name for all of them, and joins none.
    """
    hosts = [
        host
        for host, cluster in clusters.items()
        if host != key
        and key in _other_keys(cluster, entity)
        and all(may_join(own, key) for own in cluster.keys | _other_keys(cluster, entity))
    ]
    hosts = [host for host in hosts if host] or hosts  # generic words are no row beside a name
    if len(hosts) == 1 and key:
        cluster = clusters.pop(key)
        clusters[hosts[0]].mentions += cluster.mentions
        clusters[hosts[0]].keys |= cluster.keys


def _other_keys(cluster: _Cluster, entity: Entity) -> set[NameKey]:
    return {name_key(other, entity) for m in cluster.mentions for other in m.others}


def may_join(one: NameKey, other: NameKey) -> bool:
    """Whether two names can mean the same row: no differing digits or letters."""
    mine, theirs = designators(one), designators(other)
    return not mine or not theirs or mine == theirs


def _add_own_aliases(clusters: dict[NameKey, _Cluster], entity: Entity) -> None:
    """Other names become the row's own unless two rows claim them."""
    claims = Counter(key for c in clusters.values() for key in _other_keys(c, entity))
    for own, cluster in clusters.items():
        cluster.keys |= {
            key
            for key in _other_keys(cluster, entity)
            if key and claims[key] == 1 and key not in clusters and may_join(own, key)
        }


def _facility(number: int, cluster: _Cluster, entity: Entity) -> Facility:
    counted: Counter[str] = Counter()
    for mention in cluster.mentions:
        counted[mention.name] += 1
    defined = {m.name for m in cluster.mentions if is_defined(m)}
    best = max(cluster.mentions, key=lambda m: (m.score, m.name in defined, counted[m.name]))
    others = (name for m in cluster.mentions for name in (m.name, *m.others))
    return Facility(
        id=f"f{number}",
        name=best.name,
        aliases=_other_spellings(best.name, others),
        mentions=tuple(cluster.mentions),
        keys=frozenset(cluster.keys),
        entity=entity.key,
    )


def _other_spellings(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Other names, without those that differ in case, number or article alone."""
    spelt = {_plain(name): name}
    for other in others:
        spelt.setdefault(_plain(other), other)
    return tuple(spelt.values())[1:]


def _plain(name: str) -> str:
    return " ".join(_singular(word) for word in _words(name) if word != "the")


def resolve(name: str, facilities: Sequence[Facility], entity: Entity) -> tuple[Facility, ...]:
    """The rows that a name means: exactly, else every row that it covers ("the Term Facilities"),
    else the only row there is, unless their letters or numbers differ; empty where it fits none.

    Generic words mean all rows, but the one that they are an own name of, and "the Loan" the only
    one that is called a loan."""
    key = name_key(name, entity)
    exact = tuple(f for f in facilities if key in f.keys)
    if exact:
        return exact
    if not key:
        return _generically(name, facilities, entity)
    covered = tuple(f for f in facilities if any(key <= own for own in f.keys))
    if covered:
        return covered
    only = facilities if len(facilities) == 1 else ()
    return tuple(f for f in only if all(may_join(key, own) for own in f.keys))


def _generically(name: str, facilities: Sequence[Facility], entity: Entity) -> tuple[Facility, ...]:
    own = tuple(f for f in facilities if _defines_as_own(name, f, entity))
    if len(own) == 1:
        return own
    called = tuple(f for f in facilities if _has_generic(name, f))
    return called if len(called) == 1 and _is_singular(name) else tuple(facilities)


def _defines_as_own(generic: str, facility: Facility, entity: Entity) -> bool:
    """Whether the words are a name of the row by a definition that names it otherwise too:
    "Advances" means advances under the Revolving Facility."""
    names = [n for n in (facility.name, *facility.aliases) if name_key(n, entity)]
    if _plain(generic) not in map(_plain, (facility.name, *facility.aliases)):
        return False
    texts = {mention.document.text for mention in facility.mentions}
    bodies = [body for text in texts for body in _definitions(_plain(generic), text)]
    return any(f" {_plain(name)} " in f" {_plain(body)} " for name in names for body in bodies)


@lru_cache(maxsize=32)  # each holds a whole document
def _definitions(plain: str, text: str) -> tuple[str, ...]:
    """What stands behind a term in quotation marks, to the end of its sentence."""
    found = (one for one in _QUOTED.finditer(text) if _plain(one["term"]) == plain)
    return tuple(text[one.end() : one.end() + MAX_BODY].split(". ", maxsplit=1)[0] for one in found)


def _has_generic(generic: str, facility: Facility) -> bool:
    """Whether one of the row's names has the generic words."""
    words = set(_plain(generic).split())
    return any(words <= set(_plain(n).split()) for n in (facility.name, *facility.aliases))


def _is_singular(name: str) -> bool:
    """Whether a name speaks of one: no word of it is a plural."""
    return all(word == _singular(word) for word in _words(name))
