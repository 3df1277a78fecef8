"""A flawless reader: answers a prompt from the lines in it, and from nothing else.

It knows what the answers are (the gold), but gives one only where its quote stands in the prompt's
own lines: a derived value only where all its quotes do, a facility's only where one of its names
does. Where some quotes of a derived value stand there, it says what they point to. It runs inside
vLLM, so it needs the standard library alone.
"""

import json
import re
from collections.abc import Iterable, Iterator

from engine import checking
from engine.breaking import written
from engine.checking import Statement
from engine.page import Page, folded, page_of, squeezed

MAX_LINES = 12
MAX_TABLE_LINES = 48
MAX_PASSAGE_LINES = 24
PASSAGE = "text"  # the value of a passage that its lines have
MAX_NAMING = 3  # lines for a facility's name, the gold's own first
NEAR = 4  # lines above a table that may lead to it
_FOR = re.compile(r'for "(.+?)", of (.+?)\.(?:\n|$)')
_OF = re.compile(r"the lines state of (.+?)\.(?:\n|$)")
_SUM = re.compile(r"[$€£%]|\d,\d{3}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_POINTING = re.compile(r"^> (.+)$", re.MULTILINE)
_PLACE = re.compile(r"(?:Part \w+ (?:of|to) )?(?:Schedule|Annex|Appendix|Exhibit|Section) [\w.]+")
_TERM = re.compile(r"[A-Z][\w/&-]*(?: (?:of |for |and )?[A-Z][\w/&-]*)*")
_DETECT = re.compile(r'\["(\w+)", "its other names')


class Prompt:
    """A user message taken apart: the page, the company it is about, and what is asked of it."""

    def __init__(self, user: str, books: list[dict]) -> None:
        text, _, self.question = user.rpartition("\nQuestion: ")
        self.page = page_of(text, tuple(_POINTING.findall(self.question)))
        self.book = books[0]
        if len(books) > 1:
            self.book = max(books, key=lambda one: known(self.page, one))
        self.is_check = self.question.startswith(checking.OPENING)
        named, one, every = (form.search(self.question) for form in (_DETECT, _FOR, _OF))
        self.name_keys = _DETECT.findall(self.question) if named else []
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
        stated_here = statements(page, book, {one.field for one in claims})
        return list(checking.disputed(claims, stated_here))
    if prompt.name_keys:
        return list(unique(detected(page, book, prompt.name_keys)))
    return list(unique(stated(page, book, prompt.keys, prompt.facility)))


def known(page: Page, book: dict) -> int:
    """How much of a book stands on a page: which company it is about."""
    return sum(squeezed(quote) in page.joined for item in book["items"] for quote in item["quotes"])


def detected(page: Page, book: dict, keys: list[str]) -> Iterator[list]:
    """Facilities, and rows of other kinds, by their names in the lines."""
    rows = [(keys[0], names) for names in [*book["rows"], *book["decoys"]]]
    for key, names in [*rows, *((key, names) for key, *names in book.get("nested", ()))]:
        here = [name for name in names if page.naming(name)]
        if here and key in keys:
            lines = best_naming(page, book, key, here)[:MAX_NAMING]
            yield [key, here[1:], page.shown(here[0]), lines]


def best_naming(page: Page, book: dict, key: str, names: list[str]) -> list[int]:
    """The lines of a name's own quotes, where they stand on the page, else all that have it."""
    own = [one for one in book["items"] if one["field"] == key and names[0] in one["names"]]
    cited = [
        n for one in own for quote in one["quotes"] for lines in page.cited(quote) for n in lines
    ]
    naming = {number for name in names for number in page.naming(name)}
    return [number for number in dict.fromkeys(cited) if number in naming] or page.naming(names[0])


def stated(page: Page, book: dict, keys: list[str], facility: str | None) -> Iterator[list]:
    """Rows of the asked fields whose quotes stand on the page, at each place where they do."""
    for item in book["items"]:
        if item["field"] not in keys or (facility and not is_of(item, facility, book)):
            continue
        found = valued(page, item) or pointers(page, item, book)
        for one in said(page, item, book, found, is_told=facility is not None):
            is_here = page.named(item["names"], list(one.lines)) is not None
            yield [one.field, list(one.names) if is_here else [], one.value, list(one.lines)]


def statements(page: Page, book: dict, keys: set[str]) -> list[Statement]:
    """What the page states of some fields."""
    items = [item for item in book["items"] if item["field"] in keys]
    return [
        one for item in items for one in said(page, item, book, valued(page, item), is_told=True)
    ]


def valued(page: Page, item: dict) -> list[tuple[str, list[int]]]:
    """The item's value at each place where the page states it."""
    return [(item["value"], lines) for lines in places(page, item)]


def said(
    page: Page,
    item: dict,
    book: dict,
    found: Iterable[tuple[str, list[int]]],
    *,
    is_told: bool,
) -> Iterator[Statement]:
    """What is found of an item, with the row's name as the page has it.

    Where lines from elsewhere point here, the question may tell whose value it is.
    """
    row_names = frozenset(map(checking.plain, item["names"]))
    for value, lines in found:
        names = names_for(page, item, lines, book)
        if names is None and page.pointing and is_told:
            names = item["names"][:1]
        if names is not None:
            yield Statement(item["field"], value, tuple(names), row_names, tuple(lines))


def pointers(page: Page, item: dict, book: dict) -> Iterator[tuple[str, list[int]]]:
    """What the page says of a value that stands elsewhere, and in which lines."""
    if item["is_table"]:
        yield from to_table(page, item, book)
    elif item["needs_all"]:
        yield from to_rest(page, item)


def to_table(page: Page, item: dict, book: dict) -> Iterator[tuple[str, list[int]]]:
    """The schedule that the clause about a table names."""
    own = [one for one in book["items"] if one["field"] == f"{item['field']}_text"]
    for quote in (q for one in own if one["names"] == item["names"] for q in one["quotes"]):
        if (place := _PLACE.search(" ".join(quote.split()))) and (lines := page.cited(quote)):
            yield f"see {place.group()}", lines[0][:MAX_LINES]


def to_rest(page: Page, item: dict) -> Iterator[tuple[str, list[int]]]:
    """The term that a part of a derived value takes the rest from; the main quote's part only."""
    found = [page.cited(quote) for quote in item["quotes"]]
    if found[0] and not is_complete(page, item, found):
        here = [quote for quote, lines in zip(item["quotes"], found, strict=True) if lines]
        lines = sorted({number for lines in found if lines for number in lines[0]})
        yield f"see {term_of(item, here)}", lines[:MAX_LINES]


def places(page: Page, item: dict) -> list[list[int]]:
    """Which lines state the item: those of a table, or of a sum, all together."""
    found = [page.cited(quote) for quote in item["quotes"]]
    if item["needs_all"] and not is_complete(page, item, found):
        return []
    first = sorted({number for lines in found for number in (lines or [[]])[0]})
    if item["is_table"]:
        return [with_lead(page, item, first)[:MAX_TABLE_LINES]] if first else []
    if item["needs_all"]:
        return [first[:MAX_LINES]] if first else []
    most = MAX_PASSAGE_LINES if item["value"] == PASSAGE else MAX_LINES
    if not found[0]:
        return [lines[:most] for places_ in found for lines in places_]
    together = sorted(set(found[0][0]).union(*(lines[0] for lines in found[1:] if lines)))
    return [together[:most], *(lines[:most] for lines in found[0][1:])]


def with_lead(page: Page, item: dict, rows: list[int]) -> list[int]:
    """A table from its first to its last row, with the words right above it that say what it is, and
    before them what says when its rows are due; sums elsewhere would pass for rows."""
    leads = [n for quote in item["sources"] for lines in page.cited(quote) for n in lines]
    start = min((n for n in leads if rows[0] - NEAR <= n), default=rows[0])
    table = range(min(start, rows[0]), rows[-1] + 1)
    is_dated = any(map(_YEAR.search, item["quotes"]))  # else it falls on a date that is a term's
    when = [quote for quote in item["sources"] if is_dated and not _SUM.search(quote)]
    elsewhere = [n for quote in when for lines in page.cited(quote)[:1] for n in lines]
    return [*dict.fromkeys(n for n in elsewhere if n not in table), *table]


def is_complete(page: Page, item: dict, found: list[list[list[int]]]) -> bool:
    """Whether every quote stands on the page or in the lines that point to it."""
    return all(
        lines or any(squeezed(quote) in line for line in page.pointing)
        for quote, lines in zip(item["quotes"], found, strict=True)
    )


def term_of(item: dict, here: list[str]) -> str:
    """The term in some quotes that stands for the others: the one that those are defined under,
    else the one of which most words are theirs, else the longest."""
    quotes = zip(item["quotes"], item["terms"], strict=True)
    missing = [(quote, term) for quote, term in quotes if quote not in here]
    known = [term for _, term in missing if term and any(folded(term) in folded(q) for q in here)]
    theirs = {word for quote, _ in missing for word in quote.split()}
    terms = [term for quote in here for term in _TERM.findall(" ".join(quote.split()))]
    return known[0] if known else max(terms, key=lambda t: (len(theirs & set(t.split())), len(t)))


def names_for(page: Page, item: dict, lines: list[int], book: dict) -> list[str] | None:
    """The row's name as the page has it; none of its own where it is so for all; None: unknown."""
    if not item["names"]:
        return []
    if is_of_all(item, book):
        return []
    name = page.named(item["names"], lines)
    return None if name is None else [page.shown(name)]


def is_of_all(item: dict, book: dict) -> bool:
    """Whether every facility has the same answer from the same quote."""
    alike = {
        tuple(one["names"])
        for one in book["items"]
        if (one["field"], one["value"], one["quotes"])
        == (item["field"], item["value"], item["quotes"])
        and list(one["names"]) in [list(row) for row in book["rows"]]
    }
    return len(alike) == len(book["rows"])


def is_of(item: dict, facility: str, book: dict) -> bool:
    named = {squeezed(name).casefold() for name in item["names"]}
    return not named or squeezed(facility).casefold() in named or is_of_all(item, book)


def unique(rows: Iterator[list]) -> Iterator[list]:
    seen = set()
    for row in rows:
        mark = json.dumps(row)
        if mark not in seen:
            seen.add(mark)
            yield row
