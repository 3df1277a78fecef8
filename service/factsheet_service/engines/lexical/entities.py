"""Which entities a document is about, by what names, and which of them a passage speaks of."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from factsheet_schemas import Schema
from factsheet_schemas.lexicon import EntityWords

from .definitions import Definition, Definitions
from .flat import FlatText, Span
from .mentions import Mention, find_mentions
from .quantities import AMOUNT, BARE_AMOUNT

LETTERED = r"[A-Z][\w.&/'-]*"
FRONT = re.compile(
    r"^(?:.*(?:'s|s') |(?:the|an?|each|any|such|all|total|aggregate) )+", re.IGNORECASE
)
GAP = (
    r"(?: on the [A-Z]\w+ Date)?"
    r"(?: ?(?:of|,|:|\||-|in an? (?:aggregate )?(?:principal )?amount of"
    r"|with (?:an? )?(?:aggregate )?\w+ of))? ?(?:up to )?"
)
LISTING = re.compile(
    r",? ?(?:: )?(?:(?:collectively|together|each of|any of|either|any|each|the|and),? )*(?=[A-Z])"
)
NOT_LISTED = re.compile(r"\b(?:other than|excluding|except)\b")
ACCEPTED = 2.0
OFTEN = 4  # how often names with a mark must stand where no amount stands behind them


@dataclass(frozen=True, slots=True)
class Entity:
    """A row of the fact sheet: shown name, other names, kinds, and where it is named."""

    name: str
    aliases: tuple[str, ...]
    stems: tuple[str, ...]
    kinds: frozenset[str] = frozenset()
    places: tuple[Span, ...] = ()  # where it is defined, the telling ones first


@dataclass
class _Sighting:
    """What speaks for an entity, gathered under what tells it from others."""

    names: Counter[str] = field(default_factory=Counter)
    stems: set[str] = field(default_factory=set)
    definitions: list[Definition] = field(default_factory=list)
    weight: float = 0.0
    has_sum: bool = False  # a commitment of its own with an amount
    is_promised: bool = False  # lent under this very name


class Entities:
    """The entities of a document, in order, with every mention."""

    def __init__(
        self,
        found: Sequence[Entity],
        mentions: Sequence[Mention],
        contexts: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.all = tuple(found)
        self.contexts = contexts  # by kind: words of the document that show it
        self.mentions = list(mentions)
        self._starts = [mention.start for mention in mentions]

    def within(self, span: Span) -> list[Mention]:
        """The mentions that begin in a stretch of the flat text."""
        return self.mentions[
            bisect_left(self._starts, span[0]) : bisect_left(self._starts, span[1])
        ]


def find_entities(
    flat: FlatText, definitions: Definitions, words: EntityWords | None, schema: Schema
) -> Entities:
    """Find the document's entities; one or none where nothing tells several apart."""
    if words is None:
        found = _labelled(flat, schema)
    else:
        finder = _EntityFinder(flat, definitions, words, schema.entity.synonyms)
        found = finder.found()
    kinds = words.kinds if words else ()
    contexts = {kind.key: (kind.context,) for kind in kinds if kind.context}
    stems = [entity.stems for entity in found]
    mentions = sorted(find_mentions(flat, stems, words), key=lambda mention: mention.start)
    return Entities(found, mentions, contexts)


def _labelled(flat: FlatText, schema: Schema) -> list[Entity]:
    """Without a lexicon: the entity's label with a number or letter behind it."""
    if not schema.entities:
        return []
    pattern = re.compile(rf"\b{re.escape(schema.entity.label)} (?:\d{{1,2}}[a-z]?|[A-Z])\b")
    counts = Counter(match.group() for match in pattern.finditer(flat.text))
    return [Entity(name, (), (name,)) for name in sorted(counts)]


class _EntityFinder:
    def __init__(
        self,
        flat: FlatText,
        definitions: Definitions,
        words: EntityWords,
        synonyms: Mapping[str, str],
    ) -> None:
        self.flat, self.definitions, self.words = flat, definitions, words
        self.synonyms = synonyms
        self.lines = frozenset(flat.line_starts)
        self.often = re.compile(words.often or r"(?!)")
        heads = "|".join(words.heads)
        self.head = re.compile(rf"(?:^|(?<= ))(?:{heads})$", re.I)
        self.best = [re.compile(rf"(?:^|.* )(?:{head})", re.I) for head in words.heads]
        self.excluded = re.compile("|".join(words.excluded) or r"(?!)", re.I)
        self.leads = {lead.lower() for lead in words.leads}
        self.fillers = {filler.lower() for filler in words.fillers}
        self.designated = re.compile("|".join(words.designated) or r"(?!)", re.I)
        self.committed = re.compile(words.committed, re.I) if words.committed else None
        self.promise = re.compile(words.promise, re.I) if words.promise else None
        self.described = re.compile(words.described or r"(?!)", re.I)
        self.separate = re.compile("|".join(words.separate) or r"(?!)", re.I)
        self.whole = re.compile(words.whole or r"(?!)", re.I)
        self.within = re.compile(words.within or r"(?!)", re.I)
        self.follower = re.compile(rf" (?:{'|'.join(words.followers) or r'(?!)'})s?$", re.I)
        self.tail = re.compile(rf"(?: (?:{'|'.join((*words.heads, *words.followers))})s?)+$", re.I)

    def found(self) -> list[Entity]:
        """By their definitions; by their marks where those are more; else what is priced."""
        several = self.several()
        if len(several) > 1:
            return several
        marked = self.marked()
        return marked if len(marked) > 1 else several or marked or self.unmarked()

    def several(self) -> list[Entity]:
        """The entities with names of their own."""
        return self._among([*self.definitions.all], list(self._promised()))

    def _promised(self) -> Iterator[Definition]:
        """Names that a promise to lend uses without defining them."""
        names = "|".join(self.words.heads)
        pattern = re.compile(
            rf"\bto make (?:its |an? |one or more )?"
            rf"(?P<term>(?:{LETTERED} ){{1,4}}(?=[A-Z])(?i:{names}))\b"
        )
        for match in pattern.finditer(self.flat.text):
            start = max(self.flat.sentence(match.start())[0], match.start() - 480)
            if self.promise and self.promise.search(self.flat.text, start, match.end()):
                yield Definition(
                    match["term"], match.start("term"), (start, match.start("term")), True
                )

    def priced(self) -> list[Entity]:
        """Where nothing is defined (a term sheet): names with an amount behind them."""
        names = "|".join(self.words.heads)
        pattern = re.compile(
            rf"(?<![\d,.])(?P<term>(?:{LETTERED} ){{1,4}}(?=[A-Z])(?i:{names}))\b(?P<gap>{GAP})"
        )
        found = []
        for match in pattern.finditer(self.flat.text):
            if AMOUNT.match(self.flat.text, match.end()):
                found.append(self._as_definition(match))
        return self._among(found)

    def unmarked(self) -> list[Entity]:
        """Several with an amount behind their names, else the only entity."""
        priced = self.priced()
        return priced if len(priced) > 1 else self.single() or priced

    def marked(self) -> list[Entity]:
        """Where nothing is defined: at least two designated names with an amount behind them, or
        at least two that stand often."""
        names = "|".join(pattern.removesuffix("(?= |$)") for pattern in self.words.designated)
        if not names:
            return []
        pattern = re.compile(rf"(?<![\w])(?P<term>{names})(?![\w-])(?P<gap>{GAP})")
        matches = list(pattern.finditer(self.flat.text))
        counts = Counter(match["term"] for match in matches)
        priced = {match["term"] for match in matches if self._is_priced(match)}
        often = {t for t, n in counts.items() if n >= OFTEN and self.often.fullmatch(t)}
        wanted = priced if len(priced) > 1 else often
        if len(wanted) < 2:
            return []
        found = [self._as_definition(match) for match in matches if match["term"] in wanted]
        return self._among(found, are_marked=True)

    def _is_priced(self, match: re.Match[str]) -> bool:
        """Whether an amount follows, or on the same line of a table a bare one."""
        text, end = self.flat.text, match.end()
        is_row = match.start() in self.lines
        return bool(AMOUNT.match(text, end) or (is_row and BARE_AMOUNT.match(text, end)))

    def _as_definition(self, match: re.Match[str]) -> Definition:
        body = (match.end(), min(len(self.flat.text), match.end() + 80))
        return Definition(match["term"], match.start(), body, False)

    def _among(
        self,
        definitions: Sequence[Definition],
        promised: Sequence[Definition] = (),
        *,
        are_marked: bool = False,
    ) -> list[Entity]:
        sightings: dict[frozenset[str], _Sighting] = {}
        for definition in (*definitions, *promised):
            self._see(definition.term, definition, sightings)
        for sighting in sightings.values():
            sighting.is_promised = any(one in promised for one in sighting.definitions)
        for name, count in self._named().items():
            self._see(name, None, sightings, count)
        accepted = {key: s for key, s in sightings.items() if s.weight >= ACCEPTED}
        listed = accepted if are_marked else self._without_listings(accepted)
        accepted = self._without_collectives(listed)
        accepted = self._without_parts(accepted)
        order = sorted(accepted, key=lambda key: min(d.start for d in accepted[key].definitions))
        return [self._entity(accepted[key], len(order) == 1) for key in order]

    def _named(self) -> Counter[str]:
        names = "|".join(self.words.heads)
        pattern = re.compile(rf"(?:{LETTERED} ){{1,5}}(?=[A-Z])(?i:{names})\b")
        return Counter(match.group() for match in pattern.finditer(self.flat.text))

    def stem(self, name: str) -> str | None:
        """What stands before the heads: ``Total Tranche B Term Loan Commitments``: Tranche B."""
        words = self._without_follower(name)
        marked = self.tail.sub("", name)
        if marked != name and self.designated.fullmatch(marked):
            return marked
        while not self.designated.fullmatch(words) and (match := self.head.search(words)):
            words = words[: match.start()].strip()
        if words == name and not self.designated.fullmatch(name):
            return None
        while words and words.split(" ")[0].lower() in self.leads:
            words = words.partition(" ")[2]
        return words

    def _without_follower(self, name: str) -> str:
        """``Maximum Revolving Advance Amount`` up to its head."""
        shorter = self.follower.sub("", name)
        return shorter if self.head.search(shorter) else name

    def _is_whole(self, name: str) -> bool:
        """Whether a mark makes the name complete: ``Facility A``, but not ``Term A``."""
        first = name.partition(" ")[0]
        return bool(self.designated.fullmatch(name) and self.head.fullmatch(first))

    def _key(self, stem: str) -> frozenset[str]:
        tokens = [token.strip(".,").lower() for token in re.split(r"[ -]", stem)]
        telling = [token for token in tokens if token and token not in self.fillers]
        return frozenset(
            part for token in telling or tokens for part in self.synonyms.get(token, token).split()
        )

    def _see(
        self,
        name: str,
        definition: Definition | None,
        sightings: dict[frozenset[str], _Sighting],
        count: int = 1,
    ) -> None:
        name = FRONT.sub("", name)
        stem = self.stem(name)
        if not stem or (self.excluded.search(name) and not self._is_separate(name, definition)):
            return
        key = self._key(stem)
        if definition is None and not self._is_known(stem, sightings.get(key)):
            return
        sighting = sightings.setdefault(key, _Sighting())
        sighting.names[name] += count
        sighting.stems.add(stem)
        if self._is_whole(stem):
            sighting.names[stem] += count
        if definition:
            sighting.definitions.append(definition)
            sighting.weight += self._weight(definition)
            sighting.has_sum |= self._has_sum(definition)

    def _is_known(self, stem: str, sighting: _Sighting | None) -> bool:
        """Whether a name that nothing defines has only words of those that are defined."""
        if sighting is None:
            return False
        known = {word.lower() for own in sighting.stems for word in re.split(r"[ -]", own)}
        return {word.lower() for word in re.split(r"[ -]", stem)} <= known

    def _is_separate(self, name: str, definition: Definition | None) -> bool:
        """Whether what is mostly a part of another stands here with an amount of its own."""
        if not self.separate.fullmatch(name):
            return False
        if definition is None:
            return True
        start, end = definition.body
        body = self.flat.text[max(start, end - 240) if definition.is_inline else start : end][:400]
        return bool(AMOUNT.search(body)) and not self.within.search(body)

    def _weight(self, definition: Definition) -> float:
        """How much a definition speaks for a commitment of its own."""
        start, end = definition.body
        body = self.flat.text[start : min(end, start + 500)]
        is_commitment = bool(self.committed and self.committed.search(definition.term))
        has_sum = not definition.is_inline and bool(AMOUNT.search(body[:400]))
        is_promised = bool(
            self.promise.search(body)
            if definition.is_inline and self.promise
            else self.described.match(body)
        )
        return 1.0 + is_commitment + has_sum + is_promised

    def _has_sum(self, definition: Definition) -> bool:
        start, end = definition.body
        is_commitment = bool(self.committed and self.committed.search(definition.term))
        return is_commitment and bool(AMOUNT.search(self.flat.text, start, min(end, start + 400)))

    def _without_collectives(
        self, found: dict[frozenset[str], _Sighting]
    ) -> dict[frozenset[str], _Sighting]:
        """Drop names that only gather others: "Term Loans" of Tranche A and Tranche B."""
        kept = {}
        for key, sighting in found.items():
            if sighting.has_sum or sighting.is_promised:
                kept[key] = sighting
                continue
            wider = [other for other in found if other < key]
            narrower = [other for other in found if key < other]
            if len(narrower) > 1 or self._gathers(key, found):
                continue
            if any(found[other].weight >= sighting.weight for other in narrower):
                continue
            if any(
                found[other].weight > sighting.weight and sum(other < key for key in found) == 1
                for other in wider
            ):
                continue
            kept[key] = sighting
        return kept

    def _without_parts(
        self, found: dict[frozenset[str], _Sighting]
    ) -> dict[frozenset[str], _Sighting]:
        """Drop what is mostly a part of another where that other stands in the document."""
        names = {key: " | ".join(sighting.names) for key, sighting in found.items()}
        wholes = [key for key in found if self.within.search(names[key])]
        parts = {
            key
            for key, sighting in found.items()
            if all(self.excluded.search(name) for name in sighting.names)
        }
        if not wholes and parts != set(found) and not self.whole.search(self.flat.text):
            return found
        return {key: sighting for key, sighting in found.items() if key not in parts}

    def _without_listings(
        self, found: dict[frozenset[str], _Sighting]
    ) -> dict[frozenset[str], _Sighting]:
        """Drop names whose body only lists others: "Term Facility" means Facility A or B."""
        return {
            key: sighting
            for key, sighting in found.items()
            if sighting.has_sum
            or not any(
                self._lists(d, [other.stems for k, other in found.items() if k != key])
                for d in sighting.definitions
            )
        }

    def _lists(self, definition: Definition, others: Sequence[Iterable[str]]) -> bool:
        if definition.is_inline:
            return False
        start, end = definition.body
        body = re.split(r"[.;]", self.flat.text[start : min(end, start + 160)])[0]
        if not LISTING.match(body) or NOT_LISTED.search(body):
            return False
        named = [any(re.search(rf"\b{re.escape(stem)}\b", body) for stem in own) for own in others]
        return sum(named) > 1

    def _gathers(self, key: frozenset[str], found: dict[frozenset[str], _Sighting]) -> bool:
        if not key <= self.fillers:
            return False
        others = [other for other in found if not other <= self.fillers]
        return any(
            key & {token.lower() for stem in found[other].stems for token in stem.split(" ")}
            for other in others
        )

    def _entity(self, sighting: _Sighting, is_only: bool) -> Entity:
        names = sorted(sighting.names, key=lambda name: self._rank(name, sighting))
        shown = [name for name in names if not name.isupper()] or names
        aliases = dict.fromkeys(name for name in names if name != shown[0])
        kinds = self._kinds(names, sighting.definitions, is_only)
        places = tuple(_shown(definition) for definition in sighting.definitions)
        return Entity(shown[0], tuple(aliases)[:12], tuple(sighting.stems), kinds, places)

    def _rank(self, name: str, sighting: _Sighting) -> tuple[int, int]:
        if self._is_whole(name):
            return -1, -sighting.names[name]
        for place, head in enumerate(self.best):
            if head.fullmatch(name):
                return place, -sighting.names[name]
        return len(self.best), -sighting.names[name]

    def _kinds(
        self, names: Sequence[str], definitions: Sequence[Definition], is_only: bool
    ) -> frozenset[str]:
        said = " | ".join(names)
        for kind in self.words.kinds:
            if re.search(kind.names, said, re.I):
                return frozenset({kind.key})
        own = " | ".join([*self._clauses(definitions), *self._described(names)])
        for kind in self.words.kinds:
            if kind.own and re.search(kind.own, own, re.I):
                return frozenset({kind.key})
        text = self.flat.text if is_only else " ".join(self._passages(definitions))
        for kind in self.words.kinds:
            if kind.context and re.search(kind.context, text, re.I):
                return frozenset({kind.key})
        for kind in self.words.kinds:
            if kind.presumed and re.search(kind.presumed, said, re.I):
                return frozenset({kind.key})
        return frozenset()

    def _clauses(self, definitions: Sequence[Definition]) -> Iterator[str]:
        """What a definition says in its own first clause, or before its inline term."""
        for found in definitions:
            start, end = found.body
            body = self.flat.text[max(start, end - 200) if found.is_inline else start : end][:200]
            yield re.split(r"[;(]", body)[-1 if found.is_inline else 0]

    def _described(self, names: Sequence[str]) -> Iterator[str]:
        """What follows a name as its description: ``Facility C, a revolving facility``."""
        shown = "|".join(re.escape(name) for name in names[:4])
        pattern = re.compile(
            rf"\b(?:{shown}),?:? (?:which )?(?:is |being |means |- )?"
            r"(?:an?|une?|eine?|uma?|una) ([^.;]{4,80})"
        )
        for match in islice(pattern.finditer(self.flat.text), 3):
            yield match[1]

    def _passages(self, definitions: Sequence[Definition]) -> Iterator[str]:
        for found in definitions:
            yield self.flat.text[found.span[0] : min(found.span[1] + 1500, found.span[0] + 2500)]

    def single(self) -> list[Entity]:
        """The only entity, by the best of the terms that name one; none where none is there."""
        named = []
        for pattern in self.words.single:
            compiled = re.compile(pattern, re.I)
            named += list(self.definitions.matching(compiled))
        if not named:
            return []
        names = list(dict.fromkeys(found.term for found in named))
        kinds = self._kinds(names, named, True)
        places = tuple(_shown(found) for found in named)
        return [Entity(names[0], tuple(names[1:]), (), kinds, places)]


def _shown(definition: Definition) -> Span:
    """The passage that shows a name: the term with the beginning (or end) of its body."""
    if definition.is_inline:
        return max(definition.body[0], definition.start - 200), definition.start + len(
            definition.term
        )
    return definition.start, min(definition.body[1], definition.start + 250)
