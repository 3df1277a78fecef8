"""JSON broken in the four classic ways: a trailing comma, text around it, several objects, quotes.

Each way comes in a few forms, as models have been seen to write them. None loses a word of the
answer. It runs inside vLLM, so it needs the standard library alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from engine.dice import Dice

Rows = list[list]
_SHAPE = '[[field key, "name; name", value, line, line, ...], ...]'


def written(rows: Rows) -> str:
    """Rows in the answer's form, in the fewest tokens."""
    return _json(list(map(flat, rows)))


def flat(row: list) -> list:
    """A row of field, names, value and lines as the form has it."""
    field, names, value, lines = row
    return [field, "; ".join(names), value, *lines]


def _json(value: list) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def trailing_comma(rows: Rows, dice: Dice) -> str:
    """Behind the last row, or the last number of each."""
    each = [_json(flat(row)) for row in rows]
    forms = (f"[{','.join(each)},]", f"[{','.join(row[:-1] + ',]' for row in each)}]")
    return dice.pick(forms[: 2 if rows else 1], "comma")


def text_around(rows: Rows, dice: Dice) -> str:
    """Before, behind or both; sometimes with brackets of its own."""
    text = written(rows)
    forms = (
        f"Here are the rows that the lines state:\n\n```json\n{text}\n```",
        f"{text}\n\nNote: I have left out what the lines do not state [see lines 1 to 5].",
        f"Sure! In the form {_SHAPE} the answer is:\n{text}\nLet me know if you need more.",
        f'Lines [3] and [7] speak of it ("as amended").\n{text}',
    )
    return dice.pick(forms, "text")


def several_objects(rows: Rows, dice: Dice) -> str:
    """An answer per row, two halves, bare rows, or objects around rows or in place of them."""
    middle = (len(rows) + 1) // 2
    halves = [rows[:middle], rows[middle:]]
    if len(rows) < 2:
        return dice.pick(("\n", ", "), "between").join(map(written, halves))
    forms = (
        "\n".join(written([row]) for row in rows),
        ",\n".join(written([row]) for row in rows),
        "".join(map(written, halves)),
        "\n\n".join(f'{{"rows": {written(half)}}}' for half in halves),
        "\n".join(map(_named, rows)),
        "\n".join(_json(flat(row)) for row in rows),
    )
    return dice.pick(forms, "objects")


def _named(row: list) -> str:
    keys = ("field", "facilities", "value", "lines")
    return json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False)


def quote_trouble(rows: Rows, dice: Dice) -> str:
    """Single ones, as Python writes them or throughout; typographic; none about keys; none escaped;
    one pair too many, about the whole."""
    text = written(rows)
    if not rows:
        return json.dumps(text)
    forms = [
        repr(list(map(flat, rows))),
        text.replace('\\"', "'").replace('"', "'"),
        _curly(rows),
        json.dumps(text, ensure_ascii=False),
        _with_bare_keys(rows),
    ]
    if '\\"' in text:
        forms += [text.replace('\\"', '"')] * 2
    return dice.pick(forms, "quotes")


def _with_bare_keys(rows: Rows) -> str:
    return "[" + ",".join(f"[{row[0]},{_json(row[1:])[1:]}" for row in map(flat, rows)) + "]"


def _curly(rows: Rows) -> str:
    """Typographic quotes around strings; those inside stay as they are."""

    def quoted(text: str) -> str:
        return f"“{text}”"

    each = [(*map(quoted, row[:3]), *map(str, row[3:])) for row in map(flat, rows)]
    return "[" + ",".join(f"[{','.join(parts)}]" for parts in each) + "]"


WAYS: Sequence[Callable[[Rows, Dice], str]] = (
    trailing_comma,
    text_around,
    several_objects,
    quote_trouble,
)


def broken(rows: Rows, dice: Dice) -> str:
    """The rows as JSON that no parser takes."""
    return dice.pick(WAYS, "way")(rows, dice)
