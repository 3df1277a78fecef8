"""The elements of a row, out of whatever shape a model writes it in.

The form's own row is flat: key, names joined, value, line numbers. Read as well: names or lines in
lists of their own, and objects. A row whose elements may be others than they seem is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from factsheet_schemas.record import JsonValue

from factsheet_service.core.document import Window

JOINT = "; "  # between the names of a row
LEAST_QUOTE = 4  # words: a name in a wrong place is shorter
_MAX_DIGITS = 4  # of a line number


@dataclass(frozen=True, slots=True)
class Elements:
    """A row as written, but for its shape."""

    key: str  # a field's, or a claim's number
    names: tuple[str, ...]  # each may be several, joined
    value: str
    lines: tuple[int, ...]
    quote: str = ""  # words in the place of line numbers


def elements(written: JsonValue) -> Elements | None:
    """The row's elements; none where it is of no known shape."""
    match written:
        case {"field": key, "value": value}:
            lines = _listed(written.get("lines", written.get("line")))
            quote = _text(written.get("quote", written.get("evidence")))
            found = _elements(key, written.get("facilities"), value, lines)
            return found if found.lines else replace(found, quote=quote)
        case [key, names, value, list(lines)]:
            return _elements(key, names, value, lines)
        case [key, names, value, *lines] if _is_flat(key, names, value, lines):
            return _elements(key, names, value, lines)
        case [str(key), names, str(value), str(quote)] if _is_quote(quote, value):
            return replace(_elements(key, names, value, ()), quote=quote.strip())
    return None


def _is_flat(
    key: JsonValue, names: JsonValue, value: JsonValue, lines: Sequence[JsonValue]
) -> bool:
    """Whether nothing was left out or put in between; claims alone may be disputed without lines.

    A bare number behind a string is a line, whose row has no names.
    """
    is_shifted = bool(names) and type(value) is int
    is_backed = bool(lines) or _text(key).isdecimal()
    return is_backed and not is_shifted and all(_text(line).isdecimal() for line in lines)


def _is_quote(written: str, value: str) -> bool:
    """Whether a string in the place of line numbers is a quote: words that have the value's."""
    num_words = len(written.split())
    return num_words >= LEAST_QUOTE and num_words > len(value.split())


def _elements(
    key: JsonValue, names: JsonValue, value: JsonValue, lines: Sequence[JsonValue]
) -> Elements:
    numbers = (text for text in map(_text, lines) if text.isdecimal() and len(text) <= _MAX_DIGITS)
    return Elements(
        key=_text(key),
        names=tuple(map(_text, _listed(names))),
        value=_text(value),
        lines=tuple(map(int, numbers)),
    )


def _listed(written: JsonValue) -> Sequence[JsonValue]:
    if written is None:
        return ()
    return written if isinstance(written, list) else (written,)


def _text(written: JsonValue) -> str:
    """A scalar as text; nothing for what is no scalar."""
    match written:
        case bool():
            return "Yes" if written else "No"
        case str():
            return written.strip()
        case int() | float():
            return str(written)
        case _:
            return ""


def names_apart(written: Iterable[str], window: Window) -> Iterator[str]:
    """The names that a row joins, each as it stands in the window.

    A name may hold what joins names: where the window has one part only beside the other, both are
    one name.
    """
    for joined in written:
        parts = [part for part in map(str.strip, joined.split(JOINT)) if part]
        yield from _together(parts, window.render()) if len(parts) > 1 else parts


def _together(parts: Iterable[str], text: str) -> list[str]:
    names: list[str] = []
    for part in parts:
        if names and _is_one(names[-1], part, text):
            names[-1] += JOINT + part
        else:
            names.append(part)
    return names


def _is_one(left: str, right: str, text: str) -> bool:
    num_joined = text.count(left + JOINT + right)
    return num_joined > 0 and num_joined == min(text.count(left), text.count(right))
