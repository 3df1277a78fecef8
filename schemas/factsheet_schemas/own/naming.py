"""Short keys and labels for fields and rows, made from their paths and unique in the schema."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from factsheet_schemas.fields import DEAL

from .judging import words_of
from .shape import ITEMS, Draft, Path, Rows

LONGEST_KEY = 64
_ENDINGS = (  # of plurals, how many letters go, and what comes in their place
    *(("ies", 3, "y"), ("sses", 2, ""), ("xes", 2, ""), ("tranches", 1, "")),
    *(("ches", 2, ""), ("s", 1, "")),
)
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae"})
_GENERIC = (
    "name title amount value date type id number code currency description status rate percentage"
    " unit text quantity kind category label start end total"
)
GENERIC = frozenset(_GENERIC.split())  # names that say nothing without what they are of


def keys_of(drafts: Iterable[Draft], rows: Iterable[Rows]) -> dict[Path, str]:
    """The key of each field, and of each kind of rows by the path of its array."""
    named = {one.path: one.named for one in drafts} | {one.path: one.path for one in rows}
    taken = {DEAL}
    keys = {}
    shortest = _shortest_unique(list(named.values()))
    for path, called in named.items():
        keys[path] = free(key_from(shortest[called]), taken)
        taken.add(keys[path])
    return keys


def _shortest_unique(paths: Sequence[Path]) -> dict[Path, tuple[str, ...]]:
    """For each path the fewest last names that no other path ends with."""
    plain = {path: tuple(_names(path)) for path in paths}
    endings = Counter(names[-n:] for names in plain.values() for n in range(1, len(names) + 1))
    found = {}
    for path, names in plain.items():
        least = 2 if names[-1].lower() in GENERIC and len(names) > 1 else 1
        sizes = range(least, len(names) + 1)
        size = next((n for n in sizes if endings[names[-n:]] == 1), len(names))
        found[path] = names[-size:]
    return found


def _names(path: Path) -> Iterator[str]:
    """The names of a path; an array's in the singular for what is within its items."""
    for name, below in zip(path, (*path[1:], ""), strict=True):
        if name != ITEMS:
            yield singular(name) if below == ITEMS else name


def key_from(names: Sequence[str]) -> str:
    """An identifier out of names: lower case, underscores, a letter first."""
    words = [word for name in names for word in words_of(_plain(name))]
    key = re.sub(r"[^a-z0-9]+", "_", "_".join(words)).strip("_") or "field"
    return (key if key[0].isalpha() else f"f_{key}")[:LONGEST_KEY].rstrip("_")


def _plain(name: str) -> str:
    """A name without accents; those of other alphabets lose their letters."""
    letters = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def free(key: str, taken: set[str]) -> str:
    """The key, or the key with the first number that makes it one of its own."""
    if key not in taken:
        return key
    numbered = (f"{key[: LONGEST_KEY - 5]}_{number}" for number in range(2, 10_000))
    return next(one for one in numbered if one not in taken)


def labels_of(drafts: Iterable[Draft], titles: Mapping[Path, str]) -> dict[Path, str]:
    """A label for each field: its title, with what it is of where that alone does not tell.

    ``titles`` are the objects' own titles, by path.
    """
    listed = list(drafts)
    counted = Counter(one.title for one in listed)
    labels: dict[Path, str] = {}
    taken: set[str] = set()
    for one in listed:
        is_plain = counted[one.title] == 1 and one.title.lower() not in GENERIC
        label = one.title if is_plain else " ".join((*_above(one.named, titles), one.title))
        labels[one.path] = label if label not in taken else f"{label} ({'.'.join(one.path)})"
        taken.add(labels[one.path])
    return labels


def _above(path: Path, titles: Mapping[Path, str]) -> tuple[str, ...]:
    """The title of the nearest object that has a name."""
    above = path[:-1]
    while above and above[-1] == ITEMS:
        above = above[:-1]
    return (titles.get(above) or _words(above[-1]),) if above else ()


def _words(name: str) -> str:
    return " ".join(words_of(name)).capitalize() or name


def singular(words: str) -> str:
    """One of what the words name in the plural, as far as English is regular."""
    for ending, num_off, instead in _ENDINGS:
        if words.lower().endswith(ending) and not words.lower().endswith(("ss", "us", "is")):
            return words[:-num_off] + instead
    return words
