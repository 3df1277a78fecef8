"""A flawless reader: answers a prompt from the lines in it, and from nothing else.

It knows what the answers are (the gold), but gives one only where its quote stands in the prompt's
own lines: a derived value only where all its quotes do, a facility's only where one of its names
does. It runs inside vLLM, so it needs the standard library alone.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from engine import checking
from engine.breaking import written
from engine.checking import Statement

MAX_LINES = 8
MAX_TABLE_LINES = 48
_LINE = re.compile(r"^(\d+) (.*)$")
_FOR = re.compile(r'for "(.+?)", of (.+?)\.(?:\n|$)')
_OF = re.compile(r"the lines state of (.+?)\.(?:\n|$)")
_DETECT = re.compile(r'\["(\w+)", \[its other names')


class Page:
    """The numbered lines of a prompt, searchable with white space left out."""

    def __init__(self, text: str) -> None:
        self.lines = [m.groups() for m in map(_LINE.match, text.split("\n")) if m]
        self.joined = "".join(squeezed(line) for _, line in self.lines)
        self.starts = []
        self._naming: dict[str, list[int]] = {}
        at = 0
        for _, line in self.lines:
            self.starts.append(at)
            at += len(squeezed(line))

    def cited(self, quote: str) -> list[list[int]]:
        """For each place of a quote, the numbers of the lines that it touches."""
        wanted, found = squeezed(quote), []
        at = self.joined.find(wanted) if wanted else -1
        while at >= 0:
            found.append(self._touched(at, at + len(wanted)))
            at = self.joined.find(wanted, at + len(wanted))
        return found

    def _touched(self, start: int, end: int) -> list[int]:
        ends = [*self.starts[1:], len(self.joined)]
        pairs = zip(self.lines, self.starts, ends, strict=True)
        return [int(number) for (number, _), low, high in pairs if low < end and high > start]

    def naming(self, name: str) -> list[int]:
        """The numbers of the lines in which a name stands, as whole words."""
        if name not in self._naming:
            word = re.compile(rf"(?<!\w){re.escape(folded(name))}(?!\w)")
            found = [int(number) for number, text in self.lines if word.search(folded(text))]
            self._naming[name] = found
        return self._naming[name]

    def named(self, names: list[str], lines: list[int]) -> str | None:
        """The first of the names that stands in the lines, or else anywhere on the page."""
        here = {name: self.naming(name) for name in names}
        near = (name for name in names if set(here[name]) & set(lines))
        return next(near, next((name for name in names if here[name]), None))


@lru_cache(maxsize=8)
def page_of(text: str) -> Page:
    """The same page for all questions about a window, with what was looked up on it."""
    return Page(text)


class Prompt:
    """A user message taken apart: the page, the company it is about, and what is asked of it."""

    def __init__(self, user: str, books: list[dict]) -> None:
        text, _, self.question = user.rpartition("\nQuestion: ")
        self.page = page_of(text)
        self.book = books[0]
        if len(books) > 1:
            self.book = max(books, key=lambda one: known(self.page, one))
        self.is_check = self.question.startswith(checking.OPENING)
        named, one, every = (form.search(self.question) for form in (_DETECT, _FOR, _OF))
        self.name_key = named.group(1) if named else None
        self.facility = one.group(1) if one else None
        asked = one.group(2) if one else every.group(1) if every else ""
        self.keys = asked.split(", ") if asked and not self.is_check else []


def answer(user: str, books: list[dict]) -> str:
    """The JSON that a flawless model would answer to a prompt's user message."""
    return written(rows_of(Prompt(user, books)))


def rows_of(prompt: Prompt) -> list[list]:
    """The rows of that answer."""
    page, book = prompt.page, prompt.book
    if prompt.is_check:
        claims = checking.claims(prompt.question)
        return list(
            checking.disputed(claims, statements(page, book, {one.field for one in claims}))
        )
    if prompt.name_key:
        return list(unique(detected(page, book, prompt.name_key)))
    return list(unique(stated(page, book, prompt.keys, prompt.facility)))


def known(page: Page, book: dict) -> int:
    """How much of a book stands on a page: which company it is about."""
    return sum(squeezed(quote) in page.joined for item in book["items"] for quote in item["quotes"])


def detected(page: Page, book: dict, key: str) -> Iterator[list]:
    """Facilities by their names in the lines."""
    for names in book["rows"]:
        here = [name for name in names if page.naming(name)]
        if here:
            yield [key, here[1:], here[0], page.naming(here[0])[:MAX_LINES]]


def stated(page: Page, book: dict, keys: list[str], facility: str | None) -> Iterator[list]:
    """Rows of the asked fields whose quotes stand on the page, at each place where they do."""
    for one in statements(page, book, set(keys)):
        if not facility or not one.names or checking.plain(facility) in one.row_names:
            yield [one.field, list(one.names), one.value, list(one.lines)]


def statements(page: Page, book: dict, keys: set[str]) -> list[Statement]:
    """What the page states of some fields."""
    found = []
    for item in (one for one in book["items"] if one["field"] in keys):
        row_names = frozenset(map(checking.plain, item["names"]))
        for lines in places(page, item):
            names = names_for(page, item, lines, book)
            if names is not None:
                what = (item["field"], item["value"], tuple(names), row_names, tuple(lines))
                found.append(Statement(*what))
    return found


def places(page: Page, item: dict) -> list[list[int]]:
    """Which lines state the item: those of a schedule, or of a sum, all together."""
    found = [page.cited(quote) for quote in item["quotes"]]
    is_schedule = item["field"].endswith("_schedule")
    if item["needs_all"] and not (found and all(found)):
        return []
    if item["needs_all"] or is_schedule:
        together = sorted({number for lines in found for number in (lines or [[]])[0]})
        return [together[: MAX_TABLE_LINES if is_schedule else MAX_LINES]] if together else []
    return [lines[:MAX_LINES] for places_ in found for lines in places_]


def names_for(page: Page, item: dict, lines: list[int], book: dict) -> list[str] | None:
    """The row's name as the page has it; none of its own where it is so for all; None: unknown."""
    if not item["names"]:
        return []
    if is_of_all(item, book):
        return []
    name = page.named(item["names"], lines)
    return None if name is None else [name]


def is_of_all(item: dict, book: dict) -> bool:
    """Whether every facility has the same answer from the same quote."""
    alike = {
        tuple(one["names"])
        for one in book["items"]
        if (one["field"], one["value"], one["quotes"])
        == (item["field"], item["value"], item["quotes"])
    }
    return len(alike) == len(book["rows"])


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def unique(rows: Iterator[list]) -> Iterator[list]:
    seen = set()
    for row in rows:
        mark = json.dumps(row)
        if mark not in seen:
            seen.add(mark)
            yield row
