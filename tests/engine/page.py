"""The numbered lines of a prompt. Runs inside vLLM, so it needs the standard library alone."""

import re
from functools import lru_cache

_HEAD = re.compile(r"^\[(.*)\]$", re.MULTILINE)
WITHIN = " > "  # between the names of a row and of the row that it lies within
_LINE = re.compile(r"^(\d+) (.*)$")


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
        """The numbers of the lines in which a name's own part stands, as whole words."""
        if name not in self._naming:
            own = name.rpartition(WITHIN)[2]
            found = [int(number) for number, text in self.lines if _has_name(own, text)]
            self._naming[name] = found
        return self._naming[name]

    def shown(self, name: str) -> str:
        """A name with that of the row it lies within, where the page has that too."""
        above, _, own = name.rpartition(WITHIN)
        is_here = above and (self.naming(above) or _has_name(above, self.head))
        return name if is_here else own

    def named(self, names: list[str], lines: list[int]) -> str | None:
        """The first of the names that stands in the lines, or else on the page or above it."""
        here = {name: self.naming(name) for name in names}
        near = (name for name in names if set(here[name]) & set(lines))
        far = (name for name in names if here[name] or _has_name(name, self.head))
        return next(near, next(far, None))


@lru_cache(maxsize=8)
def page_of(text: str, pointing: tuple[str, ...] = ()) -> Page:
    """The same page for all questions about a window, with what was looked up on it."""
    return Page(text, pointing)


def _has_name(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(folded(name))}(?!\w)", folded(text)))


def squeezed(text: str) -> str:
    """Without white space and the marks between a table's cells."""
    return re.sub(r"[\s|]+", "", text)


def folded(text: str) -> str:
    return " ".join(text.casefold().split())
