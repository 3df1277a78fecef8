"""Rows out of malformed JSON, read by what is known of the answer's form.

Between a row's key, which is one of those asked for, and its closing line numbers, its value stands
as it was written, whatever quotes are in it. What is of another shape is left to a general repair.
Rows that were begun and cannot be read make the whole unreadable: half an answer hides its loss.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

import json_repair
from factsheet_schemas.record import JsonValue

from .bounding import TooManyCalls, calls_within
from .elements import elements

MAX_CHARS = 32_000  # an answer has a quarter of that, and the event loop waits meanwhile
_MAX_REPAIRED_CHARS = 8_000  # by a general repair, whose time may grow with the square of them
MAX_CALLS = 150_000  # of functions, by a general repair, which takes some four a character
_MAX_BROKEN = (
    200  # rows, twice as many as an answer has; rows within rows without end are no answer
)
_MAX_VALUE_CHARS = 2000  # so that many rows that never end cost little
_MAX_NAMES_CHARS = 1000

_QUOTE = "[\"'“”„‘’]"
_NUMBERS = r"[\d\s,\"']{0,500}"
_NAMES = rf"""(?>
    {_QUOTE}(?P<names>[^\[\]]{{0,{_MAX_NAMES_CHARS}}}?){_QUOTE}(?=\s*,\s*{_QUOTE})
    |\[(?P<listed>[^\[\]]*)\]
)"""
_VALUE = rf"""  # no two strings, of which one may be a name
    (?P<quote>{_QUOTE})
    (?P<value>(?:(?!(?P=quote)\s*,\s*(?P=quote)).){{0,{_MAX_VALUE_CHARS}}}?)
    {_QUOTE}"""
_ROW = re.compile(
    rf"""
    \[\s*{_QUOTE}?(?P<key>\w+){_QUOTE}?\s*,\s*{_NAMES}\s*,\s*
    (?:{_QUOTE}{_QUOTE}\s*,?\s*\]
      |{_VALUE}\s*,\s*
       (?:(?P<flat>[\"']?\d{_NUMBERS})\]
         |\[(?P<lines>{_NUMBERS})\]\s*(?:,?\s*\]|$)))
    """,
    re.DOTALL | re.VERBOSE,
)
_ROW_START = re.compile(rf"\[\s*{_QUOTE}?\w+{_QUOTE}?\s*,")
_ROW_END = re.compile(rf"{_QUOTE}\s*,?\s*\[?{_NUMBERS}\](?!\s*,\s*[^\s\]])|\}}")
_ANOTHER = re.compile(r"\s*,\s*[^\]}\s]")
_EMPTY = re.compile(r"(?<![,\[])(?<![,\[]\s)\[\s*,?\s*\]")
_ROWS_START = re.compile(rf"(?:\{{\s*{_QUOTE}?rows{_QUOTE}?\s*:\s*)?\[\s*[\[{{]")
_ROW_OBJECT_START = re.compile(rf"\{{\s*{_QUOTE}?field{_QUOTE}?\s*:")
_FIRST_BRACKET = re.compile(r"[\[{]")
_BETWEEN_NAMES = re.compile(rf"{_QUOTE}\s*,\s*{_QUOTE}")
_PYTHON_ESCAPE = re.compile(r"(?<!\\)\\x([0-9a-fA-F]{2})")
_BARE_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)"')


_DECODER = json.JSONDecoder()


class Unreadable(ValueError):
    """The text holds nothing of the answer's form."""


def rows_in(text: str, keys: Collection[str]) -> list[JsonValue]:
    """All rows of a malformed answer to a question about ``keys``.

    Raises:
        Unreadable: it is of another form, too long, or holds rows that cannot be made out.
    """
    text = _bare(text)
    if len(text) > MAX_CHARS:
        raise Unreadable(f"the answer is malformed and {len(text)} characters long")
    begun = _begun(text, keys)
    rows, end = _rows_of_the_form(text)
    if rows and _ANOTHER.match(text, end):
        raise Unreadable("the answer breaks off behind a row")
    return rows if rows and _num_whole(rows, keys) >= len(begun) else _repaired(text, keys, begun)


def _repaired(text: str, keys: Collection[str], begun: Sequence[int]) -> list[JsonValue]:
    """The rows that a general repair makes out, if those are all that were begun."""
    if begun and not _ROW_END.search(text, begun[-1]):
        raise Unreadable("the answer breaks off in a row")
    rows = _generally_repaired(text)
    if _num_whole(rows, keys) < len(begun):
        raise Unreadable("some rows of the answer cannot be read")
    return rows


def _bare(text: str) -> str:
    """An answer out of the quotes that some models put about the whole of it."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return whole if isinstance(whole, str) else text


def _begun(text: str, keys: Collection[str]) -> list[int]:
    """Where the text begins a row about one of the keys, as an array or as an object."""
    key = "|".join(map(re.escape, keys))
    array = rf"\[\s*{_QUOTE}?(?:{key}){_QUOTE}?\s*,\s*(?:{_QUOTE}|\[|null|None)"
    named = rf"field{_QUOTE}?\s*:\s*{_QUOTE}(?:{key}){_QUOTE}"
    return [found.end() for found in re.finditer(f"{array}|{named}", text)]


def _num_whole(rows: Iterable[JsonValue], keys: Collection[str]) -> int:
    """How many rows have a key that was asked for, and all their elements."""
    return sum(_key_of(row) in keys for row in rows)


def _rows_of_the_form(text: str) -> tuple[list[JsonValue], int]:
    """The rows that the form makes out, one that is JSON as it is, and where the last one ends."""
    rows: list[JsonValue] = []
    end = num_broken = 0
    for start in (found.start() for found in _ROW_START.finditer(text)):
        if start < end:  # within a row's value
            continue
        if (whole := _as_json(text, start)) is not None:
            rows.append(whole[0])
            end = whole[1]
            continue
        if (num_broken := num_broken + 1) > _MAX_BROKEN:
            raise Unreadable(f"more than {_MAX_BROKEN} rows of the answer are malformed")
        if found := _ROW.match(text, start):
            rows.append(_row(found))
            end = found.end()
    return rows, end


def _as_json(text: str, start: int) -> tuple[JsonValue, int] | None:
    """A row that is well-formed, and where it ends; its quotes are not to be guessed at."""
    try:
        row, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return (row, end) if elements(row) else None


def _row(found: re.Match[str]) -> JsonValue:
    """Key, names, value and line numbers, however they were quoted."""
    lines = re.findall(r"\d+", found["lines"] or found["flat"] or "")
    listed = found["listed"]
    names = _unescaped(found["names"]) if listed is None else _names(listed)
    return [found["key"], names, _unescaped(found["value"] or ""), *map(int, lines)]


def _names(written: str) -> list[JsonValue]:
    """The strings of a list, whose commas count only between quotes."""
    inner = written.strip().rstrip(",").rstrip()
    return [_unescaped(name) for name in _BETWEEN_NAMES.split(inner[1:-1])] if inner else []


def _unescaped(written: str) -> str:
    """A string's content with its escapes resolved; as it stands where they are none of JSON."""
    plain = _PYTHON_ESCAPE.sub(r"\\u00\1", written.replace("\\'", "'"))
    for escaped in (written, _BARE_QUOTE.sub(r'\1\\"', plain)):
        try:
            return str(json.loads(f'"{escaped}"', strict=False))
        except ValueError:
            continue
    return written


def _generally_repaired(text: str) -> list[JsonValue]:
    """Raises Unreadable also where there is no row in what is not plainly empty: a repair makes an
    empty list of what breaks off early."""
    if len(text) > _MAX_REPAIRED_CHARS:
        raise Unreadable(f"the answer is malformed and {len(text)} characters long")
    try:
        with calls_within(MAX_CALLS):
            answers = [rows for part in _parts(text) for rows in _row_lists(repaired(part))]
    except TooManyCalls as error:
        raise Unreadable("the answer takes too long to repair") from error
    rows = [row for one in answers for row in one]
    if not rows and not _EMPTY.search(text):
        raise Unreadable("the answer is not of the form asked for")
    return rows


def _parts(text: str) -> Iterator[str]:
    """Each list of rows, or row, with what follows it, so that no repair spans two of them."""
    starts: list[int] = []
    for form in (_ROWS_START, _ROW_OBJECT_START):
        starts = starts or [found.start() for found in form.finditer(text)]
    if not starts and (bracket := _FIRST_BRACKET.search(text)):
        starts = [bracket.start()]
    for start, end in pairwise([*starts, len(text)]):
        yield text[start:end]


def repaired(text: str) -> JsonValue:
    """What a general repair makes of a text. Raises Unreadable where it cannot be done."""
    try:
        return json_repair.loads(text, skip_json_loads=True)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the answer cannot be repaired: {type(error).__name__}") from error


def _row_lists(value: JsonValue) -> Iterator[list[JsonValue]]:
    """Lists of rows: of the form, of an object around it, of objects that are rows."""
    match value:
        case {"rows": list(rows)}:
            yield rows
        case {"field": str()}:
            yield [value]
        case [str(), str() | list() | None, _, *_]:
            yield [value]
        case list():
            for item in value:
                yield from _row_lists(item)


def _key_of(row: JsonValue) -> str | None:
    """The key of a whole row."""
    found = elements(row)
    return found.key if found else None
