"""What the fields of a schema are called, as phrases that texts are searched for."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

from factsheet_schemas import FieldSpec, Group

STEM_CHARS = 8  # of a word: "repayments" and "repayable" are the same, in any language
_SHORTEST_PLURAL = 4
_WORD = re.compile(r"[^\W_]+")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_UNIT = re.compile(r"\s*\[.*\]$")  # of a label

Phrase = tuple[str, ...]


def stems(text: str) -> Phrase:
    """The words of a text without endings and accents."""
    return tuple(_stem(word) for word in _WORD.findall(text))


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    folded = _ACCENT.sub("", normalize("NFKD", word.casefold()))
    is_plural = len(folded) >= _SHORTEST_PLURAL and folded.endswith("s")
    return (folded[:-1] if is_plural and not folded.endswith("ss") else folded)[:STEM_CHARS]


def pairs(words: Sequence[str]) -> Iterable[Phrase]:
    """Neighbouring words."""
    return pairwise(words)


class Phrases:
    """A set of phrases that is looked up in texts, all in one go."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_first: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in sorted(set(phrases)):
            self._by_first[phrase[0]].append(phrase)

    def found(self, words: Phrase) -> Counter[Phrase]:
        """How often each phrase stands in the words of a text."""
        found: Counter[Phrase] = Counter()
        for at, word in enumerate(words):
            for phrase in self._by_first.get(word, ()):
                if words[at : at + len(phrase)] == phrase:
                    found[phrase] += 1
        return found


class Vocabulary:
    """The phrases of some groups: per field its names, per group the pairs of its queries' words.

    A field without aliases is looked for by its description's pairs of words too.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self.group_of = {field.key: group.key for group in groups for field in group.fields}
        self.fields = tuple(field for group in groups for field in group.fields)
        self.by_field = {field.key: _phrases(field) for field in self.fields}
        self.queries = {group.key: _query_pairs(group) for group in groups}
        self.phrases = Phrases(one for names in self.by_field.values() for one in names)


def _phrases(field: FieldSpec) -> tuple[Phrase, ...]:
    options = (name for option in field.options for name in (option.value, *option.synonyms))
    names = (_UNIT.sub("", field.label), *field.aliases, *options)
    return tuple(dict.fromkeys(filter(None, map(stems, names))))


def _query_pairs(group: Group) -> frozenset[Phrase]:
    described = (field.description for field in group.fields if not field.aliases)
    texts = (*group.queries, *described)
    return frozenset(pair for text in texts for pair in pairs(stems(text)))
