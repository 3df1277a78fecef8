"""What the passages of a document have to do with each other: its own terms, and references."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from factsheet_schemas.schema import Entity

from .passages import Passage
from .vocabulary import Phrase, Phrases, stems

MOST_WORDS = 6  # of a term
_INTRODUCED = re.compile(
    r"\(\s*(?:(?:each|collectively|together|individually|hereinafter|the|an?|as\s+\w+|such"
    r"|en\s+adelante|ci-après|nachfolgend|im\s+Folgenden|hierna|doravante|di\s+seguito|dalej)"
    r",?\s*)*[\"“”„'«]+([^\"“”„'»«]{2,60})[\"“”'»«]+[^)]{0,60}\)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:schedule|exhibit|annex|appendix|section|clause|article|part|anexo|anlage|annexe"
    r"|allegato|bijlage|cláusula|załącznik)\s+(?:\d+(?:\.\d+)*|[IVX]+|[A-Z])(?!\w)",
    re.IGNORECASE,
)
_MAX_PLACE_CHARS = 60  # of a heading, in which its own name stands


class Terms:
    """The terms that a document defines, and where it uses them.

    ``row_terms``: those that name a row of the fact sheet, as far as their words tell: the terms
    of this agreement for what others call a facility.
    """

    def __init__(self, passages: Sequence[Passage], entities: Sequence[Entity]) -> None:
        self.introduced = [_introduced(passage) for passage in passages]
        self._where: dict[Phrase, list[int]] = defaultdict(list)
        for number, terms in enumerate(self.introduced):
            for term in terms:
                self._where[term].append(number)
        phrases = Phrases(self._where)
        self.used = [frozenset(phrases.found(passage.words)) for passage in passages]
        self._users: dict[Phrase, list[int]] = defaultdict(list)
        for number, terms in enumerate(self.used):
            for term in terms:
                self._users[term].append(number)
        words = _row_words(entities)
        self.row_terms = frozenset(term for term in self._where if words & set(term))

    def num_uses(self, number: int) -> int:
        """In how many passages the most used of the terms that a passage defines stands."""
        return max((len(self._users[term]) for term in self.introduced[number]), default=0)

    def worth_of_users(self, number: int, worth: Sequence[float]) -> float:
        """The mean worth of the passages that use a term which this one defines."""
        return max((self._mean(term, worth) for term in self.introduced[number]), default=0.0)

    def _mean(self, term: Phrase, worth: Sequence[float]) -> float:
        defining = set(self._where[term])
        users = [worth[n] for n in self._users[term] if n not in defining]
        return sum(users) / len(users) if users else 0.0


def _introduced(passage: Passage) -> frozenset[Phrase]:
    names = (passage.term, *_INTRODUCED.findall(passage.text))
    return frozenset(term for name in names if 0 < len(term := stems(name)) <= MOST_WORDS)


def _row_words(entities: Sequence[Entity]) -> frozenset[str]:
    """Words that stand for a row, whichever it is: its label's and the nouns of its names."""
    names = (
        name
        for one in entities
        for name in (one.label, one.plural, *one.generic_words, *one.synonyms.values())
    )
    return frozenset(word for name in names for word in stems(name) if len(word) > 3)


def referred_worth(passages: Sequence[Passage], worth: Sequence[float]) -> list[float]:
    """Per passage the worth of the best one that refers to the place which it stands under."""
    under: dict[str, list[int]] = defaultdict(list)
    for number, passage in enumerate(passages):
        for place in _places(passage.heading[:_MAX_PLACE_CHARS]):
            under[place].append(number)
    worth_of = [0.0] * len(passages)
    for number, passage in enumerate(passages):
        for place in _places(passage.text):
            for target in under.get(place, ()):
                if passages[target].heading != passage.heading:
                    worth_of[target] = max(worth_of[target], worth[number])
    return worth_of


def _places(text: str) -> set[str]:
    return {" ".join(place.casefold().split()) for place in _PLACE.findall(text)}
