"""Gold of a user's own JSON Schema as a reader would word it: each leaf, and where it stands.

Gold of this kind has no quotes: a leaf's are the words, numbers or dates of the text that say it.
What the text does not state as such has none, and the reader is silent about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.gold_items import Book, Item
from engine.reading import PASSAGE
from factsheet_schemas import FieldSpec, FieldType
from factsheet_schemas.own import OwnSchema
from factsheet_schemas.own.shape import Form, Leaf, leaves
from factsheet_service.core.normalise.amounts import find_amounts
from factsheet_service.core.normalise.dates import find_dates
from factsheet_service.core.normalise.numbers import nearly
from factsheet_service.evaluation.gold import NOT_FOUND
from factsheet_service.evaluation.literals import LONGEST_LITERAL, days_of
from rapidfuzz import fuzz

SAME_WORDS = 85  # of 100: the least likeness of a clause to a stretch of the text
_WORD = re.compile(r"[^\W_]+")


def own_book(own: OwnSchema, gold: Mapping[str, Any], texts: Sequence[str]) -> Book:
    """The items of gold without rows, for documents with these texts."""
    items = (item for leaf in leaves(own.root) for item in _items(own, leaf, gold, texts))
    return Book(rows=(), decoys=(), items=tuple(items))


def _items(
    own: OwnSchema, leaf: Leaf, gold: Mapping[str, Any], texts: Sequence[str]
) -> Iterator[Item]:
    spec = own.schema.by_key[own.keys[leaf.source]]
    if leaf.form in (Form.BOOLEAN, Form.CURRENCY):  # no quote shows one; said with its amount
        return
    for value in _values(gold, leaf.path):
        for quote in dict.fromkeys(q for text in texts for q in _quotes(spec, value, text)):
            yield _item(spec, value, quote)


def _values(gold: Any, path: Sequence[str]) -> Iterator[Any]:
    for step in path:
        gold = gold.get(step) if isinstance(gold, Mapping) else None
    listed = gold if isinstance(gold, list) else [gold]
    yield from (one for one in listed if one not in (None, NOT_FOUND, ""))


def _quotes(spec: FieldSpec, value: Any, text: str) -> Iterator[str]:
    """The different wordings in which a text states a value."""
    if isinstance(value, int | float):
        yield from (
            text[one.start : one.end]
            for one in find_amounts(text)
            if nearly(one.amount, float(value))
        )
    elif days_of(value):
        wanted = days_of(value)
        found = (one for one in find_dates(text) if str(one.wire["date"]) in wanted)
        yield from (text[one.start : one.end] for one in found)
    else:
        yield from _worded(value, text)


def _worded(value: str, text: str) -> Iterator[str]:
    """The words in a row, whatever marks, space and case; a long text may be slightly garbled."""
    words = r"[\W_]*".join(re.escape(word) for word in _WORD.findall(value))
    found = [match.group() for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE)]
    if not found and len(value) > LONGEST_LITERAL:
        found = list(_nearly(value, text))
    yield from found


def _nearly(value: str, text: str) -> Iterator[str]:
    """The stretch of a text that is most like a long value, letter for letter."""
    letters = [(char.casefold(), at) for at, char in enumerate(text) if char.isalnum()]
    joined = "".join(char for char, _ in letters)
    wanted = "".join(char.casefold() for char in value if char.isalnum())
    found = fuzz.partial_ratio_alignment(wanted, joined, score_cutoff=SAME_WORDS)
    if found:
        yield text[letters[found.dest_start][1] : letters[found.dest_end - 1][1] + 1]


def _item(spec: FieldSpec, value: Any, quote: str) -> Item:
    is_long = spec.type is FieldType.PASSAGE and len(quote) > LONGEST_LITERAL
    return Item(
        field=spec.key,
        names=(),
        value=PASSAGE if is_long else " ".join(quote.split()),
        quotes=(quote,),
        sources=(quote,),
        terms=("",),
    )
