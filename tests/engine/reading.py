"""A flawless reader: answers a prompt from the lines in it, and from nothing else.

It knows what the answers are (the gold), but gives one only where its quote stands in the prompt's
own lines: a derived value only where all its quotes do, a facility's only where one of its names
does. Where some quotes of a derived value stand there, it says what they point to. It runs inside
vLLM, so it needs the standard library alone.
"""

import json
import re
from collections.abc import Iterator

NOTHING = "[]"
MAX_LINES = 8
MAX_TABLE_LINES = 48
NEAR = 4  # lines above a table that may lead to it
_HEAD = re.compile(r"^\[(.*)\]$", re.MULTILINE)
_LINE = re.compile(r"^(\d+) (.*)$")
_FOR = re.compile(r'for "(.+?)", of (.+?)\.(?:\n|$)')
_OF = re.compile(r"the lines state of (.+?)\.(?:\n|$)")
_POINTING = re.compile(r"^> (.+)$", re.MULTILINE)
_PLACE = re.compile(r"(?:Part \w+ (?:of|to) )?(?:Schedule|Annex|Appendix|Exhibit|Section) [\w.]+")
_TERM = re.compile(r"[A-Z][\w/&-]*(?: (?:of |for |and )?[A-Z][\w/&-]*)*")
_DETECT = re.compile(r'\["(\w+)", \[its other names')


class Page:
    """The numbered lines of a prompt, searchable with white space left out.

    ``pointing`` are lines from elsewhere that the question quotes.
    """

    def __init__(self, text: str, pointing: tuple[str, ...] = ()) -> None:
        self.pointing = [squeezed(line) for line in pointing]
        self.head = "\n".join(_HEAD.findall(text))
        self.lines = [m.groups() for m in map(_LINE.match, text.split("\n")) if m]
        self.joined = "".join(squeezed(line) for _, line in self.lines)
        self.starts = []
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
        return [int(number) for number, text in self.lines if _has_name(name, text)]

    def named(self, names: list[str], lines: list[int]) -> str | None:
        """The first of the names that stands in the lines, or else on the page or above it."""
        here = {name: self.naming(name) for name in names}
        near = (name for name in names if set(here[name]) & set(lines))
        far = (name for name in names if here[name] or _has_name(name, self.head))
        return next(near, next(far, None))


def _has_name(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(folded(name))}(?!\w)", folded(text)))


def answer(user: str, books: list[dict]) -> str:
    """The JSON that a flawless model would answer to a prompt's user message."""
    text, _, question = user.rpartition("\nQuestion: ")
    page = Page(text, tuple(_POINTING.findall(question)))
    book = max(books, key=lambda one: known(page, one))
    if match := _DETECT.search(question):
        rows = detected(page, book, match.group(1))
    elif match := _FOR.search(question):
        rows = stated(page, book, match.group(2).split(", "), match.group(1))
    elif match := _OF.search(question):
        rows = stated(page, book, match.group(1).split(", "), None)
    else:
        return NOTHING
    return json.dumps(list(unique(rows)), ensure_ascii=False, separators=(",", ":"))


def known(page: Page, book: dict) -> int:
    """How much of a book stands on a page: which company it is about."""
    return sum(squeezed(quote) in page.joined for item in book["items"] for quote in item["quotes"])


def detected(page: Page, book: dict, key: str) -> Iterator[list]:
    """Facilities by their names in the lines."""
    for names in [*book["rows"], *book["decoys"]]:
        here = [name for name in names if page.naming(name)]
        if here:
            yield [key, here[1:], here[0], best_naming(page, book, key, here)[:MAX_LINES]]


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
        found = [(item["value"], lines) for lines in places(page, item)]
        for value, lines in found or pointers(page, item, book):
            names = names_for(page, item, lines, book)
            if names is None and page.pointing and facility:
                names = []  # the question says whose it is
            if names is not None:
                yield [item["field"], names, value, lines]


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
    if not found[0]:
        return [lines[:MAX_LINES] for places_ in found for lines in places_]
    together = sorted(set(found[0][0]).union(*(lines[0] for lines in found[1:] if lines)))
    return [together[:MAX_LINES], *(lines[:MAX_LINES] for lines in found[0][1:])]


def with_lead(page: Page, item: dict, rows: list[int]) -> list[int]:
    """A table from its first to its last row, with the words right above it that say what it is."""
    leads = [n for quote in item["sources"] for lines in page.cited(quote) for n in lines]
    start = min((n for n in leads if rows[0] - NEAR <= n), default=rows[0])
    return list(range(min(start, rows[0]), rows[-1] + 1))


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
    return None if name is None else [name]


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


def squeezed(text: str) -> str:
    """Without white space and the marks between a table's cells."""
    return re.sub(r"[\s|]+", "", text)


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def unique(rows: Iterator[list]) -> Iterator[list]:
    seen = set()
    for row in rows:
        mark = json.dumps(row)
        if mark not in seen:
            seen.add(mark)
            yield row
